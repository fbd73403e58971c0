"""All components of the kit on one sheet of 1600 by 1000, as the design draws them."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.services.clock.reading import Look
from app.views.theme import glyphs
from app.views.theme.buttons import Button
from app.views.theme.controls import (
    CheckBox,
    Chip,
    ComboField,
    FieldFrame,
    KeyHint,
    Label,
    ProgressLine,
    RadioButton,
    SearchField,
    SectionTitle,
    Segments,
    Switch,
    TabStrip,
    Tag,
)
from app.views.theme.paint import color, draw_text, smooth, vertical
from app.views.theme.rail import BandState, RailBand, RailDot, RailDrawing, RailFlag, paint_rail
from app.views.theme.states import EmptyState, ErrorState, Skeleton, UndoToast
from app.views.theme.surfaces import Banner, Card
from app.views.theme.tiles import TileButton
from app.views.theme.timers import TimerText, TimerTile, paint_pill, paint_target_bar

_DAY = 1440
PILLS = (
    TimerText(Look.WAITING, "starts 08:00"),
    TimerText(Look.ON_TRACK, "2 h 40 min", "left"),
    TimerText(Look.WARN, "11:30", "left"),
    TimerText(Look.DUE_SOON, "02:14", "left"),
    TimerText(Look.BREACHED, "41:06", "over"),
    TimerText(Look.PAUSED, "1 h 12 min", "left"),
    TimerText(Look.MET, "3 min", "met"),
    TimerText(Look.MET_LATE, "18 min", "3 over"),
)
TILES = (
    TimerTile("Resolve", TimerText(Look.ON_TRACK, "3 h 37 min", "left", share=0.1), "Of 4 h, due 18:02"),
    TimerTile("First update", TimerText(Look.DUE_SOON, "02:14", "left", share=0.93), "Of 30 min, due 14:27"),
    TimerTile("Resolve", TimerText(Look.BREACHED, "41:06", "over", share=1.2), "Of 4 h, was due 13:43"),
    TimerTile("Resolve", TimerText(Look.PAUSED, "1 h 12 min", "left", "pinned", 0.6), "Paused 13:10 by customer"),
)
WALKED = RailDrawing(
    (
        RailBand("Tier 1", "Frontline", 0, 15, 1, BandState.PAST),
        RailBand("Tier 2", "Payments desk", 15, 45, 2, BandState.PAST),
        RailBand("Tier 3", "Escalation lead", 45, 90, 3, BandState.CURRENT),
        RailBand("Tier 4", "Executive", 90, 120, 4, BandState.AHEAD),
    ),
    120,
    (RailFlag(30, "Update 1", "ok"), RailFlag(60, "Update 2 missed", "breach"), RailFlag(90, "Update 3", "warn")),
    (
        RailDot(3, "check", "ok", "Acknowledged"),
        RailDot(15, "arrow-up-right", "t2", "Handed off"),
        RailDot(31, "send", "accent", "Update 1"),
        RailDot(45, "arrow-up-right", "t3", "Climbed"),
        RailDot(52, "lightbulb", "warn", "Workaround"),
    ),
    61,
)
RECORDED = RailDrawing(
    (
        RailBand("Tier 1", "Frontline", 0, 15, 1, BandState.HELD),
        RailBand("Tier 2", "Payments desk", 15, 45, 2, BandState.HELD),
        RailBand("Tier 4", "Executive", 45, 150, 4, BandState.HELD),
        RailBand("Tier 2", "After step down", 150, 3 * _DAY, 2, BandState.HELD),
    ),
    3 * _DAY,
    (RailFlag(7, "Acknowledged", "ok"), RailFlag(3 * _DAY, "Resolved, 3 d late", "breach", "octagon-alert")),
    (RailDot(7, "check", "ok", "Acknowledged"), RailDot(2 * _DAY, "send", "accent", "Update 5")),
)
PLANNED = RailDrawing(
    (
        RailBand("Tier 1", "Frontline, 15 min", 0, 15, 1),
        RailBand("Tier 2", "Payments desk, 30 min", 15, 45, 2),
        RailBand("Tier 3", "Escalation lead, stays", 45, 105, 3),
    ),
    105,
    (RailFlag(30, "Update due, then every 30 min", "warn"), RailFlag(105, "Resolve within 4 h", "ok")),
    dead_end=True,
)


def nothing() -> None:
    """An act that leads nowhere."""


class ComponentSheet(QWidget):
    """Painted glyphs under real widgets at fixed places."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1600, 1000)
        self._left()
        self._right()

    def put(self, widget: QWidget, x: int, y: int, width: int = 0, height: int = 0) -> QWidget:
        widget.setParent(self)
        size = widget.sizeHint()
        widget.setGeometry(x, y, width or size.width(), height or size.height())
        return widget

    def row(self, x: int, y: int, *widgets: QWidget, gap: int = 10) -> None:
        for widget in widgets:
            self.put(widget, x, y)
            x += widget.width() + gap

    def head(self, x: int, y: int, words: str) -> None:
        self.put(SectionTitle(words, quiet=True), x, y, 700, 22)

    def _left(self) -> None:
        self.put(Label("Components and states", 18, 600), 32, 16)
        self.head(32, 62, "Severity: shape, number, weight, word")
        self.head(600, 62, "Tier: rungs and number")
        self.head(32, 142, "Timer in lists: icon, words, fill; colour is the fourth cue")
        self.head(32, 214, "Timer tile: on track, due soon, breached, paused")
        for column, tile in enumerate(TILES):
            self.put(TileButton(tile), 32 + column * 190, 242, 178)
        self.head(32, 360, "Banners: offline, read-only, error, drill")
        banners = (
            Banner("offline", "Working offline since 14:19.", "3 changes wait on this computer.", ACTS),
            Banner("readonly", "Read-only.", "Priya Nair is publishing version 15.", ACTS[:1]),
            Banner("error", "The update was not sent.", "Mail server refused it: mailbox full.", ACTS, closable=True),
            Banner("drill", "Drill, nobody is alerted.", "Started by Priya Nair, 14:00."),
        )
        for line, banner in enumerate(banners):
            self.put(banner, 32, 388 + line * 52, 748)
        self.head(32, 612, "Empty, loading, undo, error")
        good = EmptyState(
            "Nothing is waiting for you",
            "Team has 3 unassigned incidents",
            icon="circle-check",
            ink="ok",
            action=("Take the next one", nothing),
            key="T",
            framed=True,
        )
        self.put(good, 32, 640, 240, 136)
        bones = Skeleton()
        bones.show_now()
        frame = Card(margin=1)
        frame.body.addWidget(bones)
        self.put(frame, 286, 640, 240, 136)
        pane = QWidget()
        self.put(pane, 534, 640, 254, 136)
        toast = UndoToast(pane, "Handed off to Marco Bianchi")
        toast.tick()
        toast.resize(254, toast.sizeHint().height())
        error = ErrorState(
            "The desk cannot reach its database",
            "The server desk-db does not answer. Changes are kept here and sent later.",
            "connection refused",
            (("Try again", nothing),),
        )
        card = Card(margin=0, edge="breach")
        card.body.addWidget(error)
        self.put(card, 32, 794, 748, 170)

    def _right(self) -> None:
        x = 836
        self.head(x, 16, "Buttons")
        kinds = ("primary", "plain", "danger", "flat", "link")
        self.row(x, 42, *(Button("Hand off", icon="arrow-right-left", kind=kind, key="H") for kind in kinds))
        off = Button("Send", kind="primary")
        off.setEnabled(False)
        chosen = Button("Random", small=True)
        chosen.setCheckable(True)
        chosen.setChecked(True)
        flat = Button(icon="ellipsis", kind="flat", name="More")
        self.row(
            x,
            84,
            Button("Send", icon="send", kind="primary", key="Ctrl ↵"),
            off,
            Button("Retry", small=True),
            chosen,
            flat,
        )
        self.head(x, 128, "Views, filters, choices")
        tabs = TabStrip()
        for name, count in (("My queue", 7), ("Team", 42), ("Unassigned", 3), ("Breached", 1)):
            tabs.add(name, count)
        tabs.setCurrentIndex(1)
        self.put(tabs, x, 152, 500)
        filters = TabStrip(pills=True)
        for name in ("Everything", "Customer", "Notes"):
            filters.add(name)
        self.put(filters, x + 470, 152, 280)
        chips = (
            Chip("Payments"),
            Chip("Open"),
            Chip("S2", removable=False, plain=True),
            Chip("Region?", missing=True, removable=False),
        )
        self.row(
            x, 198, *chips, Tag("Draft 15, 4 changes"), Tag("in 6 h", ink="warn"), Tag("prevent", ink="text2"), gap=6
        )
        keys = (Segments(("Keep", "Mask", "Drop"), small=True), Segments(("Internal", "Customer-safe"), 1))
        self.row(x, 234, *keys, KeyHint("Ctrl K", "Search or do"), KeyHint("F1", "Help"), gap=14)
        self._fields(x)
        self.head(x, 432, "Escalation rail: one drawing for Matrix, Workbench, Debrief and Report")
        self.head(x, 830, "Text size and avatars, load, phase, progress")
        line = ProgressLine(total=6)
        line.setValue(3)
        self.put(line, x + 460, 876, 200)

    def _fields(self, x: int) -> None:
        self.head(x, 280, "Fields and switches")
        combo = ComboField(name="Region")
        combo.addItems(["Nordics", "Central Europe"])
        bare = ComboField(bare=True, name="Order")
        bare.addItem("Most urgent first")
        search = SearchField("Search or type a command", key="Ctrl K")
        self.put(search, x, 308, 260, 32)
        self.put(combo, x + 272, 308, 160)
        self.put(bare, x + 444, 311)
        wrong = FieldFrame("Next update", SearchField(icon="clock"), required=True)
        wrong.set_error("This time is over. Pick one after 14:27.")
        self.put(wrong, x, 350, 260, 78)
        on, off = Switch("Customer-safe"), Switch(name="Off")
        on.setChecked(True)
        tick, radio, other = CheckBox("Confirm scope"), RadioButton("Day/month"), RadioButton("Month/day")
        tick.setChecked(True)
        radio.setChecked(True)
        self.row(x + 272, 362, on, off, gap=16)
        self.row(x + 272, 392, tick, radio, other, gap=16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        painter.fillRect(self.rect(), color("surface"))
        self._paint_glyphs(painter)
        x = 32.0
        for text in PILLS[:-1]:
            x += paint_pill(painter, x, 182, text) + 10
        paint_pill(painter, 1330, 920, PILLS[-1])
        for number, drawing in enumerate((WALKED, PLANNED, RECORDED)):
            area = QRectF(836, 460 + number * 122, 720, 104)
            paint_rail(painter, area, drawing, handles=drawing is PLANNED)
        x = 836.0
        for letters in ("MB", "LO", "PN", "AS", glyphs.NOBODY):
            x += glyphs.avatar(painter, x, 878, letters, 28) + 6
        x += glyphs.load_blocks(painter, x + 10, 878, 4, 8, 1) + 30
        glyphs.phase_dashes(painter, x, 878, 3, 6)
        paint_target_bar(painter, 836, 920, 148, 0.47, late=False)
        paint_target_bar(painter, 1010, 920, 148, 19, late=True)
        glyphs.badge(painter, QPointF(1200, 920), "5", alarm=True)
        glyphs.badge(painter, QPointF(1230, 920), "12", alarm=False)
        glyphs.disc_icon(painter, QPointF(1270, 920), "mail", "text2")
        glyphs.disc_icon(painter, QPointF(1300, 920), "lightbulb", "warn")
        painter.end()

    def _paint_glyphs(self, painter: QPainter) -> None:
        names = (
            ("Critical", "octagon, solid"),
            ("High", "diamond, solid"),
            ("Normal", "square, light"),
            ("Low", "circle, hollow"),
        )
        for rank, (word, shape) in enumerate(names, start=1):
            x = 32 + (rank - 1) * 136
            glyphs.severity(painter, x, 106, rank)
            draw_text(painter, QRectF(x + 30, 90, 100, 18), word, 13, 600)
            draw_text(painter, QRectF(x + 30, 107, 110, 16), shape, 11, 400, "text3")
        vertical(painter, 582, 92, 30)
        for rank in range(1, 5):
            glyphs.tier(painter, 600 + (rank - 1) * 50, 106, rank)


ACTS = (("Show changes", nothing), ("Retry", nothing))
