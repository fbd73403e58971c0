"""The window is painted before anything heavy is imported: a start is felt, and SQLAlchemy costs most of a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sqlalchemy", "numpy", "openpyxl", "alembic", "psycopg", "pysqlite3", "liquid", "keyring", "holidays", "typer")
PROGRAM = """
import json, sys
from app.config import Settings
from app.desk import DeskRoot, application

app = application()
root = DeskRoot(app, Settings(theme="light"), keeps_settings=False)
root.window.go(sys.argv[1])
root.window.show()
app.processEvents()
seen = sorted({name.partition(".")[0] for name in sys.modules})
root.window.close()
root.close()
print(json.dumps(seen))
"""


@pytest.mark.parametrize("page", ["welcome", "workbench"])
def test_nothing_heavy_is_imported_before_the_first_paint(page: str, tmp_path: Path) -> None:
    """On any page: where a database is known its page waits, with its frame already there."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, page], capture_output=True, text=True, check=True, env=surroundings,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "PySide6" in seen
    assert [name for name in HEAVY if name in seen] == []
