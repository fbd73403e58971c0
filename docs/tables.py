"""Writes the tables that documents take from the program, between their marks: `python docs/tables.py`.

A mark is a pair of comments, `<!-- table: NAME -->` and `<!-- end of table -->`. A test holds that what stands between
them is what the program says today.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n)(?P<body>.*?)(<!-- end of table -->)", re.DOTALL)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is kept apart from the bars between cells."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def clock_events() -> str:
    """What an event of an incident does to its timers, in the order in which the acts apply."""
    from app.services.clock.events import event_rows

    return markdown(("event", "what it does to the timers"), event_rows())


def clock_states() -> str:
    """Where an act leads a timer from each of its states."""
    from app.services.clock.events import machine_rows

    head, *rows = machine_rows()
    return markdown(head, rows)


def delivery_kinds() -> str:
    """The kinds of notification, the most urgent first, and whether one is mailed to whoever wrote no rules."""
    from app.services.delivery_plan import KINDS
    from app.services.watch.words import KINDS as WORDS

    subjects = {kind: words[0].replace("{tier}", "a tier") for kind, words in WORDS.items()}
    rows = [(f"`{kind}`", subjects[kind], "yes" if needs else "no") for kind, needs in KINDS.items()]
    return markdown(("kind", "in a subject", "mailed without rules"), rows)


def delivery_limits() -> str:
    """How many letters one person gets at most by each channel."""
    from app.services.watch.bundling import limit_rows

    return markdown(("channel", "letters to one person and address, at most"), limit_rows())


def database_tables() -> str:
    """The tables, feature by feature, with what a row of each is."""
    return "".join(f"**{feature}**\n\n{markdown(('table', 'what a row is'), rows)}\n" for feature, rows in _features())


def _features() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    from importlib import import_module

    from app.models import tables
    from app.models.base import Base

    mappers = {mapper.class_: mapper for mapper in Base.registry.mappers}
    for name in tables.__all__:
        module = import_module(f"app.models.{name}")
        kinds = [kind for kind in mappers if kind.__module__ == module.__name__]
        rows = [(f"`{kind.__tablename__}`", first_line(kind.__doc__)) for kind in kinds]
        yield name, sorted(rows)


def first_line(text: str | None) -> str:
    """The first sentence of a docstring, without the marks of reStructuredText."""
    line = (text or "").strip().splitlines()[0]
    return line.replace("``", "`")


TABLES: dict[str, Callable[[], str]] = {
    "clock-events": clock_events,
    "clock-states": clock_states,
    "database-tables": database_tables,
    "delivery-kinds": delivery_kinds,
    "delivery-limits": delivery_limits,
}


def renewed(text: str) -> str:
    """The document with every marked table as the program says it now; `KeyError` for a table nobody makes."""
    return MARKED.sub(lambda found: found[1] + TABLES[found["name"]]() + found[4], text)


def main() -> int:
    """Renews all documents and names those that changed."""
    for path in sorted(FOLDER.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"renewed {path.relative_to(FOLDER)}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parent))
    sys.exit(main())
