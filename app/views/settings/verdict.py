"""The result of a connection test: a head in its tone, then every check with its mend."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views.settings.examination import BAD, FINE, WARN, Check, Examination
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card, Divider
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label

_ICONS = {
    FINE: ("circle-check", "ok", "ok_tint"),
    WARN: ("triangle-alert", "warn", "warn_tint"),
    BAD: ("octagon-alert", "breach", "breach_tint"),
}


class VerdictCard(Card):
    """Shows one examination."""

    def __init__(self, result: Examination, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=0, spacing=0)
        self._result = result
        self.body.addWidget(self._head())
        checks = QWidget()
        column = QVBoxLayout(checks)
        column.setContentsMargins(8, 8, 8, 10)
        column.setSpacing(0)
        for number, check in enumerate(result.checks):
            if number and check.grade == FINE == result.checks[number - 1].grade:
                line = QHBoxLayout()
                line.setContentsMargins(44, 0, 12, 0)
                line.addWidget(Divider())
                column.addLayout(line)
            column.addWidget(self._check_line(check))
        self.body.addWidget(checks)
        self.setAccessibleName(self.title())

    def title(self) -> str:
        """The verdict in a few words."""
        bad = [check for check in self._result.checks if check.grade != FINE]
        if self._result.grade == BAD:
            return self.tr("Does not work yet")
        if len(bad) == 1:
            return self.tr("Works, with one thing to mend")
        if bad:
            return self.tr("Works, with %n things to mend", "", len(bad))
        return self.tr("Everything works")

    def _head(self) -> Card:
        icon, ink, tint = _ICONS[self._result.grade]
        head = Card(fill=tint, line=tint, margin=16, horizontal=True, spacing=14)
        head.body.addWidget(IconMark(icon, ink, 18))
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(Label(self.title(), t.H3, t.SEMIBOLD, ink))
        fine = sum(check.grade == FINE for check in self._result.checks)
        said = self.tr("{fine} of {all} checks pass. Tested {time}, took {seconds} s.").format(
            fine=fine,
            all=len(self._result.checks),
            time=f"{self._result.tested_at.astimezone():%H:%M:%S}",
            seconds=f"{self._result.seconds:.1f}",
        )
        words.addWidget(Label(said, t.SMALL, ink="text2"))
        head.body.addLayout(words, 1)
        copy = Button(self.tr("Copy result"), icon="copy", small=True)
        copy.clicked.connect(self._copy)
        head.body.addWidget(copy)
        return head

    def _check_line(self, check: Check) -> QWidget:
        icon, ink, tint = _ICONS[check.grade]
        plain = check.grade == FINE
        line = Card(fill="surface" if plain else tint, line="", margin=9, horizontal=True, spacing=13)
        line.body.addWidget(IconMark(icon, ink, 16))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(check.name, weight=t.SEMIBOLD, ink="text" if plain else ink))
        words.addWidget(Label(check.words, t.SMALL, ink="text2", wrap=True))
        if check.mend:
            words.addWidget(Label(check.mend, t.SMALL, t.MEDIUM, "text", wrap=True, selectable=True))
        line.body.addLayout(words, 1)
        line.body.addWidget(Label(check.took, ink="text2" if plain else ink))
        return line

    def _copy(self) -> None:
        lines = [self.title()]
        lines += [
            f"{check.grade:5} {check.name}: {check.words} {check.took} {check.mend}" for check in self._result.checks
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))
