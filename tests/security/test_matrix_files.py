"""Hostile matrix files are refused with the reason, in little memory: each is read in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import project_file
from tests.services.matrix.owners import sample_document

MOST_MEGABYTES = 300
PATIENCE = 60
"""Seconds; the aim is 5, which a busy machine may miss."""
READER = """
import sys
from pathlib import Path
from app.services.database.errors import UserError
from app.services.matrix.files import read_matrix
from app.services.matrix.dmn import DmnError
from app.services.matrix.spreadsheet.drawn import read_drawn
from app.services.matrix.table import DecisionTable
path = Path(sys.argv[1])
read = {".csv": read_drawn, ".xlsx": read_drawn, ".dmn": DecisionTable.from_dmn}.get(path.suffix, read_matrix)
try:
    read(path)
    print("read")
except (UserError, DmnError) as error:
    print("refused:", error)
# what a parent had before it began this process counts in rusage, but not here
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line))
"""
HEAD = '<?xml version="1.0"?>'
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
    '<decision id="e" name="e"><decisionTable id="t" hitPolicy="{policy}"><input id="i" label="a">'
    '<inputExpression typeRef="number"><text>a</text></inputExpression></input><output id="o" name="r"/>{rules}'
    "</decisionTable></decision></definitions>"
)
RULE = (
    '<rule id="r{n}"><inputEntry id="i{n}"><text>{text}</text></inputEntry>'
    '<outputEntry id="o{n}"><text>"x"</text></outputEntry></rule>'
)


def table(policy: str, *texts: str) -> str:
    return HEAD + TABLE.format(
        policy=policy, rules="".join(RULE.format(n=n, text=text) for n, text in enumerate(texts))
    )


def entities(path: Path) -> None:
    """Ten entities, each ten times the one before: ten thousand million letters."""
    defined = ['<!ENTITY a0 "aaaaaaaaaa">']
    defined += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    path.write_text(table("U", "&a9;").replace(HEAD, f"{HEAD}<!DOCTYPE x [{''.join(defined)}]>"), "utf-8")


def outside(path: Path) -> None:
    """An entity that reads another file."""
    drawn = f'{HEAD}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    path.write_text(table("U", "&a;").replace(HEAD, drawn), "utf-8")


def deep_xml(path: Path) -> None:
    path.write_text(HEAD + "<a>" * 10**6 + "</a>" * 10**6, "utf-8")


def many_rules(path: Path) -> None:
    path.write_text(table("F", *(f"&gt;= {n}" for n in range(10**5))), "utf-8")


def unknown_policy(path: Path) -> None:
    path.write_text(table("LOTTERY", "- "), "utf-8")


def long_text(path: Path) -> None:
    path.write_text(table("F", '"' + "x" * 10**6 + '"'), "utf-8")


def deep_json(path: Path) -> None:
    path.write_text('{"format": "escalation-desk/matrix/1", "name": ' + "[" * 10**6 + "]" * 10**6 + "}", "utf-8")


def many_triggers(path: Path) -> None:
    document = sample_document()
    row = {**document["triggers"][0], "cells": {}, "reason": ""}
    triggers = [{**row, "number": number} for number in range(1, 10**5 + 1)]
    path.write_text(json.dumps({**document, "triggers": triggers}, separators=(",", ":")), "utf-8")


def long_cell(path: Path) -> None:
    document = sample_document()
    document["triggers"][0]["cells"] = {"severity": '"' + "x" * 10**6 + '"'}
    path.write_text(json.dumps(document), "utf-8")


def lottery(path: Path) -> None:
    path.write_text(json.dumps({**sample_document(), "hit_policy": "lottery"}), "utf-8")


def many_rows(path: Path) -> None:
    path.write_text("Prio,Level,Who\n" + "P1,L1,Frontline\n" * 10**5, "utf-8")


def long_field(path: Path) -> None:
    path.write_text(f"Prio,Level,Who\n{'x' * 10**6},L1,Frontline\n", "utf-8")


def workbook(path: Path, *sheet: bytes) -> None:
    """The least that is a workbook, with these bytes one after the other as its only sheet."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/'
            f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kinds}'
            f'.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{relation}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/worksheet"'
            ' Target="s.xml"/></Relationships>',
        )
        with packed.open("xl/s.xml", "w") as file:
            for part in sheet:
                file.write(part)


def zip_bomb(path: Path) -> None:
    """Half a gigabyte of blanks in half a megabyte."""
    workbook(path, b"<worksheet>", *[b" " * (1 << 20)] * 512, b"</worksheet>")


def zip_of_entities(path: Path) -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
    workbook(path, entity + b'<worksheet xmlns="' + main + b'"><sheetData>' + row + b"</sheetData></worksheet>")


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("entities.dmn", entities, "entities"),
        ("outside.dmn", outside, "entities"),
        ("deep.dmn", deep_xml, "nested too deeply"),
        ("rules.dmn", many_rules, "larger than"),
        ("policy.dmn", unknown_policy, "LOTTERY"),
        ("text.dmn", long_text, "1,000,002 characters"),
        ("deep.json", deep_json, "not JSON"),
        ("triggers.json", many_triggers, "more than 20,000 triggers"),
        ("cell.json", long_cell, "too long for a cell"),
        ("policy.json", lottery, "lottery"),
        ("rows.csv", many_rows, "more than 20,000 rows"),
        ("field.csv", long_field, "Line 2"),
        ("bomb.xlsx", zip_bomb, ""),
        ("entities.xlsx", zip_of_entities, ""),
    ],
)
def test_it_is_refused_with_the_reason(tmp_path: Path, name: str, make: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / name
    make(path)
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        cwd=project_file(),
    )
    told, kilobytes = done.stdout.splitlines()
    assert told.startswith("refused: ")
    assert reason in told
    assert int(kilobytes) <= MOST_MEGABYTES * 1024
