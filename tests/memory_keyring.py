"""A keyring that forgets everything with the process; the tests use it instead of the person's own."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords in one dictionary; raises PasswordDeleteError for one that is not there."""

    priority = 1
    secrets: dict[tuple[str, str], str] = {}  # noqa: RUF012 - keyring makes one instance, a test empties it

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError(f"no password of {username} for {service}")
