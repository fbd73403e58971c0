"""The head of the replay page: what is compared, the period, and the acts."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.services.matrix.replay.replay_words import version_words
from app.views.matrix.columns import tr
from app.views.matrix.head import day_words
from app.views.matrix.replay_store import PERIODS, ReplayStore, State
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.fields import ComboField
from app.views.theme.labels import ElidedLabel, Label, Tag


class ReplayHead(Surface):
    """One line."""

    def __init__(self) -> None:
        super().__init__("surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=tr("Back to the matrix, Esc"))
        self.title = Label(tr("Replay"), t.H2, t.SEMIBOLD)
        self.state = Tag("")
        self.about = ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.period = ComboField()
        self.period.addItems([tr("Last 90 days"), tr("Last year"), tr("Everything")])
        self.period.setAccessibleName(tr("Period"))
        self.export = Button(tr("Export…"), icon="download")
        self.again = Button(tr("Run again"), icon="play", key="Ctrl R")
        row.addWidget(self.back)
        row.addWidget(self.title)
        row.addWidget(self.state)
        row.addWidget(self.about, 1)
        row.addWidget(self.period)
        row.addWidget(self.export)
        row.addWidget(self.again)

    def show_state(self, store: ReplayStore) -> None:
        """What stands in the line."""
        found = store.found
        running = store.state is State.RUNNING
        self.again.setEnabled(not running)
        self.export.setEnabled(found is not None and not running)
        self.period.setCurrentIndex(PERIODS.index(store.days))
        self.state.setVisible(found is not None)
        if found is None:
            self.title.setText(tr("Replay"))
            self.about.setText("")
            return
        after, before = version_words(found.after), version_words(found.before)
        self.title.setText(tr("Replay of {version}").format(version=after[:1].lower() + after[1:]))
        counts = {"changed": f"{len(found.changed):,}", "all": f"{len(found.cases):,}"}
        self.state.set_text(tr("{changed} of {all} change").format(**counts), "accent_text")
        told = tr("raised from {start} to {end}, decided again with what was known then, against {version}")
        start, end = day_words(found.cases.start), day_words(found.cases.end)
        self.about.setText(told.format(start=start, end=end, version=before[:1].lower() + before[1:]))
