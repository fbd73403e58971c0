"""A thin line that fills."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from app.views.theme.current import theme
from app.views.theme.paint import draw_box, px, smooth


class ProgressLine(QProgressBar):
    """Progress without words; whoever shows it writes the numbers beside it."""

    def __init__(
        self, parent: QWidget | None = None, *, tone: str = "ok", height: float = 4, name: str = "", total: int = 100
    ) -> None:
        super().__init__(parent)
        self._tone, self._high = tone, height
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self.setRange(0, total)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_tone(self, tone: str) -> None:
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(120)), max(2, round(px(self._high))))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(24)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        draw_box(painter, rect, "track", None, rect.height() / 2)
        span = self.maximum() - self.minimum()
        share = (self.value() - self.minimum()) / span if span > 0 else 0.0
        if share > 0:
            used = QRectF(0, 0, max(rect.height(), rect.width() * min(1.0, share)), rect.height())
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                used.moveRight(rect.right())
            draw_box(painter, used, self._tone, None, rect.height() / 2)
        painter.end()
