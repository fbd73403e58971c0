"""Parts side by side where there is room, one below the other where there is not."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.theme.current import theme
from app.views.theme.paint import px


class Columns(QWidget):
    """As many columns as fit, none narrower than `least` (in pixels at 100 %); the parts keep their order.

    `shares` are the widths of the columns against each other while all parts stand in one row. The parts of a row are
    of one height, or with `top` each of its own.
    """

    def __init__(
        self,
        parts: Sequence[QWidget],
        least: int,
        parent: QWidget | None = None,
        *,
        gap: int = 16,
        most: int = 0,
        shares: Sequence[int] = (),
        top: bool = False,
    ) -> None:
        super().__init__(parent)
        self._parts, self._least, self._most = list(parts), least, most or len(parts)
        self._align = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag(0)
        self._shares = list(shares) or [1] * self._most
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(gap)
        self._columns = 0
        self._place(self._most)
        theme.changed.connect(self._arrange)

    def columns(self) -> int:
        """How many stand side by side now."""
        return self._columns

    def _fitting(self) -> int:
        gap = self._grid.horizontalSpacing()
        return max(1, min(self._most, int((self.width() + gap) // (px(self._least) + gap))))

    def _arrange(self) -> None:
        self._place(self._fitting())

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for part in self._parts:
            self._grid.removeWidget(part)
        for number, part in enumerate(self._parts):
            self._grid.addWidget(part, number // columns, number % columns, self._align)
        for column in range(self._most):
            whole = columns == self._most
            self._grid.setColumnStretch(column, 0 if column >= columns else self._shares[column] if whole else 1)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(min(round(px(self._least)), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
