"""A pytest plugin that hides Qt: `pytest -p no:pytest-qt -p tests.without_qt tests/models tests/services`.

It proves that rules and use cases work where no Qt is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

HIDDEN = ("PySide6", "shiboken6")
# settings of pytest-qt that pyproject.toml gives and a strict pytest would not know without it
SETTINGS = ("qt_api", "qt_log_level_fail", "qt_log_ignore", "qt_default_raising")


class Hidden:
    """Refuses to find Qt."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"{fullname} is hidden in this run", name=fullname)
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in SETTINGS:
        parser.addini(name, "unused: Qt is hidden")


def pytest_configure() -> None:
    loaded = [name for name in sys.modules if name.partition(".")[0] in HIDDEN]
    if loaded:
        raise pytest.UsageError(f"Qt is loaded before it could be hidden: {loaded[0]}")
    sys.meta_path.insert(0, Hidden())
