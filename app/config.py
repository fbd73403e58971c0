"""Where things are and what the user chose: paths, settings, connection profiles, secrets."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

APP = "escalation-desk"
ENVIRONMENT_DATABASE = "ESCALATION_DESK_DATABASE"
MAIL_SECRET, WEBHOOK_SECRET = "mail", "webhook"
"""Under which name the keyring keeps the password of the mail server, and the secret that signs webhooks.

``webhook HOST`` is the secret for one host, ``service NAME`` the address of another service.
"""
MAIL_SERVER, MAIL_SENDER = "ESCALATION_DESK_MAIL_SERVER", "ESCALATION_DESK_MAIL_SENDER"
PRIVATE_HOSTS = "ESCALATION_DESK_WEBHOOK_PRIVATE_HOSTS"
SECRETS = {MAIL_SECRET: "ESCALATION_DESK_MAIL_PASSWORD", WEBHOOK_SECRET: "ESCALATION_DESK_WEBHOOK_SECRET"}
"""Which variable of the environment holds a secret; that of a service is ``ESCALATION_DESK_SERVICE_NAME``."""


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
    webhook_private_hosts: list[str] = field(default_factory=list)
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


def sending_settings(settings: Settings) -> Settings:
    """The settings, with what the environment says about what leaves."""
    server, sender, hosts = (os.environ.get(name) for name in (MAIL_SERVER, MAIL_SENDER, PRIVATE_HOSTS))
    return replace(
        settings,
        mail_server=server or settings.mail_server,
        mail_sender=sender or settings.mail_sender,
        webhook_private_hosts=[one.strip() for one in hosts.split(",")] if hosts else settings.webhook_private_hosts,
    )


def sending_secret(name: str) -> str | None:
    """What letters need to leave, by its name: from the environment, else from systemd, else from the keyring."""
    plain = name.replace(" ", "-")
    variable = SECRETS.get(name, f"ESCALATION_DESK_{plain.upper().replace('-', '_').replace('.', '_')}")
    return os.environ.get(variable) or _credential(f"{APP}-{plain}") or secret(name)


def _credential(name: str) -> str | None:
    """What systemd hands to the service under that name; None where there is nothing."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or Path(name).name != name:
        return None
    try:
        return Path(folder, name).read_text(encoding="utf-8").rstrip("\n")
    except OSError:
        return None


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
