"""Golden pictures: what a widget looks like, compared with the picture kept beside the tests.

Run with UPDATE_GOLDEN=1 to rewrite the kept pictures, then look at each of them.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

GOLDEN = Path(__file__).parent.parent / "pictures"
ACTUAL = Path(tempfile.gettempdir()) / "escalation-desk-pictures"
# A channel may differ by this much (of 255) before its pixel counts: antialiasing at edges.
CHANNEL_SLACK = 24
SHARE_ALLOWED = 0.002
LOOK_AGAIN_MS, PATIENCE = 100, 50


def picture_of(shown: QWidget | QPixmap | QImage) -> QImage:
    """The pixels of a widget (which need not be visible), a pixmap or an image."""
    if isinstance(shown, QWidget):
        shown.ensurePolished()
        shown = shown.grab()
    image = shown.toImage() if isinstance(shown, QPixmap) else shown
    return image.convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> "np.ndarray[Any, np.dtype[np.int16]]":
    """Height, width and 3 channels."""
    flat = np.frombuffer(image.constBits(), np.uint8)
    rows = flat.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 4]
    return rows.reshape(image.height(), image.width(), 4)[:, :, :3].astype(np.int16)


def differing_share(one: QImage, other: QImage) -> float:
    """Share (0..1) of the pixels that differ; 1 when the sizes do."""
    if one.size() != other.size():
        return 1.0
    apart = np.abs(pixels(one) - pixels(other)).max(axis=2)
    return float((apart > CHANNEL_SLACK).mean())


def assert_picture(shown: QWidget | QPixmap | QImage, name: str, *, allowed: float = SHARE_ALLOWED) -> None:
    """Fail unless `shown` looks like tests/pictures/<name>.png; the actual picture is kept on failure.

    A widget that is still being laid out is waited for.
    """
    kept = GOLDEN / f"{name}.png"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        kept.parent.mkdir(parents=True, exist_ok=True)
        assert _at_rest(shown).save(str(kept))
        return
    wanted = QImage(str(kept)).convertToFormat(QImage.Format.Format_RGB32) if kept.exists() else QImage()
    actual, share = picture_of(shown), 1.0
    for _ in range(PATIENCE):
        share = differing_share(actual, wanted)
        if share <= allowed:
            return
        if not isinstance(shown, QWidget) or wanted.isNull():
            break
        QTest.qWait(LOOK_AGAIN_MS)
        actual = picture_of(shown)
    seen = ACTUAL / f"{name}.png"
    seen.parent.mkdir(parents=True, exist_ok=True)
    actual.save(str(seen))
    if wanted.isNull():
        raise AssertionError(f"There is no golden picture {name}. Look at {seen}, then run with UPDATE_GOLDEN=1.")
    raise AssertionError(f"{name}: {share:.2%} of the pixels differ, {allowed:.2%} may. Compare {seen} with {kept}.")


def _at_rest(shown: QWidget | QPixmap | QImage) -> QImage:
    """The picture once two looks in a row are the same."""
    before = picture_of(shown)
    for _ in range(PATIENCE):
        QTest.qWait(LOOK_AGAIN_MS)
        now = picture_of(shown)
        if now == before:
            break
        before = now
    return before
