# Escalation Desk. Each target does its own set-up (.ci/setup); the second time that costs a fraction of a second.
#   make run      opens the desk; without a screen it takes the tour and leaves pictures in tour/
#   make test     passes the tests: everything, on SQLite and on a PostgreSQL server that the tests start
#   make lint     ruff, mypy, import contracts
#   make coverage passes them too and shows the lines of app/ that no test reached
#   make bench    measures the claims in benchmarks/
#   make build    packs the desk with PyInstaller into dist/ and starts the result once
#   make lock     resolves the packages of pyproject.toml anew into the lock files
#   make clean    removes what the others made
# ARGS goes to the program, to pytest or to the benchmarks: make test ARGS="tests/services -k calendar"

export LC_ALL := C.UTF-8
PYTHON ?= python3
export PYTHON
ARGS ?=
WORKERS ?= 2
python := .venv/bin/python
checked := $(foreach d,app migrations tests benchmarks docs,$(if $(wildcard $(d)/*.py $(d)/*/*.py),$(d)))

.PHONY: run test coverage lint bench build lock clean

run:
	@.ci/setup run
	@$(python) -m app $(ARGS)

test:
	@.ci/setup test
	$(python) -m pytest -n $(WORKERS) $(ARGS)

coverage:
	@.ci/setup test
	.venv/bin/coverage erase
	.venv/bin/coverage run -m pytest -n $(WORKERS) $(ARGS)
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report

lint:
	@.ci/setup test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy $(checked)
	.venv/bin/lint-imports

bench:
	@.ci/setup test
	@set -e; for file in $(wildcard benchmarks/[a-z]*.py); do name=$$(basename $$file .py); \
		echo "== $$name"; QT_QPA_PLATFORM=offscreen $(python) -m benchmarks.$$name $(ARGS); done

build:
	@.ci/setup build
	$(python) -m PyInstaller --noconfirm --log-level WARN build.spec
	QT_QPA_PLATFORM=offscreen dist/escalation-desk/escalation-desk --self-test

# the addresses of package indexes belong to a machine, not to the project
lock: compile := .venv/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links
lock:
	@.ci/setup test
	$(python) -m pip install --quiet pip-tools
	$(compile) --output-file requirements.lock pyproject.toml
	$(compile) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build dist tour .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis htmlcov .coverage .coverage.*
	find app migrations tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
