"""DMN 1.3 as text: one decision with one table, its columns, rules, and what our own namespace adds."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from app.services.matrix.cells import AnyCell, Cell, Interval, RangeCell
from app.services.matrix.dmn.names import AGGREGATIONS, DIAGRAM, GRAPHICS, MODEL, OURS, POLICIES
from app.services.matrix.foreign import DecisionTable
from app.services.matrix.foreign_records import ForeignPolicy, Value
from app.services.matrix.writing import plain_number, quoted, write_sfeel

_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""
_NO_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column as DMN shows it; ``values`` is the text of its allowed values, ``default`` of its default outcome."""

    name: str
    label: str
    type: str
    values: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule as texts; ``extra`` are attributes of our own namespace."""

    id: str
    when: tuple[str, ...]
    then: tuple[str, ...]
    description: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A whole table; ``own`` is a document of ours that travels in an extension element."""

    id: str
    name: str
    policy: ForeignPolicy
    inputs: tuple[WrittenColumn, ...]
    outputs: tuple[WrittenColumn, ...]
    rules: tuple[WrittenRule, ...]
    own: str = ""
    program: str = "Escalation Desk"


def cell_text(cell: Cell) -> str:
    """A cell in S-FEEL with outward brackets, ``[10..25[``, which editors can change in their range form."""
    if not isinstance(cell, RangeCell):
        return "" if isinstance(cell, AnyCell) else write_sfeel(cell)
    return ", ".join(_interval(one) for one in cell.ranges)


def _interval(one: Interval) -> str:
    text = write_sfeel(RangeCell((one,)))
    if ".." not in text:
        return text
    return ("]" if text[0] == "(" else "[") + text[1:-1] + ("[" if text[-1] == ")" else "]")


def value_text(value: Value) -> str:
    """An outcome as a FEEL literal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else plain_number(value)


def table_to_dmn(table: DecisionTable) -> str:
    """Somebody's decision table as DMN 1.3."""
    return to_text(
        WrittenTable(
            id=table.id,
            name=table.name,
            policy=table.hit_policy,
            inputs=tuple(
                WrittenColumn(one.name, one.label, one.type.value, cell_text(one.allowed) if one.allowed else "")
                for one in table.inputs
            ),
            outputs=tuple(
                WrittenColumn(
                    one.name, one.name, _type_of(table, at), ", ".join(map(value_text, one.allowed)),
                    value_text(one.default),
                )
                for at, one in enumerate(table.outputs)
            ),
            rules=tuple(
                WrittenRule(rule.id, tuple(map(cell_text, rule.cells)), tuple(map(value_text, rule.then)))
                for rule in table.rules
            ),
        )
    )  # fmt: skip


def _type_of(table: DecisionTable, at: int) -> str:
    kinds = {type(rule.then[at]) for rule in table.rules if rule.then[at] is not None}
    if kinds == {bool}:
        return "boolean"
    return "string" if str in kinds or not kinds else "number"


def xml_name(text: str, otherwise: str) -> str:
    """An identifier that XML allows, made from ``text``."""
    plain = _NO_NAME.sub("_", text).strip("_")
    if not plain:
        return otherwise
    return plain if plain[0].isalpha() else f"_{plain}"


def to_text(table: WrittenTable) -> str:
    """The file. Identifiers are unique and legal in XML whatever the table calls things."""
    out = io.StringIO()
    writer = _Writer(out)
    name = xml_name(table.id, "decision")
    with writer.element(
        "definitions",
        {
            "xmlns": MODEL, "xmlns:dmndi": DIAGRAM, "xmlns:dc": GRAPHICS, "xmlns:desk": OURS,
            "id": f"definitions_{name}", "name": table.name, "namespace": OURS, "exporter": table.program,
        },
    ):  # fmt: skip
        if table.own:
            with writer.element("extensionElements"):
                writer.leaf("desk:matrix", table.own)
        with (
            writer.element("decision", {"id": name, "name": table.name}),
            writer.element("decisionTable", {"id": f"table_{name}", **_policy(table.policy)}),
        ):
            _columns(writer, table)
            for at, rule in enumerate(table.rules):
                _rule(writer, rule, at)
        with (
            writer.element("dmndi:DMNDI"),
            writer.element("dmndi:DMNDiagram", {"id": f"diagram_{name}"}),
            writer.element("dmndi:DMNShape", {"id": f"shape_{name}", "dmnElementRef": name}),
        ):
            writer.leaf("dc:Bounds", None, {"x": "160", "y": "100", "width": "180", "height": "80"})
    writer.end()
    return out.getvalue()


def _policy(policy: ForeignPolicy) -> dict[str, str]:
    for name, one in POLICIES.items():
        if one is policy:
            return {"hitPolicy": name}
    aggregation = next(name for name, one in AGGREGATIONS.items() if one is policy)
    return {"hitPolicy": "COLLECT", **({"aggregation": aggregation} if aggregation else {})}


def _columns(writer: _Writer, table: WrittenTable) -> None:
    for at, one in enumerate(table.inputs, start=1):
        with writer.element("input", {"id": f"input_{at}", "label": one.label}):
            with writer.element("inputExpression", {"id": f"expression_{at}", "typeRef": one.type}):
                writer.leaf("text", one.name)
            _text_element(writer, "inputValues", f"values_{at}", one.values)
    for at, one in enumerate(table.outputs, start=1):
        about = {"id": f"output_{at}", "label": one.label, "name": one.name, "typeRef": one.type}
        with writer.element("output", about):
            _text_element(writer, "outputValues", f"outcomes_{at}", one.values)
            _text_element(writer, "defaultOutputEntry", f"default_{at}", one.default)
    if any(rule.description for rule in table.rules):
        writer.leaf("annotation", None, {"name": "Reason"})


def _rule(writer: _Writer, rule: WrittenRule, at: int) -> None:
    extra = {f"desk:{key}": value for key, value in rule.extra.items()}
    with writer.element("rule", {"id": f"rule_{at + 1}", **extra}):
        if rule.description:
            writer.leaf("description", rule.description)
        for column, text in enumerate(rule.when, start=1):
            _text_element(writer, "inputEntry", f"rule_{at + 1}_input_{column}", text, even_empty=True)
        for column, text in enumerate(rule.then, start=1):
            _text_element(writer, "outputEntry", f"rule_{at + 1}_output_{column}", text, even_empty=True)
        if rule.description:
            with writer.element("annotationEntry"):
                writer.leaf("text", rule.description)


def _text_element(writer: _Writer, name: str, identifier: str, text: str, *, even_empty: bool = False) -> None:
    if text or even_empty:
        with writer.element(name, {"id": identifier}):
            writer.leaf("text", text)


class _Writer:
    """Indented XML, a line an element."""

    def __init__(self, out: io.StringIO) -> None:
        self._out = out
        self._xml = XMLGenerator(out, "UTF-8", short_empty_elements=True)
        self._xml.startDocument()
        self._depth = 0

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        self._indent()
        self._xml.startElement(name, _said(attributes))
        self._xml.characters("\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._indent()
        self._xml.endElement(name)
        self._xml.characters("\n")

    def leaf(self, name: str, text: str | None, attributes: Mapping[str, str] | None = None) -> None:
        self._indent()
        self._xml.startElement(name, _said(attributes))
        if text:
            self._xml.characters(_UNSAID.sub("\ufffd", text))
        self._xml.endElement(name)
        self._xml.characters("\n")

    def end(self) -> None:
        self._xml.endDocument()

    def _indent(self) -> None:
        self._xml.characters("  " * self._depth)


def _said(attributes: Mapping[str, str] | None) -> AttributesImpl[str]:
    return AttributesImpl({key: _UNSAID.sub("\ufffd", value) for key, value in (attributes or {}).items()})
