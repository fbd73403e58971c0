"""Every test here starts from the plain light style."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.views.theme.apply import apply_theme


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "light")
    yield
    apply_theme(qapp, "light")
