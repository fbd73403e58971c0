"""A small matrix that tests write down as lines of text."""

from __future__ import annotations

from app.models.enums import DimensionKind, HitPolicy, Part
from app.services.matrix.reading import read_cell
from app.services.matrix.table import (
    CatchAllRecord,
    ChoiceRecord,
    DimensionRecord,
    MatrixTable,
    NamedRecord,
    OutcomeRecord,
    TierRecord,
    TriggerRecord,
)


def choice(key: str, *keys: str, part: Part | None = None, asked: bool = True) -> DimensionRecord:
    """A choice dimension whose labels are its keys, capitalised."""
    records = tuple(ChoiceRecord(one, one.capitalize()) for one in keys)
    return DimensionRecord(key, key.capitalize(), DimensionKind.CHOICE, records, asked=asked, part=part)


SEVERITY = choice("severity", "s1", "s2", "s3", part=Part.SEVERITY)
SEGMENT = choice("segment", "enterprise", "business", "free", part=Part.SEGMENT)
REVENUE = DimensionRecord("revenue", "Revenue", DimensionKind.MONEY, currency="EUR", asked=False)
VIP = DimensionRecord("vip", "VIP", DimensionKind.YES_NO)
CUSTOMERS = DimensionRecord("customers", "Customers", DimensionKind.WHOLE)
RENEWAL = DimensionRecord("renewal", "Renewal", DimensionKind.DATE)
DELAY = DimensionRecord("delay", "Delay", DimensionKind.HOURS)
SHARE = DimensionRecord("share", "Share", DimensionKind.PERCENT)
NUMBER = DimensionRecord("number", "Number", DimensionKind.NUMBER)

CATCH_ALL = CatchAllRecord(OutcomeRecord(1, "desk", "standard", "light"), "person:ada")


def matrix(
    dimensions: tuple[DimensionRecord, ...],
    *lines: str,
    policy: HitPolicy = HitPolicy.HIGHEST_TIER,
    catch_all: CatchAllRecord | None = CATCH_ALL,
) -> MatrixTable:
    """A table of lines ``cell | cell | tier owner``; trigger n has the id ``tn`` and the number n."""
    triggers = []
    for number, line in enumerate(lines, start=1):
        *cells, outcome = (part.strip() for part in line.split("|"))
        tier, owner = outcome.split()
        triggers.append(
            TriggerRecord(
                f"t{number}",
                number,
                tuple(read_cell(text, one) for text, one in zip(cells, dimensions, strict=True)),
                OutcomeRecord(int(tier), owner, "standard", "light"),
            )
        )
    return MatrixTable(
        "m1",
        "Test",
        policy,
        dimensions,
        tuple(triggers),
        catch_all,
        tiers=tuple(TierRecord(rank, f"Tier {rank}") for rank in range(1, 5)),
    )


NAMES = (NamedRecord("desk", "Desk"), NamedRecord("pay", "Payments desk"))
