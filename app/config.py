"""Where things are and what the user chose: paths, settings, connection profiles, secrets."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

APP = "escalation-desk"
ENVIRONMENT_DATABASE = "ESCALATION_DESK_DATABASE"
MAIL_SECRET = "mail"
"""Under which name the keyring keeps the password of the mail server."""


def project_file(*parts: str) -> Path:
    """A file that ships with the program, from source or frozen."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    return root.joinpath(*parts)


def data_folder() -> Path:
    """The user's data folder, made when missing."""
    return platformdirs.user_data_path(APP, appauthor=False, ensure_exists=True)


def log_folder() -> Path:
    """The folder of log files, made when missing."""
    return platformdirs.user_log_path(APP, appauthor=False, ensure_exists=True)


def own_database() -> str:
    """The embedded database of this user."""
    return str(data_folder() / "desk.sqlite")


def sample_database() -> str:
    """The sample's own file, never mixed with real work."""
    return str(data_folder() / "sample.sqlite")


def chosen_database(option: str | None, settings: Settings | None = None) -> str:
    """The database to open: the option, else the environment, else the last one opened, else the embedded one."""
    last = settings.database if settings else None
    return option or os.environ.get(ENVIRONMENT_DATABASE) or last or own_database()


@dataclass
class Settings:
    """What the user chose on this computer. Secrets never stand here."""

    theme: str = "system"
    density: str = "comfortable"
    text_size: int = 100
    system_font: bool = False
    single_keys: bool = True
    desktop_notifications: bool = True
    show_welcome: bool = True
    database: str | None = None
    login: str | None = None
    mail_server: str | None = None
    mail_sender: str | None = None
    window: dict[str, Any] = field(default_factory=dict)
    first_steps: dict[str, Any] = field(default_factory=dict)
    saved_mappings: dict[str, Any] = field(default_factory=dict)


def settings_file() -> Path:
    """Where the settings of this user stand."""
    return platformdirs.user_config_path(APP, appauthor=False, ensure_exists=True) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The settings, or their defaults where the file is missing or cannot be read; unknown keys are passed over."""
    try:
        stored = json.loads((path or settings_file()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = {item.name for item in fields(Settings)}
    return Settings(**{key: value for key, value in stored.items() if key in known})


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings whole or not at all."""
    target = path or settings_file()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(settings), file, ensure_ascii=False, indent=2)
    Path(name).replace(target)


def secret(name: str) -> str | None:
    """A password kept in the system's keyring; None where there is none or no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(APP, name)
    except KeyringError:
        return None


def keep_secret(name: str, value: str) -> bool:
    """Keeps a password in the system's keyring; False where there is no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(APP, name, value)
    except KeyringError:
        return False
    return True


def keyring_name() -> str | None:
    """The keyring that keeps passwords on this computer; None where there is none."""
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    backend = keyring.get_keyring()
    return None if isinstance(backend, NoKeyring) else type(backend).__name__
