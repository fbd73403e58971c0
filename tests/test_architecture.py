"""Rules of the source that no linter knows (docs/architecture.md). Imports are judged by import-linter."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

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
