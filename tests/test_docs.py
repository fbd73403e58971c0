"""What documents say is checked where a machine can: links, commands, tables, schemas, and words not to be there."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from typer.main import get_command

from app.cli import PROGRAM, root
from app.models.enums import DimensionKind, DutyKind, HitPolicy, OutOfHours, Part, StepCondition
from app.services import delivery_files
from app.services.calendar_files import CALENDAR_KEYS, ROTA_KEYS, TOP_KEYS
from app.services.calendar_files import FORMAT as CALENDARS
from app.services.clock.calendar import WorkCalendar
from app.services.clock.holiday_lists import with_holidays
from app.services.clock.rota import LAYER_KEYS, Rota
from app.services.delivery_plan import CHANNELS, KINDS
from app.services.matrix.document import FORMAT, TARGET_KINDS
from app.services.matrix.files import policy_of
from app.services.rotas import ROTATION_KEYS
from app.services.watch import words

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "resources" / "README.md", *(ROOT / "docs").rglob("*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^ {4}(escalation-desk .*)$", re.MULTILINE)
CALL = re.compile(r"(?:^|\s)(?:escalation-desk|python -m app|\.venv/bin/python -m app)(?=\s|$)")
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "matrix-1.json").read_text("utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- links


def heading_anchors(text: str) -> set[str]:
    """Anchors as hosts of Markdown make them: small letters, digits, dashes for spaces, no other signs."""
    heads = re.findall(r"^#+ (.+)$", BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    lost = []
    for found in LINK.finditer(BLOCK.sub("", text_of(document))):
        link = found[1] or found[2]
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or (anchor and anchor not in heading_anchors(text_of(target))):
            lost.append(link)
    assert lost == []


def test_every_document_and_picture_is_reached_from_the_first_page() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or not document.exists():
            continue
        reached.add(document)
        if document.suffix == ".md":
            links = (found[1] or found[2] for found in LINK.finditer(text_of(document)))
            waiting += [(document.parent / link.partition("#")[0]).resolve() for link in links if "://" not in link]
    wanted = {*DOCUMENTS, *(ROOT / "docs").rglob("*.png")} - {ROOT / "CHANGELOG.md", ROOT / "resources" / "README.md"}
    assert sorted(map(shown, wanted - reached)) == []


# --- commands


def command_lines(document: Path) -> list[str]:
    """The lines of a document that somebody may type to run our commands."""
    text = text_of(document)
    lines = [line for _kind, body in BLOCK.findall(text) for line in body.splitlines()]
    return [line for line in (*lines, *INDENTED.findall(text)) if CALL.search(line.partition("#")[0])]


def all_commands() -> dict[str, click.Command]:
    """Every command of the command line, by its words."""

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
        context = click.Context(command, info_name=words[-1] if words else PROGRAM)
        if not hasattr(command, "list_commands"):
            yield " ".join(words), command
            return
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*words, name))

    return dict(walk(get_command(root), ()))


COMMANDS = all_commands()


def faults_of(line: str) -> str:
    """What is wrong with a line that calls us; empty where it can be typed so."""
    called = CALL.split(line, maxsplit=1)[1].partition("|")[0].partition(" >")[0]
    words = shlex.split(called)
    while words and words[0] in ("--database", "--login"):
        words = words[2:]
    if not words:
        return ""
    wanted = [name for name in COMMANDS if _begins(words, name.split())]
    if not wanted:
        return f"no such command: {line}"
    command = COMMANDS[max(wanted, key=len)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    strange = [word for word in words if word.startswith("-") and word != "-" and word not in known | {"--help"}]
    return f"no such option: {strange} in {line}" if strange else ""


def _begins(words: list[str], name: list[str]) -> bool:
    """Whether words call the command of that name; `incidents act` takes an incident before the act."""
    if name[:2] == ["incidents", "act"]:
        return words[:2] == name[:2] and words[3:4] == name[2:]
    return words[: len(name)] == name


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_commands_that_a_document_shows_can_be_typed(document: Path) -> None:
    assert [fault for line in command_lines(document) if (fault := faults_of(line))] == []


def test_the_page_of_commands_names_every_command() -> None:
    page = text_of(ROOT / "docs" / "commands.md")
    silent = [name for name in COMMANDS if name.split()[-1] not in re.findall(r"[a-z][a-z-]+", page)]
    examples = " ".join(command_lines(ROOT / "docs" / "commands.md"))
    assert silent == []
    assert [name for name in COMMANDS if name.split()[0] not in examples] == []


def test_the_readme_says_how_to_test_in_its_first_block_with_make_test() -> None:
    blocks = [body for _kind, body in BLOCK.findall(text_of(ROOT / "README.md"))]
    assert any("make test" in body.splitlines() for body in blocks)


# --- tables and schemas


def tables_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tables", ROOT / "docs" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_taken_from_the_program_are_current() -> None:
    script = tables_script()
    marked = {document: text for document in DOCUMENTS if "<!-- table: " in (text := text_of(document))}
    assert {script.MARKED.search(text)["name"] for text in marked.values()} <= set(script.TABLES)
    assert [shown(document) for document, text in marked.items() if script.renewed(text) != text] == []
    assert len(marked) == 3


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    where = schema.get("$ref", "").rpartition("/")[2]
    return SCHEMA["$defs"][where] if where else schema


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


def breaks(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Where a value breaks a schema, for the few words of JSON Schema that ours uses."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return [] if any(not breaks(value, one) for one in schema["anyOf"]) else [f"{at}: none of anyOf"]
    kinds = schema.get("type", list(TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return [f"{at}: not {kinds}"]
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        return [f"{at}: {value!r} is not one of the words"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{at}: {value!r} does not fit"]
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [fault for place, one in enumerate(value) for fault in breaks(one, inner, f"{at}/{place}")]
    return _breaks_within(value, schema, at) if isinstance(value, dict) else []


def _breaks_within(value: dict[str, Any], schema: dict[str, Any], at: str) -> list[str]:
    faults = [f"{at}: lacks {key}" for key in schema.get("required", ()) if key not in value]
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, one in value.items():
        if key in known:
            faults += breaks(one, known[key], f"{at}/{key}")
        elif more is False:
            faults.append(f"{at}: does not know {key}")
        elif isinstance(more, dict):
            faults += breaks(one, more, f"{at}/{key}")
    return faults


def test_the_matrix_of_the_sample_keeps_the_schema() -> None:
    assert breaks(json.loads((ROOT / "resources" / "sample" / "matrix.json").read_text("utf-8")), SCHEMA) == []


def test_the_least_matrix_of_the_documents_keeps_the_schema_and_is_read() -> None:
    example = next(
        json.loads(body) for kind, body in BLOCK.findall(text_of(ROOT / "docs/file-formats.md")) if kind == "json"
    )
    assert breaks(example, SCHEMA) == []
    assert [trigger.number for trigger in policy_of(example).table.triggers] == [1]


def test_the_schema_refuses_what_is_no_matrix() -> None:
    wrong = {"format": "escalation-desk/matrix/2", "dimensions": [{"key": "a", "label": "A", "kind": "colour"}], "x": 1}
    assert breaks(wrong, SCHEMA) == [
        ": lacks tiers",
        "/format: 'escalation-desk/matrix/2' is not one of the words",
        "/dimensions/0/kind: 'colour' is not one of the words",
        ": does not know x",
    ]


def test_the_calendars_of_the_documents_keep_their_schema_and_are_read() -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "calendars-1.json").read_text("utf-8"))
    text = text_of(ROOT / "docs/file-formats.md")
    (example,) = [json.loads(body) for kind, body in BLOCK.findall(text) if kind == "json" and CALENDARS in body]
    assert breaks(example, schema) == []
    assert schema["properties"]["format"]["const"] == CALENDARS
    inside = {part: schema["properties"][part]["items"]["properties"] for part in ("calendars", "rotas")}
    assert set(schema["properties"]) == TOP_KEYS
    assert set(inside["calendars"]) == CALENDAR_KEYS
    assert set(inside["rotas"]) == ROTA_KEYS
    layer = inside["rotas"]["layers"]["items"]["properties"]
    assert set(layer) == LAYER_KEYS
    assert set(layer["rotation"]["properties"]) == ROTATION_KEYS
    (calendar,), (rota,) = example["calendars"], example["rotas"]
    definition = {key: value for key, value in calendar.items() if key != "key"}
    assert WorkCalendar.from_json(with_holidays(definition, date(2026, 11, 23))).weekly[5] == ((79200, 86400),)
    duty = Rota.from_json({key: value for key, value in rota.items() if key not in ("key", "name")})
    assert [shift.participant for shift in duty.on_duty(datetime(2026, 12, 25, 12, tzinfo=UTC))] == ["bo"]


def example_of(named: str) -> tuple[Any, dict[str, Any]]:
    """The example of a format in the documents, and its schema, which it keeps."""
    kind = named.split("/")[1]
    schema = json.loads((ROOT / "docs" / "schemas" / f"{kind}-1.json").read_text("utf-8"))
    blocks = BLOCK.findall(text_of(ROOT / "docs/file-formats.md"))
    (example,) = [json.loads(body) for language, body in blocks if language == "json" and f'"{named}"' in body]
    assert schema["properties"]["format"]["const"] == named
    assert breaks(example, schema) == []
    return example, schema


def test_the_rules_of_the_documents_keep_their_schema_and_are_read() -> None:
    example, schema = example_of(delivery_files.FORMAT)
    assert set(schema["properties"]) == delivery_files.KEYS
    rule = schema["properties"]["rules"]["items"]["properties"]
    assert set(rule) == set(delivery_files.RULE_TYPES)
    assert rule["kinds"]["items"]["enum"] == list(KINDS)
    assert rule["channel"]["enum"] == list(CHANNELS)
    assert [one.channel for one in delivery_files.rules_in(example) or ()] == ["desktop", "mail", "others"]
    assert delivery_files.quiet_hours_in(example) == {"mon": [["00:00", "06:00"], ["22:00", "24:00"]]}


def test_what_a_webhook_is_posted_keeps_its_schema() -> None:
    example, schema = example_of(words.FORMAT)
    missed = [{"what": "breached", "timer": "resolve"}, {"what": "tier_entered", "tier": "T"}]
    at = datetime(2026, 11, 23, tzinfo=UTC)
    told = words.Told("1", "tier_entered", at, {"tier": "T", "missed": missed}, 12, "Charged twice", None)
    posted = json.loads(words.document([told], "alert-1-0", "Europe/Oslo"))
    assert breaks(posted, schema) == []
    assert set(posted) == set(example) == set(schema["properties"])


def test_the_schema_names_every_word_that_the_reader_knows() -> None:
    properties = SCHEMA["properties"]
    dimension = properties["dimensions"]["items"]["properties"]
    tier = properties["tiers"]["items"]["properties"]
    step = properties["paths"]["items"]["properties"]["steps"]["items"]
    assert properties["format"]["const"] == FORMAT
    assert set(properties["hit_policy"]["enum"]) == set(HitPolicy)
    assert set(dimension["kind"]["enum"]) == set(DimensionKind)
    assert set(dimension["part"]["enum"]) == {*Part, None}
    assert set(tier["out_of_hours"]["enum"]) == set(OutOfHours)
    assert set(tier["duties"]["propertyNames"]["enum"]) == set(DutyKind)
    assert set(step["properties"]["condition"]["enum"]) == set(StepCondition)
    assert SCHEMA["$defs"]["timer"]["enum"] == list(TARGET_KINDS)


# --- words that must not be there

MACHINE = ("/wo" + "rk/", "/ro" + "ot/", "C:" + "\\Users")
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "index" + "-url", "find" + "-links", "artifact" + "ory")
MAY_NAME = {"--no-emit-index-url", "--no-emit-find-links"}


def tracked_texts() -> list[Path]:
    """The files that belong to the project, as far as they are text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name]
    paths = [ROOT / name for name in names] if names else [one for one in ROOT.glob("*") if one.is_file()]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked_texts():
        text = path.read_text(encoding="utf-8", errors="replace")
        for allowed in MAY_NAME:
            text = text.replace(allowed, "")
        found += [f"{shown(path)}: {word}" for word in (*MACHINE, *REGISTRIES) if word in text]
    assert found == []
