"""The commands of the Debriefs page, for the menus before it is built."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.views.shell.actions import Command, MenuKey

PAGE = "debriefs"
START, CLOSE, PREVIEW = "debriefs.start", "debriefs.close", "debriefs.preview"
PDF, MARKDOWN = "debriefs.pdf", "debriefs.markdown"
ADD, STORY, CUSTOMER, DONE = "debriefs.add", "debriefs.story", "debriefs.customer", "debriefs.done"


def _tr(text: str) -> str:
    return QCoreApplication.translate("debriefs", text)


def debrief_commands() -> Sequence[Command]:
    """All of them, without handlers."""
    incident, file = MenuKey.INCIDENT, MenuKey.FILE
    return (
        Command(START, _tr("Start debrief"), incident, "", "clipboard-check", page=PAGE, group="y debrief"),
        Command(ADD, _tr("Add action item"), incident, "Ctrl+Shift+A", "plus", page=PAGE, group="y debrief"),
        Command(DONE, _tr("Action item done"), incident, "X", "square-check", page=PAGE, group="y debrief"),
        Command(STORY, _tr("Event in the story"), incident, "K", "book-open", page=PAGE, group="y debrief"),
        Command(CUSTOMER, _tr("Event for the customer"), incident, "C", "eye", page=PAGE, group="y debrief"),
        Command(CLOSE, _tr("Close debrief"), incident, "", "lock", page=PAGE, group="y debrief"),
        Command(PREVIEW, _tr("Preview report"), file, "Ctrl+P", "eye", page=PAGE, group="report", words=_tr("print")),
        Command(PDF, _tr("Save report as PDF…"), file, "", "download", page=PAGE, group="report", words=_tr("export")),
        Command(
            MARKDOWN, _tr("Save report as Markdown…"), file, "", "file-text", page=PAGE, group="report",
            words=_tr("export"),
        ),
    )  # fmt: skip
