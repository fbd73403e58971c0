"""Bytes of a file that may be packed with gzip or xz, with every damage told in plain words."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS, MEBIBYTE, Limits

CHUNK = MEBIBYTE
_AGAIN = "Copy or download it again."
Progress = Callable[[float], None]
"""Called with the share of the file that has been read, 0 to 1."""


class Packing(StrEnum):
    """How a file is packed; told by its first bytes, never by its name."""

    NONE = "none"
    GZIP = "gzip"
    XZ = "xz"


def packing_of(head: bytes) -> Packing:
    """The packing that the first six bytes of a file announce."""
    if head.startswith(b"\x1f\x8b"):
        return Packing.GZIP
    return Packing.XZ if head.startswith(b"\xfd7zXZ\x00") else Packing.NONE


def checked_size(path: Path, limits: Limits = LIMITS) -> int:
    """The size in bytes of a file that can be read; raises SheetError when it cannot."""
    try:
        if path.is_dir():
            raise SheetError("This is a folder.", path.name, "Choose a file in it.")
        if not path.is_file():
            raise SheetError("There is no such file.", path.name, "Check the name and the folder.")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise SheetError("The file cannot be opened.", path.name, error.strerror or str(error)) from error
    if size == 0:
        raise SheetError("The file is empty.", path.name, "Export it again.")
    if size > limits.packed_bytes:
        raise SheetError(f"The file is larger than {limits.packed_bytes // MEBIBYTE:,} MiB.", path.name, "Split it.")
    return size


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file as it lies on the disk, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def chunks(path: Path, on_progress: Progress | None = None, limits: Limits = LIMITS) -> Iterator[bytes]:
    """The unpacked bytes in pieces of at most 1 MiB. Raises SheetError for damage and beyond the limits."""
    size = max(path.stat().st_size, 1)
    total = 0
    with path.open("rb") as file:
        packing = packing_of(file.read(6))
        file.seek(0)
        try:
            for piece in _PIECES[packing](file, limits):
                total += len(piece)
                if total > limits.unpacked_bytes:
                    raise SheetError(
                        f"Unpacked, the file is larger than {limits.unpacked_bytes // MEBIBYTE:,} MiB.",
                        path.name,
                        "Split it into smaller files.",
                    )
                if on_progress is not None:
                    on_progress(min(file.tell() / size, 1.0))
                yield piece
        except EOFError as error:
            raise SheetError(
                f"The packed file ends too early; {total:,} bytes could be unpacked. It is only a part of a file.",
                path.name,
                _AGAIN,
            ) from error
        except lzma.LZMAError as error:
            if "memory" in str(error).lower():
                raise SheetError(
                    "Unpacking the file takes too much memory.", path.name, "Pack it with xz -6."
                ) from error
            raise SheetError(f"The packed file is damaged ({error}).", path.name, _AGAIN) from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise SheetError(f"The packed file is damaged ({error}).", path.name, _AGAIN) from error
        except OSError as error:
            raise SheetError(
                f"The file cannot be read ({error.strerror or error}).", path.name, "Copy it again."
            ) from error


def byte_stream(path: Path, on_progress: Progress | None = None, limits: Limits = LIMITS) -> io.BufferedReader:
    """The unpacked bytes as a buffered stream; see :func:`chunks` for what it raises while it is read."""
    return io.BufferedReader(_PieceReader(chunks(path, on_progress, limits)), CHUNK)


def _plain(file: BinaryIO, _limits: Limits) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _gzip(file: BinaryIO, _limits: Limits) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        while piece := packed.read(CHUNK):
            yield piece


def _xz(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """``lzma.open`` has no memory limit, and a file may ask for a window of 1.5 GiB: hence by hand."""
    data = file.read(CHUNK)
    while data:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.unpacker_memory)
        while not unpacker.eof:
            yield unpacker.decompress(data, CHUNK)
            data = b""
            if unpacker.needs_input and not unpacker.eof:
                data = file.read(CHUNK)
                if not data:
                    raise EOFError
        data = (unpacker.unused_data or file.read(CHUNK)).lstrip(b"\0")  # streams may be padded with zeros


_PIECES: dict[Packing, Callable[[BinaryIO, Limits], Iterator[bytes]]] = {
    Packing.NONE: _plain,
    Packing.GZIP: _gzip,
    Packing.XZ: _xz,
}


class _PieceReader(io.RawIOBase):
    """A raw stream over pieces of bytes, so that the text layer of the standard library can sit on it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the stub says Buffer, without len
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
