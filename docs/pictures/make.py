"""Makes the pictures of the documents: the real window on the sample, without a screen, in light and dark.

`python docs/pictures/make.py` makes all of them anew, `python docs/pictures/make.py workbench matrix` only those. The
sample stands still at the moment where its story ends, so that the same program makes the same pictures, apart from the
line at the bottom.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.desk import DeskRoot
    from app.services.database.database import Database
    from app.views.shell.hand import Hand
    from app.views.shell.tour import TourStep

FOLDER = Path(__file__).resolve().parent
THEMES = ("light", "dark")
COLOURS = 256
LOGIN = "ada.moss"
INCIDENT = "Charged twice on subscription renewal"
RESOLVED = "Card terminals offline in two shops"
TILE = "Resolve"
STORY = (
    "The line of two shops failed, and with it their card terminals. A mobile fallback carried both until it was back.",
    "Two shops of one customer took no cards for some minutes, €26,000 at risk.",
)


def main(names: list[str]) -> int:
    """Makes the pictures; 0, or 1 with what went wrong."""
    from app.services import sample

    sample.open_sample = partial(still, sample.open_sample)
    with tempfile.TemporaryDirectory(prefix="escalation-desk-pictures-") as private:
        played = Path(private, "played.sqlite")
        sample.create_sample(played)
        codes = [draw(theme, Path(private, theme), played, names) for theme in THEMES]
    return max(codes)


def draw(theme: str, private: Path, played: Path, names: list[str]) -> int:
    """One window in one theme, with data folders of its own; its pictures go beside this script."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(private / name.lower())
    os.environ["LOGNAME"] = LOGIN  # who sits at a desk of one's own
    from app import config, desk
    from app.config import Settings
    from app.views.shell.tour import run_tour

    shutil.copy(played, config.sample_database())
    root = desk.DeskRoot(desk.application(), Settings(theme=theme), keeps_settings=False)
    root.window.resize(*desk.PICTURE_SIZE)
    root.window.show()
    export = private / "old-desk.csv"
    write_export(export)
    code = run_tour(root.window, root.tasks, steps(root, export, names), private / "pictures")
    for picture in (private / "pictures").glob("*.png"):
        keep(picture, FOLDER / f"{picture.stem.partition('-')[2]}_{theme}.png")
    root.window.close()
    root.close()
    root.window.deleteLater()
    return code


def keep(picture: Path, target: Path) -> None:
    """Writes a picture in its 256 most frequent colours, which flat drawings do not outgrow, as small as PNG can be."""
    from collections import Counter

    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QImageWriter

    drawn = QImage(str(picture)).convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(drawn.constBits()).cast("I"))
    colours = [colour for colour, _count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:COLOURS]]
    plain = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
    writer = QImageWriter(str(target))
    writer.setQuality(0)  # the strongest compression; nothing is lost
    writer.write(drawn.convertToFormat(QImage.Format.Format_Indexed8, colours, plain))


def still(opening: Callable[[Path], Database], path: Path) -> Database:
    """Opens the sample with its clock stopped where its story ends."""
    from app.services.database.clock import HandClock

    database = opening(path)
    database.clock = HandClock(database.clock.now().replace(microsecond=0))
    return database


# --- what is shown


def steps(root: DeskRoot, export: Path, names: list[str]) -> list[TourStep]:
    """The steps in order; with `names` only those pictures are kept."""
    from app.views.shell.hand import Hand

    hand = Hand(root.window)
    made = [*_workbench(hand), *_sheets(hand), *_pages(hand), *_last(root, hand, export)]
    return [replace(step, picture=step.picture and (not names or step.key in names)) for step in made]


def _workbench(hand: Hand) -> list[TourStep]:
    from app.views.shell.tour import TourStep

    window = hand.window
    return [
        TourStep("welcome", "Welcome", partial(window.go, "welcome")),
        TourStep("open", "", window.open_sample, lambda: window.desk.database is not None, picture=False),
        TourStep("find", "", partial(hand.look_up, INCIDENT), hand.knows, picture=False),
        TourStep("go", "", partial(window.go, "workbench"), after(0.5), picture=False),
        TourStep("incident", "", hand.open_incident, partial(hand.can, "incident.note"), picture=False),
        TourStep("workbench", "Workbench", lambda: None, after(0.5)),
    ]


def _sheets(hand: Hand) -> list[TourStep]:
    return [
        *_sheet(hand, "why", "Why a timer is due then", partial(_click_tile, hand)),
        *_sheet(hand, "trigger", "Why the matrix sent it here", partial(hand.run, "incident.why")),
        *_sheet(hand, "hand_off", "Handing off", partial(hand.run, "incident.hand_off")),
        *_sheet(hand, "new", "A new incident", partial(hand.run, "incident.new")),
    ]


def _sheet(hand: Hand, key: str, words: str, act: Callable[[], None]) -> list[TourStep]:
    from app.views.shell.tour import TourStep

    return [
        TourStep(key, words, act, lambda: hand.sheet() is not None),
        TourStep(f"{key} closed", "", hand.close_sheet, lambda: hand.sheet() is None, picture=False),
    ]


def _pages(hand: Hand) -> list[TourStep]:
    from app.views.shell.tour import TourStep

    go = hand.window.go
    return [
        TourStep("matrix", "Matrix", partial(go, "matrix"), partial(hand.has_settled, "Checking")),
        TourStep("written", "", partial(hand.look_up, RESOLVED), after(0.5), picture=False),
        TourStep("debriefs", "", lambda: go("debriefs", hand.incident), partial(hand.can, "debriefs.start"), False),
        TourStep("start", "", partial(hand.run, "debriefs.start"), partial(hand.can, "debriefs.add"), picture=False),
        TourStep("wrote", "", lambda: None, after(0.5), picture=False),
        TourStep("debrief", "Debrief", partial(_write_story, hand), after(1.5)),
        TourStep("settings", "Settings", partial(go, "settings"), after(1.0)),
    ]


def _last(root: DeskRoot, hand: Hand, export: Path) -> list[TourStep]:
    from app import config
    from app.views.shell.tour import TourStep

    window = root.window

    def search() -> None:
        window.go("workbench")
        window.open_palette()
        window.desk.palette.field.setText("pay")

    def own() -> None:
        window.desk.palette.close_palette()
        root.open(config.own_database())

    def elsewhere() -> bool:
        return window.where == "this computer"

    return [
        TourStep("palette", "Command palette", search, after(1.0)),
        TourStep("own", "", own, elsewhere, picture=False),
        TourStep("start", "A desk without a matrix", partial(window.go, "matrix"), after(1.0)),
        TourStep("import", "Past incidents", partial(window.go, "imports", str(export)), after(5.0)),
    ]


def write_export(path: Path) -> None:
    """Writes what another desk might have exported: made-up, with days and months that read both ways."""
    customers = ("Halden Fitness", "Ostrava Logistics", "Lumen Dental", "Mercado Sol")
    lines = ["case_id;created_at;closed_at;customer;queue;prio;amount_risk;contact_email;agent_notes"]
    for row in range(240):
        day, month, hour = row % 9 + 1, row // 9 % 10 + 1, row * 7 % 24
        raised, closed = (
            f"{day:02d}/{month:02d}/2026 {hour:02d}:15",
            f"{day + row % 3:02d}/{month:02d}/2026 {hour:02d}:55",
        )
        customer, queue = customers[row % 4], ("Payments", "Access", "Delivery")[row % 3]
        words = f"C-{7000 + row};{raised};{closed};{customer};{queue};P{row % 4 + 1};{row % 4 + 1}.{100 + row},50"
        lines.append(f"{words};member{row}@example.org;Called back, see ledger")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_story(hand: Hand) -> None:
    """Writes into the first blocks of the story."""
    from app.views.debriefs.growing import GrowingText

    blocks = [one for one in hand.window.findChildren(GrowingText) if one.isVisible()]
    for block, words in zip(blocks, STORY, strict=False):
        block.setFocus()
        block.insertPlainText(words)


def _click_tile(hand: Hand) -> None:
    """Clicks the tile of a timer, as a pointer would."""
    from app.views.theme.tiles import TileButton

    tiles = [one for one in hand.window.findChildren(TileButton) if one.isVisible()]
    next(one for one in tiles if one.accessibleName().startswith(TILE)).click()


def after(seconds: float) -> Callable[[], bool]:
    """True once so much time has passed since it was first asked."""
    began: list[float] = []

    def passed() -> bool:
        began.append(time.monotonic())
        return began[-1] - began[0] > seconds

    return passed


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parents[1]))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
