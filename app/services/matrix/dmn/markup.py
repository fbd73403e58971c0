"""XML of a stranger: read within limits, without entities, external parts or deep nesting, into plain elements."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.services.database.errors import UserError

LARGEST_FILE = 10_000_000
"""Bytes. A table of 2,000 rules in 10 columns has 1.6 million."""
MOST_ELEMENTS = 300_000
DEEPEST = 64
LONGEST_TEXT = 5_000_000
"""Characters in all elements together."""


class DmnError(UserError):
    """A file that is no DMN that this program reads; says what, where, and how to mend it."""


@dataclass(slots=True)
class Element:
    """An XML element by its local name; attributes by their local names, those of a namespace as ``{uri}name``."""

    name: str
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """The children of that name, in order."""
        return (one for one in self.children if one.name == name)

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next(self.all(name), None)

    def text_of(self, name: str) -> str:
        """What stands in ``<name><text>``; nothing where it is not there."""
        child = self.first(name)
        inner = child.first("text") if child is not None else None
        return inner.text.strip() if inner is not None else ""


def read_file(path: Path | str) -> Element:
    """The root element of a file. Raises `DmnError`."""
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise DmnError(f"{file.name} is larger than {LARGEST_FILE // 1_000_000} MB.", "Split the table.")
        content = file.read_bytes()
    except OSError as error:
        raise DmnError(f"{file.name} cannot be read: {error.strerror}.", "Look whether the file is there.") from error
    return read_bytes(content, file.name)


def read_bytes(content: bytes, name: str = "The file") -> Element:
    """The root element of a document; ``name`` is what messages call it. Raises `DmnError`."""
    stack: list[Element] = []
    root: Element | None = None
    elements = characters = 0
    try:
        for event, node in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                elements += 1
                namespace, local = _parted(node.tag)
                one = Element(local, namespace, dict(node.attrib))
                if stack:
                    stack[-1].children.append(one)
                else:
                    root = one
                stack.append(one)
                if elements > MOST_ELEMENTS or len(stack) > DEEPEST:
                    what = "nested too deeply" if len(stack) > DEEPEST else f"more than {MOST_ELEMENTS:,} elements"
                    raise DmnError(f"{name} is not read: {what}.", "Split the table, or export it again.")
                continue
            one = stack.pop()
            one.text = node.text or ""
            characters += len(one.text)
            if characters > LONGEST_TEXT:
                raise DmnError(f"{name} is not read: too much text.", "Shorten the cells.")
            node.clear()
    except DefusedXmlException as error:
        raise DmnError(f"{name} defines entities, which is not safe.", "Export it again without them.") from error
    except ParseError as error:
        raise DmnError(f"{name} is not well-formed XML (line {error.position[0]}).", "Export it again.") from error
    except (LookupError, ValueError) as error:
        raise DmnError(f"{name} has text in an encoding that is not known.", "Save it as UTF-8.") from error
    if root is None:
        raise DmnError(f"{name} is empty.", "Export it again.")
    return root


def _parted(tag: str) -> tuple[str, str]:
    namespace, _, local = tag.rpartition("}")
    return namespace.removeprefix("{"), local
