"""A name in a matrix file that means nothing is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.config import project_file
from app.services.database.errors import UserError
from app.services.matrix.files import read_matrix
from app.services.matrix.keys import ANY_NAME, MATRIX

SAMPLE = json.loads(project_file("resources", "sample", "matrix.json").read_text("utf-8"))
SCHEMA = json.loads(project_file("docs", "schemas", "matrix-1.json").read_text("utf-8"))


def shape_of(schema: dict[str, Any]) -> Any:
    """The names that a JSON schema lets in, as `keys` writes them; whatever is no object or list of some is None."""
    for one in schema.get("anyOf", ()):
        if one.get("type") == "object":
            return shape_of(one)
    if "items" in schema:
        below = shape_of(schema["items"])
        return [below] if below else None
    more = schema.get("additionalProperties")
    if "propertyNames" in schema:
        return dict.fromkeys(schema["propertyNames"]["enum"])
    if isinstance(more, dict):
        return {ANY_NAME: shape_of(more)}
    if "properties" in schema:
        assert more is False, schema
        return {name: shape_of(below) for name, below in schema["properties"].items()}
    return None


def test_the_names_are_those_of_the_schema() -> None:
    assert shape_of(SCHEMA) == MATRIX


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda d: d.update(hit_polcy="first"), "“hit_polcy” means nothing here. Known are accepted_gaps,"),
        (
            lambda d: d["settings"].update(executive_when=[{"revenu": ">= 9"}]),
            "In executive_when 1, cells, “revenu” is no dimension.",
        ),
        (lambda d: d["triggers"][2].update(clas="x"), "In triggers 3, “clas” means nothing here. Known are cells,"),
        (
            lambda d: d["triggers"][1]["cells"].update(severty='"s1"'),
            "In triggers 2, cells, “severty” is no dim",
        ),
        (
            lambda d: d["dimensions"][0]["choices"][1].update(note="x"),
            "In dimensions 1, choices 2, “note” means",
        ),
        (lambda d: d["tiers"][0]["duties"].update(boss=[]), "In tiers 1, duties, “boss” means nothing here."),
        (lambda d: d["channels"].update(fax={"reply": 1}), "In channels, fax, “reply” means nothing here."),
        (
            lambda d: d.update(settings={"offer": 1}),
            "In settings, “offer” means nothing here.",
        ),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_its_place(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], says: str
) -> None:
    document = json.loads(json.dumps(SAMPLE))
    document.setdefault("channels", {})
    spoil(document)
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(UserError) as refused:
        read_matrix(path)
    assert str(refused.value).startswith(says)
