"""Decisions and action items of a report, as rows that a flow can cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtGui import QPainter

from app.models.enums import ActionState
from app.services.debriefs.document import ActionLine, DecisionLine, ReportDocument
from app.views.debriefs.flow import Part, Row, Rows
from app.views.debriefs.looks import ACTION_LOOKS, OVERDUE
from app.views.debriefs.paper import WIDTH, broken, marked, space, text_rows, write
from app.views.theme import tokens as t
from app.views.theme.paint import draw_icon, horizontal, metrics

Heading = Callable[..., Rows]
COLUMNS: Final = (("Action", 0.0, 0.40), ("Kind", 0.415, 0.145), ("Owner", 0.57, 0.15), ("Due", 0.73, 0.085))
STATE_AT, STATE_SHARE = 0.82, 0.18
ICON: Final = 19


def decision_parts(document: ReportDocument, heading: Heading) -> Iterator[Part]:
    """When, what, and each reason below."""
    if not document.decisions:
        return
    yield heading("Decisions")
    rows: list[Row] = []
    for decision in document.decisions:
        rows += _decision(decision)
    yield Rows(tuple(rows))


def _decision(decision: DecisionLine) -> list[Row]:
    indent = metrics(t.BODY, t.SEMIBOLD).horizontalAdvance(decision.when) + 14
    rows = text_rows(decision.what, WIDTH, t.BODY, 20, t.SEMIBOLD, indent=indent)

    def when(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x, y, decision.when, t.BODY, t.SEMIBOLD, "text2", height=20)

    rows[0] = marked(rows[0], when)
    for label, text in decision.details:
        rows += _detail(label, text, indent)
    return [*rows, space(8)]


def _detail(label: str, text: str, indent: float) -> list[Row]:
    rows = text_rows(text, WIDTH, t.SMALL, 18, ink="text2", indent=indent + 96)

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x + indent, y, label, t.SMALL, t.MEDIUM, "text3", height=18)

    first = marked(rows[0], draw)
    return [Row(first.height, first.draw, glued=True), *rows[1:]]


def action_parts(document: ReportDocument, heading: Heading) -> Iterator[Part]:
    """The table; its head is repeated on each page."""
    if not document.actions:
        return
    done = sum(1 for action in document.actions if action.answer is ActionState.DONE)
    count = len(document.actions)
    yield heading("Action items", f"{count} action item{'s' if count > 1 else ''}, {done} done")
    rows: list[Row] = []
    for action in document.actions:
        rows += _action(action)
    yield Rows(tuple(rows), head=Row(22, _head))


def _head(painter: QPainter, x: float, y: float, width: float) -> None:
    for name, at, _share in (*COLUMNS, ("State", STATE_AT, STATE_SHARE)):
        write(painter, x + at * WIDTH, y - 2, name, t.CAPTION, t.MEDIUM, "text3", height=18)
    horizontal(painter, x, y + 20, width, "border2")


def _action(action: ActionLine) -> list[Row]:
    texts = (action.what, action.kind, action.owner, action.due)
    cells = [
        (at * WIDTH, broken(text, share * WIDTH, t.SMALL, t.MEDIUM if at == 0 else t.REGULAR))
        for text, (_name, at, share) in zip(texts, COLUMNS, strict=True)
    ]
    state = broken(action.state, STATE_SHARE * WIDTH - ICON, t.SMALL, t.SEMIBOLD if action.overdue else t.REGULAR)
    high = max(len(state), *(len(lines) for _, lines in cells))
    rows = [space(5, held=False)]
    rows += [_action_row(action, cells, state, place, held=place < 6 or place == high - 1) for place in range(high)]
    return [*rows, Row(5, _rule, glued=True)]


def _rule(painter: QPainter, x: float, y: float, width: float) -> None:
    horizontal(painter, x, y + 4, width)


def _action_row(
    action: ActionLine, cells: list[tuple[float, list[str]]], state: list[str], place: int, *, held: bool
) -> Row:
    icon, ink = OVERDUE if action.overdue else ACTION_LOOKS[action.answer]

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        for at, lines in cells:
            if place < len(lines):
                weight, tone = (t.MEDIUM, "text") if at == 0 else (t.REGULAR, "text2")
                write(painter, x + at, y, lines[place], t.SMALL, weight, tone, height=18)
        left = x + STATE_AT * WIDTH
        if place == 0:
            draw_icon(painter, left, y + 2.5, icon, ink, 13, 2)
        if place < len(state):
            weight, tone = (t.SEMIBOLD, "breach") if action.overdue else (t.REGULAR, "text")
            write(painter, left + ICON, y, state[place], t.SMALL, weight, tone, height=18)

    return Row(18, draw, glued=held)
