"""From the start of the process to a usable queue: the desk on a file with 500 open incidents ÷ an empty window.

Both are started in turns, each in a process of its own, and timed until what counts has been painted: the first rows of
the queue, the empty window. Goal: 1.5 s in all on a quiet machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.services.database.clock import HandClock
from app.services.database.database import Database, find_actor
from app.services.incidents.open import OpenIncident
from tests import desks

INCIDENTS = 500
TIMES = 7
GOAL_SECONDS = 1.5
ROOT = Path(__file__).resolve().parent.parent


def fill(file: Path) -> None:
    """A small desk whose Lena has many open incidents, opened just now: nothing is due yet."""
    now = datetime.now(UTC)
    desks.START = now - timedelta(hours=1)
    desks.fill_desk(str(file))
    database = Database.open(str(file), clock=HandClock(now))
    database.actor = database.read(find_actor, "lena")
    try:
        for number in range(INCIDENTS):
            facts = {"severity": ("s1", "s2", "s3")[number % 3]}
            title = f"Exports of customer {number} fail since this morning"
            database.apply(OpenIncident(title=title, facts=facts, customer=desks.HALDEN))
    finally:
        database.close()


def started(folder: Path, *arguments: str) -> float:
    """Seconds from starting such a process to its word that it has painted."""
    own = {"XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder, "QT_QPA_PLATFORM": "offscreen"}
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._starting", *arguments],
        cwd=ROOT, env={**os.environ, **{name: str(value) for name, value in own.items()}},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.split()[-1]) - begin


def main() -> int:
    """Prints both and their ratio; 1 where even the fastest start takes longer than the goal."""
    with tempfile.TemporaryDirectory(prefix="escalation-desk-bench-") as name:
        folder = Path(name)
        file = folder / "desk.sqlite"
        fill(file)
        empty, desk = [], []
        for _ in range(TIMES):
            empty.append(started(folder))
            desk.append(started(folder, str(file)))
    best, median = min(desk), statistics.median(desk)
    print(
        f"start to queue {best:.2f} s (median {median:.2f}; goal ≤ {GOAL_SECONDS})   "
        f"empty window {min(empty):.2f} s (median {statistics.median(empty):.2f})   "
        f"desk ÷ empty {best / min(empty):.1f} (medians {median / statistics.median(empty):.1f})"
    )
    return 1 if best > GOAL_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
