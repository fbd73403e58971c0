"""Whole copies of SQLite files, made through the backup API: the source may be in use meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from app.services.database.errors import DatabaseUnavailable

PAGES_A_STEP = 1000

Progress = Callable[[int, int], None]
"""Told pages done and pages in all."""


def copy_file(source: Path, target: Path, progress: Progress | None = None) -> Path:
    """Copies a database whole or not at all: ``target`` stays as it was until the copy stands on the disk.

    Raises ``DatabaseUnavailable`` where the source cannot be read or the target not be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    except OSError as error:
        raise DatabaseUnavailable(
            f"{target} cannot be written: {error.strerror}.", "Check that its folder exists and may be written."
        ) from error
    os.close(handle)
    part = Path(name)
    try:
        _copy_pages(source, part, progress)
        _flush(part)
        part.replace(target)
    except (sqlite.Error, OSError) as error:
        raise DatabaseUnavailable(f"{source} could not be copied to {target}.", f"The system says: {error}.") from error
    finally:
        for tail in ("", "-wal", "-shm", "-journal"):
            Path(name + tail).unlink(missing_ok=True)
    _flush(target.parent)
    return target


def _copy_pages(source: Path, part: Path, progress: Progress | None) -> None:
    def told(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    reading = sqlite.connect(source, timeout=10.0)
    writing = sqlite.connect(part)
    try:
        reading.backup(writing, pages=PAGES_A_STEP, progress=told, sleep=0.01)
    finally:
        writing.close()
        reading.close()


def _flush(path: Path) -> None:
    """Has the system write a file, or the names in a folder, to the disk."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
