"""The report before it leaves: the very pages that are printed, for the inside or for the customer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.services.database.errors import UserError
from app.services.debriefs.document import Audience, ReportDocument
from app.services.debriefs.markdown import write_markdown
from app.services.debriefs.report import read_report
from app.views.debriefs.pages import Pages, lay_out, page_size
from app.views.debriefs.pdf import write_pdf, write_whole
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.controls import Segments
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import draw_shadow, px, smooth
from app.views.theme.states import ErrorState

AUDIENCES = (Audience.INTERNAL, Audience.CUSTOMER)
_GAP, _WIDEST = 20, 900
_KEPT_PAGES = 6


class PaperView(QWidget):
    """Pages below each other, as wide as there is room; each is painted once per size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: Pages | None = None
        self._drawn: dict[tuple[int, int, float], QPixmap] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def show_pages(self, pages: Pages) -> None:
        """Another report."""
        self._pages = pages
        self._drawn.clear()
        words = self.tr("Report of {count} pages: {title}. {lead}")
        document = pages.document
        self.setAccessibleName(words.format(count=len(pages), title=document.title, lead=document.lead))
        self.updateGeometry()
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.update()

    def _page(self) -> tuple[float, float]:
        wide = max(320.0, min(self.width() - 2 * px(24), px(_WIDEST)))
        width, height = page_size()
        return wide, wide * height / width

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        count = len(self._pages) if self._pages else 0
        return round(count * (self._page()[1] + px(_GAP)) + px(_GAP))

    def sizeHint(self) -> QSize:
        return QSize(round(px(700)), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def page_rect(self, number: int) -> QRectF:
        """Where a page (from 0) lies."""
        wide, high = self._page()
        return QRectF((self.width() - wide) / 2, px(_GAP) + number * (high + px(_GAP)), wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pages is None:
            return
        painter = smooth(QPainter(self))
        for number in range(len(self._pages)):
            rect = self.page_rect(number)
            if rect.intersects(QRectF(event.rect())):
                draw_shadow(painter, rect, 2)
                painter.drawPixmap(rect.topLeft(), self._pixmap(number, rect))
        painter.end()

    def _pixmap(self, number: int, rect: QRectF) -> QPixmap:
        assert self._pages is not None
        ratio = self.devicePixelRatioF()
        key = (number, round(rect.width()), ratio)
        if key not in self._drawn:
            if len(self._drawn) >= _KEPT_PAGES:
                self._drawn.clear()
            self._drawn[key] = draw_page(self._pages, number, rect.width(), ratio)
        return self._drawn[key]


def draw_page(pages: Pages, number: int, width: float, ratio: float = 1.0) -> QPixmap:
    """A page (from 0) as a pixmap `width` logical px wide."""
    paper_width, paper_height = page_size()
    scale = width / paper_width
    pixmap = QPixmap(round(width * ratio), round(paper_height * scale * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.white)
    painter = QPainter(pixmap)
    painter.scale(scale, scale)
    pages.paint(painter, number)
    painter.end()
    return pixmap


class ReportPreview(Surface):
    """A page over the form; Esc or the arrow leads back."""

    left = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self._store = store
        self.document: ReportDocument | None = None
        self.dialog: QFileDialog | None = None
        self.paper = PaperView()
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        # always there, so that the page does not step aside when it is laid out
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setWidget(self.paper)
        self.area.viewport().setAutoFillBackground(False)
        self._error: ErrorState | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._bar())
        self._column.addWidget(self.area, 1)

    def _bar(self) -> QWidget:
        bar = Surface("surface", lines="b")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 10, 24, 10)
        row.setSpacing(12)
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=self.tr("Back to the debrief, Esc"))
        self.back.clicked.connect(self.left)
        row.addWidget(self.back)
        row.addWidget(Label(self.tr("Report preview"), t.H2, t.SEMIBOLD))
        self.audience = Segments([self.tr("Internal"), self.tr("For the customer")], name=self.tr("For whom"))
        self.audience.changed.connect(self._audience_chosen)
        row.addWidget(self.audience)
        self.count = Label("", t.SMALL, t.REGULAR, "text2")
        row.addWidget(self.count, 1)
        self.save_markdown = Button(self.tr("Save Markdown…"))
        self.save_markdown.clicked.connect(lambda: self.ask_where("md"))
        row.addWidget(self.save_markdown)
        self.save_pdf = Button(self.tr("Save PDF…"), icon="download", kind=Kind.PRIMARY)
        self.save_pdf.clicked.connect(lambda: self.ask_where("pdf"))
        row.addWidget(self.save_pdf)
        return bar

    # --- reading

    def chosen(self) -> Audience:
        """For whom."""
        return AUDIENCES[self.audience.current()]

    def load(self) -> None:
        """Makes the report of what is stored now."""
        record = self._store.record
        if record is None:
            return
        desk = self._store.desk
        desk.tasks.read(
            self, "report", read_report, record.case.id, self.chosen(), desk.now(), self._store.zone,
            done=self._made, failed=self._failed, settled=True,
        )  # fmt: skip

    def _audience_chosen(self, _index: int) -> None:
        self.load()

    def _made(self, document: ReportDocument) -> None:
        if document.audience is not self.chosen():
            return
        self._drop_error()
        before, self.document = self.document, document
        if before == document:
            return
        pages = lay_out(document)
        self.paper.show_pages(pages)
        if before is None or (before.number, before.audience) != (document.number, document.audience):
            self.area.verticalScrollBar().setValue(0)
        self.count.setText(self._words(document, len(pages)))

    def _words(self, document: ReportDocument, pages: int) -> str:
        words = self.tr("1 page") if pages == 1 else self.tr("{n} pages").format(n=pages)
        if document.audience is Audience.INTERNAL:
            return words
        blocks, events = document.kept_inside
        inside = self.tr("{blocks} blocks, {events} events stay inside").format(blocks=blocks, events=events)
        return f"{words}    {inside}"

    def _failed(self, error: UserError) -> None:
        self._drop_error()
        self._error = ErrorState(error.what, error.mend, actions=((self.tr("Try again"), self.load),))
        self._column.insertWidget(1, self._error)

    def _drop_error(self) -> None:
        if self._error is not None:
            self._error.deleteLater()
            self._error = None

    # --- saving

    def ask_where(self, kind: str) -> None:
        """Opens the system's own dialog; never blocks."""
        if self.document is None:
            return
        tail = "-customer" if self.document.audience is Audience.CUSTOMER else ""
        dialog = QFileDialog(self, self.tr("Save report"), f"{self.document.number}{tail}.{kind}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.setNameFilter(f"{kind.upper()} (*.{kind})")
        dialog.fileSelected.connect(lambda name: self.save(kind, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def save(self, kind: str, path: Path) -> None:
        """Writes the report that is shown."""
        document = self.document
        if document is None:
            return
        if kind == "pdf":
            self._write(lambda: write_pdf(document, path), path)
        else:
            self._write(lambda: write_whole(path, write_markdown(document).encode()), path)

    def _write(self, act: Callable[[], object], path: Path) -> None:
        stage = self._store.desk.stage
        try:
            act()
        except UserError as error:
            stage.refuse(error)
            return
        stage.toast(self.tr("Saved as {name}.").format(name=path.name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
