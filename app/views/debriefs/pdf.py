"""Writes a report as PDF: A4, fonts embedded, text that can be found and copied. Needs no window."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.services.database.errors import UserError
from app.services.debriefs.document import ReportDocument
from app.views.debriefs.pages import lay_out
from app.views.theme.fonts import load_fonts

DPI: Final = 1200
CSS_DPI: Final = 96
_MAPPED = re.compile(rb"beginbfrange.*?endbfrange", re.DOTALL)
_kept: list[QGuiApplication] = []


def write_pdf(document: ReportDocument, path: Path) -> int:
    """Writes the report to `path`, whole or not at all; returns the number of pages. Raises ``UserError``."""
    content, pages = make_pdf(document)
    write_whole(path, content)
    return pages


def make_pdf(document: ReportDocument) -> tuple[bytes, int]:
    """The report as the bytes of a PDF, and its number of pages."""
    ensure_gui()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setResolution(DPI)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setTitle(f"{document.number} {document.title}")
    writer.setCreator("Escalation Desk")
    pages = lay_out(document)
    painter = QPainter(writer)
    painter.scale(DPI / CSS_DPI, DPI / CSS_DPI)
    for number in range(len(pages)):
        if number:
            writer.newPage()
        pages.paint(painter, number)
    painter.end()
    content = bytes(buffer.data().data())
    buffer.close()
    return with_spaces(content), len(pages)


def with_spaces(content: bytes) -> bytes:
    """Makes copied text carry spaces: the writer says that the glyph of a space means a tab. Lengths stay."""
    return _MAPPED.sub(lambda found: found[0].replace(b"<0009>", b"<0020>"), content)


def write_whole(path: Path, content: bytes) -> None:
    """Puts a file in place at once; raises ``UserError`` where that cannot be."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o666 & ~_mask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise UserError(f"“{path}” was not written: {reason}.", "Choose another folder or name.") from error


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def ensure_gui() -> None:
    """An application for fonts and painting: the running one, else one without a screen."""
    if QGuiApplication.instance() is None:
        screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
        if sys.platform.startswith("linux") and not screen:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(sys.argv[:1]))
    load_fonts()
