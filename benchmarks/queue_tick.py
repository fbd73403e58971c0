"""How long a second of the queue takes with 5,000 live timers: goal 4 ms at the median.

A tick is what the window does each second: read the timers that can be seen, tell the view which words changed, and
paint those cells. The goal holds for CPU time, so that a busy machine does not change the claim; wall time stands
beside it. Run it as ``python benchmarks/queue_tick.py``; it prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtWidgets import QApplication

from app.models.enums import Channel, IncidentOrigin, Phase, TimerKind, TimerState
from app.services.clock.reading import TimerRecord
from app.services.incidents.queue import QueueRow
from app.views.theme.apply import apply_theme
from app.views.theme.times import Times
from app.views.workbench.grouping import spots_of
from app.views.workbench.queue_model import QueueModel
from app.views.workbench.queue_view import QueueList
from app.views.workbench.store import QueueStore

GOAL_MS = 4.0
START = datetime(2026, 11, 23, 13, 24, 46, tzinfo=UTC)
KINDS = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)


@dataclass
class Rows:
    """What the model asks of its store."""

    rows: dict[str, QueueRow] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)


def make_row(number: int, rows: int) -> QueueRow:
    """One incident; due from five minutes ago to nine hours ahead: what can be seen changes each second."""
    key = f"{number:036d}"
    due = START + timedelta(seconds=number * (9 * 3600) // rows - 300)
    target = 4 * 3600
    timer = TimerRecord(
        key, key, None, KINDS[number % 4], 1, TimerState.RUNNING, due - timedelta(seconds=target), target, due,
        warn_at=due - timedelta(seconds=target // 4), soon_at=due - timedelta(seconds=target // 10),
    )  # fmt: skip
    return QueueRow(
        id=key, number=number, title=f"Payout {number} delayed two days", origin=IncidentOrigin.LIVE,
        phase=Phase.ASSESSMENT, severity=1 + number % 4, tier_rank=1 + number % 3, channel=tuple(Channel)[number % 4],
        customer="Ostrava Logistics", segment="Business", product_area="Payments", holder_id=None,
        holder=("Lena Okafor", "Marco Bianchi", "")[number % 3], team="Frontline", timer=timer, waiting_for=None,
    )  # fmt: skip


def measure(rows: int, ticks: int) -> dict[str, float | int | bool]:
    """Ticks through `ticks` seconds, sorting whenever something wants to move."""
    app = QApplication.instance() or QApplication([])
    apply_theme(cast(QApplication, app), "light")
    store = Rows({row.id: row for row in (make_row(number, rows) for number in range(rows))})
    model = QueueModel(cast(QueueStore, store), Times(ZoneInfo("Europe/Oslo")), START)
    view = QueueList(model)
    view.resize(556, 880)
    began = time.perf_counter()
    model.reset(START, spots_of(store.rows.values(), START, ZoneInfo("Europe/Oslo")))
    filled = time.perf_counter() - began
    view.show()
    app.processEvents()
    taken, wall, sorting = [], [], []
    for second in range(1, ticks + 1):
        began, used = time.perf_counter(), time.thread_time()
        moved = view.tick(START + timedelta(seconds=second))
        app.processEvents()
        taken.append((time.thread_time() - used) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
        if moved:
            used = time.thread_time()
            model.arrange()
            app.processEvents()
            sorting.append((time.thread_time() - used) * 1000)
    view.close()
    median = statistics.median(taken)
    return {
        "rows": rows,
        "ticks": ticks,
        "median_ms": round(median, 2),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 2),
        "wall_median_ms": round(statistics.median(wall), 2),
        "goal_ms": GOAL_MS,
        "fill_ms": round(filled * 1000, 1),
        "sorts": len(sorting),
        "sort_median_ms": round(statistics.median(sorting), 2) if sorting else 0.0,
        "met": median <= GOAL_MS,
    }


def main() -> int:
    """0 where the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--ticks", type=int, default=300)
    options = parser.parse_args()
    result = measure(options.rows, options.ticks)
    print(json.dumps(result))
    return 0 if result["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
