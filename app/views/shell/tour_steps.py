"""What the tour shows: the sample incident from the matrix through timers, a message and a debrief to the report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.views.shell.tour import TourStep

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow


def tour_steps(window: MainWindow, folder: Path) -> list[TourStep]:
    """The steps in order; `folder` takes the report."""
    return [
        TourStep("welcome", "Welcome: three doors", partial(window.go, "welcome")),
        TourStep("sample", "the sample opens", window.open_sample, lambda: window.desk.database is not None, False),
        TourStep("workbench", "Workbench: the queue by urgency", partial(window.go, "workbench")),
        TourStep("matrix", "Matrix: who decides, and what is missing", partial(window.go, "matrix")),
        TourStep("debriefs", "Debriefs", partial(window.go, "debriefs")),
        TourStep("settings", "Settings", partial(window.go, "settings")),
    ]
