"""Claim: 17,442 incidents that were taken over are read and decided by two versions in at most 2 s on SQLite.

    python -m benchmarks.replay LOG.csv.xz [--mapping MAP.toml] [--runs N]

The log is given by name, because the project does not ship it (UCI 498, doi 10.24432/C57S4H); without one the 300
incidents of the tests are taken, which proves the way but not the claim. The log is imported into a SQLite file of its
own and a matrix is built from it by impact and urgency; four more facts are read. The other version starts medium
urgency a tier higher. Measured is what a person waits for: reading the incidents with what was known of each, deciding
them twice, and the whole document. Prints the median and exits 1 where it is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.incidents.history import import_incidents
from app.services.incidents.intake.mapping_file import load_mapping
from app.services.matrix.cells import ChoiceCell
from app.services.matrix.files import policy_of
from app.services.matrix.first_version import from_combinations
from app.services.matrix.from_history import combinations
from app.services.matrix.policy import Policy
from app.services.matrix.replay.reading import cases_between
from app.services.matrix.replay.replay import replay
from app.services.matrix.replay.replay_json import replay_json

ROOT = Path(__file__).resolve().parent.parent
MAPPING = ROOT / "resources" / "mappings" / "servicenow.toml"
CUT = ROOT / "tests" / "data" / "servicenow" / "incident_event_log.first300.csv.xz"
SECONDS = 2.0
EXTRA = ("product_area", "region", "channel", "priority")
"""Facts that are read too, as a matrix with more dimensions would."""
T = TypeVar("T")


def two_versions(database: Database) -> tuple[Policy, Policy]:
    """A matrix from the past, and one in which medium urgency starts a tier higher."""
    before = policy_of(
        database.read(lambda session: from_combinations(combinations(session, ("impact", "urgency"), "priority")))
    )
    column = before.table.position_of("urgency")
    triggers = tuple(
        replace(one, outcome=replace(one.outcome, tier=min(one.outcome.tier + 1, len(before.tiers))))
        if isinstance(cell := one.cells[column], ChoiceCell) and cell.keys == ("medium",)
        else one
        for one in before.table.triggers
    )
    return before, replace(before, table=replace(before.table, triggers=triggers))


def timed(act: Callable[[], T]) -> tuple[float, T]:
    """Seconds and the result."""
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def main() -> int:
    """Measure, print, and tell by the exit code whether the claim holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, nargs="?", default=CUT)
    parser.add_argument("--mapping", type=Path, default=MAPPING)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/desk.sqlite", create=True).acting_as(WATCH)
        try:
            import_incidents(database, chosen.path, load_mapping(chosen.mapping))
            return measure(database, chosen.runs)
        finally:
            database.close()


def measure(database: Database, runs: int) -> int:
    """Several replays of all incidents; 0 where the median keeps the promise."""
    before, after = two_versions(database)
    keys = {*(one.key for one in before.table.dimensions), *EXTRA}
    each = [once(database, before, after, keys) for _ in range(runs)]
    reading, deciding, telling = (statistics.median(one) for one in list(zip(*each, strict=True))[:3])
    total = statistics.median(sum(one[:3]) for one in each)
    print(f"{each[0][3]:,} incidents, {each[0][4]:,} change: {total:.2f} s (goal ≤ {SECONDS:.0f})", end="")
    print(f": reading {reading:.2f}, deciding {deciding:.2f}, telling {telling:.2f}")
    return 0 if total <= SECONDS else 1


def once(database: Database, before: Policy, after: Policy, keys: set[str]) -> tuple[float, float, float, int, int]:
    """Seconds of reading, deciding and telling; how many incidents there are, and how many change."""
    reading, cases = timed(lambda: database.read(cases_between, None, None, keys))
    deciding, found = timed(lambda: replay(cases, before, after))
    telling, told = timed(lambda: replay_json(found, limit=200))
    return reading, deciding, telling, told["incidents"], told["changed"]["count"]


if __name__ == "__main__":
    sys.exit(main())
