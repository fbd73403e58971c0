"""Our matrix as DMN 1.3 and back: the table as everybody's editors show it, the rest in an extension element.

A matrix under *highest tier* is written with PRIORITY while no two triggers of one tier can match together; else with
FIRST and rows sorted by tier, each keeping its own place in an attribute (domain.md 2.2). A complement is written as
the list of the other choices, because FEEL lets a missing value pass ``not("a")`` and we do not (domain.md 2.1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.models.enums import DimensionKind, HitPolicy, VersionState
from app.services.matrix.cells import ANY, Cell, CellError, ChoiceCell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.dmn.markup import DmnError, Element, read_file
from app.services.matrix.dmn.names import OURS, POLICIES
from app.services.matrix.dmn.writing import (
    WrittenColumn,
    WrittenRule,
    WrittenTable,
    cell_text,
    to_text,
    xml_name,
)
from app.services.matrix.document import Document, to_policy
from app.services.matrix.exact.report import verify_rows
from app.services.matrix.foreign_records import ForeignPolicy
from app.services.matrix.reading import read_file_cell
from app.services.matrix.sfeel import read_sfeel
from app.services.matrix.table import MatrixTable, TriggerRecord
from app.services.matrix.verify.space import make_axis
from app.services.matrix.writing import quoted, write_sfeel

OUTCOMES = (("tier", "Tier"), ("owner", "Owner"), ("path", "Path"), ("target_class", "Target class"))
"""Output columns in order, by name and label."""
_KEYS = {"tier": "tier", "owner": "owner", "path": "path", "target_class": "class"}
"""How the document calls them."""


def matrix_to_dmn(document: Document) -> str:
    """The file of a matrix that every cell of can be read. Raises `DmnError` where one cannot."""
    policy = to_policy(document, version_id="written", number=0, state=VersionState.DRAFT)
    if policy.unreadable:
        bad = policy.unreadable[0]
        raise DmnError(f"A cell of {bad.dimension} cannot be read: “{bad.text}”.", "Mend it, then export again.")
    table, triggers = policy.table, list(document.get("triggers", ()))
    ordered = _ordered(table)
    rows = [_rule(table, row, triggers[row]) for row in (range(len(triggers)) if ordered is None else ordered)]
    name = str(document.get("name") or "Escalation matrix")
    return to_text(
        WrittenTable(
            id=xml_name(name, "matrix"),
            name=name,
            policy=_policy(table.hit_policy, sorted_rows=ordered is not None),
            inputs=tuple(_input(one) for one in table.dimensions),
            outputs=tuple(_output(document, name, label) for name, label in OUTCOMES),
            rules=tuple(rows),
            own=json.dumps({key: document[key] for key in document if key != "triggers"}, ensure_ascii=False),
        )
    )


def _ordered(table: MatrixTable) -> tuple[int, ...] | None:
    """Rows by tier where PRIORITY could not say which of a tier wins; None where they stay as they are."""
    if table.hit_policy is HitPolicy.HIGHEST_TIER and _same_tier_overlaps(table):
        return table.winning_order()
    return None


def _same_tier_overlaps(table: MatrixTable) -> bool:
    rows = [one.cells for one in table.triggers]
    axes = [make_axis(one, [row[at] for row in rows], unknown=False) for at, one in enumerate(table.dimensions)]
    outcomes = [one.outcome for one in table.triggers]
    found = verify_rows(axes, rows, outcomes, policy="U", ranks=[()] * len(rows), limit=0, seconds=30.0)
    return any(outcomes[one].tier == outcomes[other].tier for one, other in found.conflicts)


def _policy(policy: HitPolicy, *, sorted_rows: bool) -> ForeignPolicy:
    if policy is HitPolicy.HIGHEST_TIER:
        return ForeignPolicy.FIRST if sorted_rows else ForeignPolicy.PRIORITY
    return ForeignPolicy.FIRST if policy is HitPolicy.FIRST else ForeignPolicy.UNIQUE


def _input(one: DimensionRecord) -> WrittenColumn:
    kinds = {DimensionKind.CHOICE: "string", DimensionKind.YES_NO: "boolean", DimensionKind.DATE: "date"}
    values = ",".join(quoted(choice.key) for choice in one.choices)
    return WrittenColumn(one.key, one.label, kinds.get(one.kind, "number"), values)


def _output(document: Document, name: str, label: str) -> WrittenColumn:
    """Tiers are listed highest first, the order of priority; the catch-all is the default outcome."""
    listed = {
        "tier": [one["key"] for one in reversed(document.get("tiers", ()))],
        "path": [one["key"] for one in document.get("paths", ())],
        "target_class": [one["key"] for one in document.get("target_classes", ())],
    }
    catch_all = document.get("catch_all") or {}
    default = catch_all.get(_KEYS[name])
    # a list of outcomes is an order of priority in DMN: only that of the tiers is meant so
    values = ",".join(map(quoted, listed["tier"])) if name == "tier" else ""
    return WrittenColumn(name, label, "string", values, quoted(str(default)) if default else "")


def _rule(table: MatrixTable, row: int, given: Mapping[str, Any]) -> WrittenRule:
    trigger = table.triggers[row]
    texts = tuple(
        cell_text(_without_complement(cell, one)) for cell, one in zip(trigger.cells, table.dimensions, strict=True)
    )
    extra = {"number": str(trigger.number), "position": str(row)}
    if "id" in given:
        extra["id"] = str(given["id"])
    written = _written_otherwise(table, trigger, texts, given)
    if written:
        extra["cells"] = json.dumps(written, ensure_ascii=False)
    then = tuple(quoted(str(given[_KEYS[name]])) if given.get(_KEYS[name]) else "" for name, _ in OUTCOMES)
    return WrittenRule(trigger.id, texts, then, trigger.reason, extra)


def _without_complement(cell: Cell, dimension: DimensionRecord) -> Cell:
    if not isinstance(cell, ChoiceCell) or not cell.negated:
        return cell
    left = tuple(one.key for one in dimension.choices if one.key not in cell.keys)
    return ChoiceCell(left or ("",))


def _written_otherwise(
    table: MatrixTable, trigger: TriggerRecord, texts: Sequence[str], given: Mapping[str, Any]
) -> dict[str, str]:
    """The cells whose text in the document is another than what will be read back, by dimension."""
    cells = given.get("cells", {})
    back = {one.key: _document_cell(text, one) for one, text in zip(table.dimensions, texts, strict=True)}
    return {key: text for key, text in cells.items() if back.get(key) != text}


def _document_cell(text: str, dimension: DimensionRecord) -> str:
    return write_sfeel(read_file_cell(text, dimension))


# --- back


def matrix_from_dmn(path: Path | str) -> Document | None:
    """The document of a matrix that we wrote; None for a table of somebody else. Raises `DmnError`.

    The rows are those of the table, so that what was edited elsewhere comes in; all else is what we wrote beside it.
    """
    root = read_file(path)
    own = _own(root)
    if own is None:
        return None
    decision = next(iter(root.all("decision")), None)
    table = decision.first("decisionTable") if decision is not None else None
    if table is None:
        raise DmnError("The file has our data but no decision table.", "Export it again.")
    document: dict[str, Any] = json.loads(own)
    document["hit_policy"] = _hit_policy(document, table)
    columns = [one.text_of("inputExpression") for one in table.all("input")]
    outcomes = [one.attributes.get("name", "") for one in table.all("output")]
    rules = list(table.all("rule"))
    used = {number for one in rules if (number := _number(one)) is not None}
    fresh = iter(range(max(used, default=0) + 1, max(used, default=0) + 1 + len(rules)))
    rows = [(_position(one, at), _trigger(document, one, columns, outcomes, fresh)) for at, one in enumerate(rules)]
    document["triggers"] = [trigger for _, trigger in sorted(rows, key=lambda pair: pair[0])]
    return document


def _own(root: Element) -> str | None:
    extension = root.first("extensionElements")
    for one in extension.children if extension is not None else ():
        if one.name == "matrix" and one.namespace == OURS:
            return one.text
    return None


def _hit_policy(document: Mapping[str, Any], table: Element) -> str:
    """Ours unless somebody chose one that ours is never written as."""
    ours = HitPolicy(document.get("hit_policy", HitPolicy.HIGHEST_TIER))
    said = POLICIES.get(table.attributes.get("hitPolicy", "UNIQUE").upper())
    written = {
        HitPolicy.HIGHEST_TIER: (ForeignPolicy.PRIORITY, ForeignPolicy.FIRST),
        HitPolicy.FIRST: (ForeignPolicy.FIRST,),
        HitPolicy.UNIQUE: (ForeignPolicy.UNIQUE,),
    }
    if said in written[ours]:
        return ours.value
    chosen = {
        ForeignPolicy.PRIORITY: HitPolicy.HIGHEST_TIER,
        ForeignPolicy.FIRST: HitPolicy.FIRST,
        ForeignPolicy.UNIQUE: HitPolicy.UNIQUE,
    }
    if said not in chosen:
        raise DmnError("This hit policy is not one of a matrix.", "Choose PRIORITY, FIRST or UNIQUE.")
    return chosen[said].value


def _ours(rule: Element, name: str) -> str | None:
    return rule.attributes.get(f"{{{OURS}}}{name}")


def _number(rule: Element) -> int | None:
    said = _ours(rule, "number") or ""
    return int(said) if said.isdigit() else None


def _position(rule: Element, at: int) -> tuple[float, int]:
    """Where a row belongs: its own place; a row added elsewhere follows the one it stands below."""
    said = _ours(rule, "position") or ""
    return (float(said), at) if said.isdigit() else (float("inf"), at)


def _trigger(
    document: Mapping[str, Any], rule: Element, columns: Sequence[str], outcomes: Sequence[str], fresh: Any
) -> dict[str, Any]:
    dimensions = _dimensions(document)
    kept = json.loads(_ours(rule, "cells") or "{}")
    cells: dict[str, str] = {}
    for key, entry in zip(columns, rule.all("inputEntry"), strict=False):
        text = entry.first("text")
        said = text.text.strip() if text is not None else ""
        cell = _read(said, dimensions.get(key), key, rule)
        if cell is ANY:
            continue
        cells[key] = _kept(kept.get(key), cell, dimensions[key]) or write_sfeel(cell)
    then = dict(zip(outcomes, (_literal(one) for one in rule.all("outputEntry")), strict=False))
    number = _number(rule)
    return {
        **({"id": _ours(rule, "id")} if _ours(rule, "id") else {}),
        "number": number if number is not None else next(fresh),
        "cells": cells,
        **{_KEYS[name]: then.get(name, "") for name, _ in OUTCOMES},
        "reason": (description.text if (description := rule.first("description")) is not None else ""),
    }


def _dimensions(document: Mapping[str, Any]) -> dict[str, DimensionRecord]:
    policy = to_policy({**document, "triggers": []}, version_id="read", number=0, state=VersionState.DRAFT)
    return {one.key: one for one in policy.table.dimensions}


def _read(text: str, dimension: DimensionRecord | None, key: str, rule: Element) -> Cell:
    if dimension is None:
        raise DmnError(f"The table has a column “{key}” that the matrix does not know.", "Add the dimension first.")
    try:
        return read_file_cell(text, dimension)
    except CellError as error:
        where = rule.attributes.get("id", "a rule")
        raise DmnError(f"In {where}, {dimension.label}: {error.what}", error.mend) from error


def _kept(text: str | None, cell: Cell, dimension: DimensionRecord) -> str | None:
    """What we had written, where it still means what now stands in the table."""
    if text is None:
        return None
    try:
        before = read_file_cell(text, dimension)
    except CellError:
        return None
    return text if read_sfeel(cell_text(_without_complement(before, dimension))) == cell else None


def _literal(entry: Element) -> str:
    inner = entry.first("text")
    said = inner.text.strip() if inner is not None else ""
    cell = read_sfeel(said) if said else ANY
    return cell.keys[0] if isinstance(cell, ChoiceCell) and len(cell.keys) == 1 else said
