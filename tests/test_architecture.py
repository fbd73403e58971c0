"""Rules of the source that no linter knows (docs/architecture.md). Imports are judged by import-linter."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from app.services.database.doctor import ASSETS, PACKAGES

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 500
SOURCES = sorted((ROOT / "app").rglob("*.py"))
FOLDERS = sorted({path.parent for path in SOURCES})


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_file_is_short_enough_to_be_about_one_thing(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("folder", FOLDERS, ids=shown)
def test_a_folder_is_a_package_or_the_import_contracts_would_not_see_it(folder: Path) -> None:
    assert (folder / "__init__.py").exists()


def test_lock_files_pin_every_package_with_hashes_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [number for number, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
        assert pins
        assert all(lines[number + 1].lstrip().startswith("--hash=sha256:") for number in pins)
        assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_locks_have_every_package_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", [*project["dependencies"], *project["optional-dependencies"]["dev"]]),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = {line.partition("==")[0] for line in text.splitlines() if not line.startswith((" ", "#"))}
        asked = {_name(requirement) for requirement in wanted}
        assert asked <= pinned


def _name(requirement: str) -> str:
    name = requirement
    for end in "<>=![;":
        name = name.partition(end)[0]
    return name.strip().lower().replace("_", "-")


# --- what the project asks for is used

MODULES = {"PySide6-Essentials": "PySide6", "python-liquid": "liquid", "python-lucide": "lucide"}
"""What a package is imported as, where that is not its name with small letters and underscores."""
THROUGH_ANOTHER = {"defusedxml": "openpyxl.xml"}
"""What another package uses too as soon as it is there; the module says so in ``PACKAGE`` with large letters."""


def module_of(requirement: str) -> str:
    name = re.split(r"[\[<>=!;\s]", requirement, maxsplit=1)[0]
    return MODULES.get(name, name.lower().replace("-", "_"))


def imported_modules() -> set[str]:
    """The outer packages that app/ imports, and fonts and icons, which are looked up by their name."""
    found = set(ASSETS)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def test_every_package_that_the_project_asks_for_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {module_of(requirement) for requirement in project["dependencies"]}
    assert wanted <= imported_modules()


@pytest.mark.parametrize(("package", "user"), THROUGH_ANOTHER.items())
def test_a_package_for_another_one_is_found_by_it(package: str, user: str) -> None:
    assert getattr(import_module(user), package.upper()) is True


def test_the_packed_program_knows_the_packages_that_doctor_asks_for() -> None:
    spec = ast.parse((ROOT / "build.spec").read_text(encoding="utf-8"))
    (described,) = [
        ast.literal_eval(node.value)
        for node in spec.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DESCRIBED"
    ]
    assert set(PACKAGES) <= set(described)
    assert "for package in DESCRIBED for data in copy_metadata(package)" in ast.unparse(spec)
