"""How much a foreign file may hold before it is refused instead of filling the memory."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; bytes and characters are counted after unpacking unless said otherwise."""

    packed_bytes: int = 1024 * MEBIBYTE
    unpacked_bytes: int = 4096 * MEBIBYTE
    unpacker_memory: int = 256 * MEBIBYTE
    line_bytes: int = 16 * MEBIBYTE
    rows: int = 5_000_000
    columns: int = 1_000
    cell_characters: int = 131_072
    """Also the csv module's own bound, which is process-wide and therefore left alone."""
    workbook_entries: int = 1_000
    workbook_bytes: int = 512 * MEBIBYTE
    workbook_texts_bytes: int = 128 * MEBIBYTE
    workbook_ratio: int = 200
    """Unpacked to packed size of an entry; real sheets stay below 30, a bomb is near 1,000."""


LIMITS = Limits()
