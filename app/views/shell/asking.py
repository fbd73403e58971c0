"""Small pop-ups of the window: a question before what cannot be undone, and the me-menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.views.shell.actions import Actions
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.labels import Label
from app.views.theme.sheet import Sheet

ME_COMMANDS = (
    ("view.theme.system", "view.theme.light", "view.theme.dark"),
    ("view.density", "file.settings", "help.keys"),
)


def ask(host: QWidget, words: str, more: str, yes: str, then: Callable[[], None], *, danger: bool = False) -> Sheet:
    """Opens the question over `host`; `then` runs on yes. The safe answer has the focus where there is danger."""
    sheet = Sheet(host, words, width=480)
    sheet.body.addWidget(Label(more, ink="text2", wrap=True))
    cancel = Button(sheet.tr("Cancel"))
    cancel.clicked.connect(sheet.dismiss)
    agree = Button(yes, kind=Kind.DANGER if danger else Kind.PRIMARY)
    agree.clicked.connect(sheet.dismiss)
    agree.clicked.connect(plain_call(then))
    sheet.closed.connect(sheet.deleteLater)
    sheet.add_foot(cancel)
    sheet.add_foot(agree, primary=not danger)
    sheet.open_sheet(cancel if danger else None)
    return sheet


def drop_me_menu(button: QWidget, head: str, actions: Actions) -> None:
    """Who sits here, and the settings one changes most."""
    menu = QMenu(button)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(head).setEnabled(False)
    for group in ME_COMMANDS:
        menu.addSeparator()
        for command in group:
            menu.addAction(actions.action(command))
    actions.refresh()
    corner = button.mapToGlobal(QPoint(button.width(), button.height() + 4))
    menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y()))
