"""``report``: the post-incident report by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.commands import Desk, document
from tests.desks import HALDEN

# in this process a later test wants a QApplication, and there can be one application only
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def incident(working: Desk) -> str:
    """The number of an incident that is resolved."""
    facts = json.dumps({"title": "Charged twice", "customer": HALDEN, "facts": {"severity": "s1"}})
    number = str(document(working("--login", "lena", "incidents", "open", "--json", facts))["number"])
    assert working("--login", "lena", "incidents", "act", number, "resolve")[0] == 0
    return number


def test_a_pdf_is_written_without_a_debrief(working: Desk, incident: str, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    shown = document(working("--login", "lena", "report", f"INC-{incident}", "-o", file, "--json"))
    assert shown == {
        "file": str(file),
        "format": "pdf",
        "audience": "internal",
        "incident": f"INC-{incident}",
        "pages": 1,
    }
    text = " ".join(PdfReader(file).pages[0].extract_text().split())
    assert "Charged twice" in text
    assert "No debrief was written yet" in text
    assert "times in Oslo" in text  # those of the person who asks


def test_markdown_for_the_customer_replaces_a_file_only_when_told(working: Desk, incident: str, tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    file.write_text("mine", encoding="utf-8")
    call = ("--login", "lena", "report", incident, "--format", "md", "--audience", "customer", "-o", file)
    code, out, err = working(*call)
    assert (code, out, file.read_text(encoding="utf-8")) == (1, "", "mine")
    assert err.startswith(f"{file} is there already.\n")
    assert err.endswith("Choose another name, or add --overwrite.\n")
    code, out, err = working(*call, "--overwrite")
    assert (code, err) == (0, "")
    assert out == f"The report of INC-{incident} stands in {file}.\n"
    assert "For the customer" in file.read_text()
    assert "Tier" not in file.read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "docx"), "“docx” cannot be written yet.\nWhat works now: pdf or md."),
        (("--format", "html"), "“html” cannot be written yet.\nWhat works now: pdf or md."),
        (("--audience", "executive"), "“executive” cannot be written yet.\nWhat works now: internal or customer."),
    ],
)
def test_what_cannot_be_written_says_what_can(desk: Desk, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    code, out, err = desk("report", "1", "-o", tmp_path / "x", *options)
    assert (code, out) == (1, "")
    assert words in err
    assert not (tmp_path / "x").exists()


def test_a_format_that_nobody_knows_is_wrong_use(desk: Desk, tmp_path: Path) -> None:
    code, _out, err = desk("report", "1", "-o", tmp_path / "x", "--format", "xls")
    assert code == 2
    assert "“xls” is no format of a report. Use pdf or md." in err


def test_an_unknown_incident_and_a_missing_folder_are_said_so(working: Desk, incident: str, tmp_path: Path) -> None:
    code, _out, err = working("--login", "lena", "report", "999", "-o", tmp_path / "x.pdf")
    assert code == 1
    assert "There is no incident “999”." in err
    code, _out, err = working("--login", "lena", "report", incident, "-o", tmp_path / "no" / "x.pdf")
    assert code == 1
    assert "was not written" in err
    assert working("report", incident)[0] == 2
