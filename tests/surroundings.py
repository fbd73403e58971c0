"""The surroundings of a test run: folders, screen, locale and bus of its own, whatever the person at this machine has.

`prepare` must run before anything imports Qt or keyring, both of which read the environment once.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

XDG = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
}
UNWANTED = (
    "DISPLAY", "WAYLAND_DISPLAY", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_FONT_DPI",
    "LANGUAGE", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSERVICE",
)  # fmt: skip


def prepare() -> Path:
    """Points the environment at a new home folder, which goes when the process ends, and returns the folder."""
    home = Path(tempfile.mkdtemp(prefix="escalation-desk-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    platform = os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in list(os.environ):
        if name.startswith("ESCALATION_DESK_") and name != "ESCALATION_DESK_POSTGRES_BIN":
            del os.environ[name]
    for name in UNWANTED:
        if platform == "offscreen" or name != "DISPLAY":
            os.environ.pop(name, None)
    os.environ["HOME"] = str(home)
    for name, folder in XDG.items():
        (home / folder).mkdir(parents=True, mode=0o700)
        os.environ[name] = str(home / folder)
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ["PYTHON_KEYRING_BACKEND"] = "tests.memory_keyring.MemoryKeyring"
    # no session bus: a test that wants notifications starts a bus of its own
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={home / 'run' / 'no-bus'}"
    return home
