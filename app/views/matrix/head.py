"""The head of the Matrix page: what is shown, undo and redo, the next act, and the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import HitPolicy
from app.services.matrix.page import MatrixRecord
from app.services.matrix.versions import VersionRecord
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.labels import ElidedLabel, Label, Tag
from app.views.theme.strips import TabStrip

POLICIES = {
    HitPolicy.HIGHEST_TIER: "highest tier wins",
    HitPolicy.FIRST: "first match wins",
    HitPolicy.UNIQUE: "only one may match",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(at: datetime | None) -> str:
    """``3 Nov`` of this desk's local day."""
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]}"


def published_words(version: VersionRecord | None) -> str:
    """What is in force, for the head."""
    if version is None:
        return tr("Nothing is published yet.")
    number, day = version.number, day_words(version.effective_from)
    return tr("Published: version {number}, {day}.").format(number=number, day=day)


class MatrixHead(Surface):
    """Two lines: title with state and acts, tabs."""

    def __init__(self, tabs: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 10, 16, 0)
        column.setSpacing(7)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label(tr("Escalation matrix"), t.H2, t.SEMIBOLD))
        row.addSpacing(4)
        self.state = Tag("")
        row.addWidget(self.state)
        row.addSpacing(2)
        self.about = ElidedLabel("", t.SMALL, t.REGULAR, "text3")
        row.addWidget(self.about, 1)
        self.undo = Button(icon="undo-2", name=tr("Undo"))
        self.redo = Button(icon="redo-2", name=tr("Redo"))
        self.replay = Button(tr("Replay"), icon="play")
        self.review = Button(tr("Review and publish"), icon="shield-check", kind=Kind.PRIMARY)
        for button in (self.undo, self.redo, self.replay, self.review):
            row.addWidget(button)
        column.addLayout(row)
        self.tabs = TabStrip()
        self.tabs.setAccessibleName(tr("Parts of the matrix"))
        for name, icon in tabs:
            self.tabs.add(name, icon=icon)
        column.addWidget(self.tabs)

    def show_record(self, record: MatrixRecord | None) -> None:
        """What stands in the first line."""
        self.tabs.setVisible(record is not None)
        for widget in (self.state, self.undo, self.redo, self.replay, self.review):
            widget.setVisible(record is not None)
        if record is None:
            self.about.setText("")
            return
        number, changes = record.version.number, record.difference.count
        self.review.set_icon("shield-check" if record.is_draft else "plus")
        if record.is_draft:
            self.review.setText(tr("Review and publish"))
        else:
            newest = max((one.number for one in record.versions), default=number)
            self.review.setText(tr("Start draft {number}").format(number=newest + 1))
        if not record.is_draft:
            self.state.set_text(tr("Version {number}, in force").format(number=number), "ok")
            self.about.setText(tr("Typing into a cell starts a draft.") + "  " + hit_policy_words(record))
            return
        words = change_words(changes) if record.published else tr("the first")
        self.state.set_text(tr("Draft {number}, {changes}").format(number=number, changes=words), "accent_text")
        self.about.setText(f"{published_words(record.published)}  {hit_policy_words(record)}")

    def show_proposal(self, changes: int | None) -> None:
        """What who may not write sees instead: a proposal being made, or that one may be begun (None)."""
        self.about.setText("")
        if changes is None:
            self.review.setText(tr("Propose a change"))
        else:
            words = change_words(changes)
            self.state.set_text(tr("Your proposal, {changes}").format(changes=words), "accent_text")
            self.about.setText(tr("Nothing is written until you propose it."))
            self.review.setText(tr("Propose"))
        self.review.set_icon("lightbulb")


def change_words(number: int) -> str:
    """``4 changes``."""
    if not number:
        return tr("no changes yet")
    return tr("1 change") if number == 1 else tr("{number} changes").format(number=number)


def hit_policy_words(record: MatrixRecord) -> str:
    """``Hit policy: highest tier wins``."""
    return tr("Hit policy: {policy}").format(policy=tr(POLICIES[record.policy.hit_policy]))
