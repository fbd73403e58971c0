"""``matrix publish``, ``history``, ``compare``, ``roll-back``: change under control by command."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.cli.commands import Desk
from tests.services.publishing.sound import signed_by, sound


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_a_draft_is_published_with_its_reason_and_its_day(working: Desk, tmp_path: Path) -> None:
    assert working("matrix", "publish", "--reason", "Why not")[0] == 1  # there is no draft
    assert working("matrix", "import", written(tmp_path / "sound.json", sound()))[0] == 0
    code, out, err = working(
        "matrix", "publish", "--reason", "Agreed.", "--accept", "*=Known.", "--review-by", "2099-03-01"
    )
    assert (code, out, err) == (0, "Version 2 is in force.\n", "")
    (first, _second) = json.loads(working("matrix", "history", "--json")[1])
    assert (first["number"], first["in_force"], first["review_by"], first["emergency"]) == (
        2,
        True,
        "2099-03-01",
        False,
    )
    assert working("matrix", "publish", "--reason", "x", "--review-by", "tomorrow")[0] == 1


def test_without_a_signature_only_an_emergency_goes_out(working: Desk, tmp_path: Path) -> None:
    signed = written(tmp_path / "signed.json", signed_by(support="lena"))
    assert working("matrix", "import", signed, "--publish", "--reason", "First.")[0] == 0
    code, _out, err = working("matrix", "import", signed, "--publish", "--reason", "Next.")
    assert code == 1
    assert "The signature of Lena Okafor for support is missing" in err
    told = working("matrix", "import", signed, "--publish", "--reason", "Next.", "--emergency", "Payments is down.")
    assert told[0] == 0
    code, out, _err = working("matrix", "history")
    assert code == 0
    assert "Version 3, in force" in out
    assert "WITHOUT the signature of support" in out


def test_two_versions_are_compared_and_rolled_back(working: Desk, tmp_path: Path) -> None:
    other = deepcopy(sound())
    other["triggers"][0]["tier"] = "t2"
    for name, document in (("one", sound()), ("two", other)):
        path = written(tmp_path / f"{name}.json", document)
        assert working("matrix", "import", path, "--publish", "--reason", "Agreed.")[0] == 0
    assert working("matrix", "compare", "2", "3")[1] == (
        "Trigger 1 (changed): S1: Tier 2, Frontline\n  Tier: Tier 1 → Tier 2\nNothing else differs.\n"
    )
    told = json.loads(working("matrix", "compare", "3", "2", "--json")[1])
    assert (told["changes"], told["triggers"][0]["fields"][0]["after"]) == (1, "Tier 1")
    code, out, _err = working("matrix", "roll-back", "2")
    assert (code, out) == (0, "Draft 4 says what version 2 says. Publish it with “matrix publish”.\n")
    assert working("matrix", "compare", "2", "4")[1] == "Nothing differs.\n"
