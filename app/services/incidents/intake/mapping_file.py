"""The mapping as a TOML file (docs/file-formats.md): read strictly, written so that a person can go on with it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.services.incidents.intake.instants import DateFormat, zone_named
from app.services.incidents.intake.mapping import (
    FORMAT,
    ColumnRule,
    FactKind,
    Field,
    FormatException,
    IncidentMapping,
    RowOrder,
    Unreadable,
    check,
)
from app.services.sheets.errors import SheetError

_LARGEST = 1024 * 1024
_Word = TypeVar("_Word", bound=StrEnum)
_TOP = {"format", "name", "source", "zone", "nulls", "delimiter", "sheet", "ended_before_raised", "log", "columns"}
_COLUMN = {
    "field", "fact", "kind", "format", "exceptions", "zone", "nulls", "choices", "decimal", "currency", "mask", "drop",
    "final", "required", "unreadable",
}  # fmt: skip


def load_mapping(path: Path) -> IncidentMapping:
    """Read a mapping file. Raises SheetError for one that is not a mapping, is newer, or contradicts itself."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SheetError("The mapping is larger than 1 MiB.", path.name, "Choose a mapping file.")
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SheetError("The mapping is not UTF-8 text.", path.name, "Save it as UTF-8.") from error
    except OSError as error:
        raise SheetError("The mapping cannot be opened.", path.name, error.strerror or str(error)) from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, where: str = "mapping") -> IncidentMapping:
    """A mapping from its text; see :func:`load_mapping`."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SheetError(
            f"The mapping is not valid TOML: {error}.", where, "Correct the line that is named."
        ) from error
    _check_format(document.get("format"), where)
    _refuse_unknown(document, _TOP, where)
    log = _table(document, "log", where)
    _refuse_unknown(log, {"order"}, f"{where}, [log]")
    mapping = IncidentMapping(
        name=_text(document, "name", where, needed=True) or "",
        source=_text(document, "source", where, needed=True) or "",
        columns=tuple(_rule(name, entry, where) for name, entry in _table(document, "columns", where).items()),
        zone=_text(document, "zone", where) or "UTC",
        nulls=_texts(document, "nulls", where) or ("",),
        event_log="log" in document,
        order=_word(RowOrder, log, "order", f"{where}, [log]") or RowOrder.FILE,
        keep_ended_before_raised=_keeps_ended(document, where),
        delimiter=_text(document, "delimiter", where),
        sheet=_text(document, "sheet", where),
    )
    zone_named(mapping.zone)
    check(mapping)
    return mapping


def _keeps_ended(document: Mapping[str, Any], where: str) -> bool:
    word = _text(document, "ended_before_raised", where) or "leave_out"
    if word not in ("leave_out", "keep"):
        raise SheetError(f'`ended_before_raised = "{word}"` is not known.', where, "Known are leave_out, keep.")
    return word == "keep"


def _check_format(value: object, where: str) -> None:
    stem, _, _ = FORMAT.rpartition("/")
    shape = re.fullmatch(re.escape(stem) + r"/(\d+)", value) if isinstance(value, str) else None
    if shape is None:
        raise SheetError("This is not an incident mapping.", where, f'It must say `format = "{FORMAT}"`.')
    if int(shape.group(1)) > 1:
        raise SheetError(
            f"The mapping was made for a newer version of Escalation Desk (format {shape.group(1)}, here 1).",
            where,
            "Update Escalation Desk, or save the mapping again with this version.",
        )


def _rule(name: str, entry: Any, where: str) -> ColumnRule:
    where = f"{where}, column “{name}”"
    if not isinstance(entry, Mapping):
        raise SheetError("A column is described by a table.", where, f"Write [columns.{_key(name)}].")
    _refuse_unknown(entry, _COLUMN, where)
    rule = ColumnRule(
        column=name,
        field=_word(Field, entry, "field", where),
        fact=_text(entry, "fact", where),
        kind=_word(FactKind, entry, "kind", where) or FactKind.CHOICE,
        format=_word(DateFormat, entry, "format", where) or DateFormat.ISO,
        exceptions=_exceptions(entry, where),
        zone=_text(entry, "zone", where),
        nulls=_texts(entry, "nulls", where),
        choices=_choices(entry, where),
        decimal=_text(entry, "decimal", where) or ".",
        currency=_text(entry, "currency", where),
        unreadable=_word(Unreadable, entry, "unreadable", where) or Unreadable.LEAVE_OUT,
    )
    flags = {name: _flag(entry, name, where) for name in ("mask", "drop", "final", "required")}
    if rule.zone is not None:
        zone_named(rule.zone)
    return replace(rule, **flags)  # type: ignore[arg-type]  # the names are those of the flags


def _exceptions(entry: Mapping[str, Any], where: str) -> tuple[FormatException, ...]:
    found = []
    listed = entry.get("exceptions", [])
    if not isinstance(listed, list):
        raise SheetError("`exceptions` is a list of tables.", where)
    for one in listed:
        if not isinstance(one, Mapping):
            raise SheetError("`exceptions` is a list of tables.", where)
        _refuse_unknown(one, {"column", "value", "format"}, where)
        style = _word(DateFormat, one, "format", where)
        if style is None:
            raise SheetError("An exception needs a `format`.", where)
        column, value = _text(one, "column", where, needed=True), _text(one, "value", where, needed=True)
        found.append(FormatException(column or "", value or "", style))
    return tuple(found)


def _choices(entry: Mapping[str, Any], where: str) -> dict[str, str]:
    found = _table(entry, "choices", where)
    if not all(isinstance(key, str) for key in found.values()):
        raise SheetError("`choices` maps texts to texts.", where, 'Write it as { "1 - High" = "high" }.')
    return {label: str(key) for label, key in found.items()}


def _refuse_unknown(table: Mapping[str, Any], known: set[str], where: str) -> None:
    odd = sorted(set(table) - known)
    if odd:
        raise SheetError(f"“{odd[0]}” means nothing here.", where, f"Known are {', '.join(sorted(known))}.")


def _table(table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise SheetError(f"`{key}` must be a table.", where)
    return value


def _text(table: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str | None:
    value = table.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or (needed and not value):
        raise SheetError(f"`{key}` must be a text.", where)
    return value


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...] | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SheetError(f"`{key}` must be a list of texts.", where)
    return tuple(value)


def _flag(table: Mapping[str, Any], key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise SheetError(f"`{key}` is true or false.", where)
    return value


def _word(words: type[_Word], table: Mapping[str, Any], key: str, where: str) -> _Word | None:
    value = _text(table, key, where)
    if value is None:
        return None
    try:
        return words(value)
    except ValueError:
        raise SheetError(f'`{key} = "{value}"` is not known.', where, f"Known are {', '.join(words)}.") from None


def write_mapping(mapping: IncidentMapping) -> str:
    """The mapping as TOML; reading it gives the same mapping again."""
    lines = [f"format = {_quoted(FORMAT)}", f"name = {_quoted(mapping.name)}", f"source = {_quoted(mapping.source)}"]
    lines += [f"zone = {_quoted(mapping.zone)}", f"nulls = {_listed(mapping.nulls)}"]
    if mapping.keep_ended_before_raised:
        lines.append('ended_before_raised = "keep"')
    lines += [
        f"{key} = {_quoted(value)}" for key in ("delimiter", "sheet") if (value := getattr(mapping, key)) is not None
    ]
    if mapping.event_log:
        lines += ["", "[log]", f"order = {_quoted(mapping.order)}"]
    for rule in mapping.columns:
        lines += ["", f"[columns.{_key(rule.column)}]", *_rule_lines(rule)]
    return "\n".join(lines) + "\n"


def _rule_lines(rule: ColumnRule) -> list[str]:
    plain = ColumnRule("")
    lines = []
    for key in ("field", "fact", "kind", "format", "zone", "decimal", "currency", "unreadable"):
        value = getattr(rule, key)
        if value is not None and value != getattr(plain, key):
            lines.append(f"{key} = {_quoted(value)}")
    lines += [f"{key} = true" for key in ("mask", "drop", "final", "required") if getattr(rule, key)]
    if rule.nulls is not None:
        lines.append(f"nulls = {_listed(rule.nulls)}")
    if rule.choices:
        pairs = ", ".join(f"{_quoted(label)} = {_quoted(key)}" for label, key in rule.choices.items())
        lines.append(f"choices = {{ {pairs} }}")
    if rule.exceptions:
        tables = ", ".join(
            f"{{ column = {_quoted(one.column)}, value = {_quoted(one.value)}, format = {_quoted(one.format)} }}"
            for one in rule.exceptions
        )
        lines.append(f"exceptions = [{tables}]")
    return lines


def _quoted(text: str) -> str:
    """A basic TOML string: its escapes are those of JSON, but for DEL, which TOML wants escaped too."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)
