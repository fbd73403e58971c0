"""The composition root: first run, databases, bugs, self-test, and who gets a window."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import __main__ as entry
from app import config, desk
from app.config import Settings
from app.desk import DeskRoot
from app.views.shell import opening
from app.views.shell.dialogs import ErrorReport

Make = Callable[..., DeskRoot]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Starts a desk; it is ended after the test."""
    roots: list[DeskRoot] = []

    def start(settings: Settings | None = None, address: str | None = None) -> DeskRoot:
        root = DeskRoot(desk.application(), settings or Settings(theme="light"), address)
        roots.append(root)
        root.start()
        return root

    yield start
    for root in roots:
        root.window.close()
        root.close()
        root.window.deleteLater()
        root.deleteLater()


def page_of(root: DeskRoot) -> str:
    page = root.window.area_of_pages.current()
    assert page is not None
    return page.key


def test_the_first_run_waits_at_the_doors_without_a_database(make: Make) -> None:
    root = make()
    assert page_of(root) == "welcome"
    assert root.tasks.database is None
    assert not Path(config.own_database()).exists()


def test_a_new_file_makes_its_owner_an_admin_and_is_remembered(make: Make, qtbot: QtBot) -> None:
    root = make()
    root.open(config.own_database())
    qtbot.waitUntil(lambda: root.tasks.database is not None)
    assert root.tasks.database is not None
    assert root.tasks.database.actor.role == "admin"
    assert root.window.where == "this computer"
    assert page_of(root) == "workbench"
    kept = config.load_settings()
    assert kept.database == config.own_database()
    assert list(kept.window["used"]) == [config.own_database()]


def test_the_next_start_opens_the_last_database_on_the_last_page(make: Make, qtbot: QtBot, sqlite_file: Path) -> None:
    settings = Settings(theme="light", show_welcome=False, database=str(sqlite_file), window={"page": "settings"})
    root = make(settings)
    assert page_of(root) == "settings"
    qtbot.waitUntil(lambda: root.tasks.database is not None)
    assert root.tasks.database is not None
    assert root.tasks.database.actor.name == "Anna Adams"


def test_what_cannot_be_opened_is_said_and_leaves_the_window(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    stranger = tmp_path / "notes.txt"
    stranger.write_text("dear diary " * 50)
    root = make(address=str(stranger))
    qtbot.waitUntil(lambda: root.window.area_of_pages.banners.keys() == ["not opened"])
    assert root.tasks.database is None
    assert stranger.read_text().startswith("dear diary")


def test_a_database_of_another_program_is_left_alone(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE songs (name TEXT)")
    connection.commit()
    connection.close()
    before = other.read_bytes()
    root = make(address=str(other))
    qtbot.waitUntil(lambda: root.window.area_of_pages.banners.keys() == ["not opened"])
    assert other.read_bytes() == before


@pytest.mark.expects_log("one by none")
def test_what_nobody_caught_is_reported_and_logged(make: Make, qtbot: QtBot) -> None:
    root = make()
    error = ZeroDivisionError("one by none")
    sys.excepthook(ZeroDivisionError, error, None)
    reports = root.window.findChildren(ErrorReport)
    assert "one by none" in reports[0].text
    reports[0].close()


def test_the_window_goes_on_after_another_database_is_opened(
    make: Make, qtbot: QtBot, sqlite_file: Path, tmp_path: Path
) -> None:
    root = make(Settings(theme="light", show_welcome=False), str(sqlite_file))
    qtbot.waitUntil(lambda: root.tasks.database is not None)
    first = root.tasks.database
    root.window.go("matrix")
    root.open(str(tmp_path / "second.sqlite"))
    qtbot.waitUntil(lambda: root.tasks.database is not None and root.tasks.database is not first)
    assert page_of(root) == "matrix"
    assert root.window.where == "second.sqlite"


# --- addresses


@pytest.mark.parametrize(
    ("address", "file", "name"),
    [
        ("/data/team.sqlite", True, "team.sqlite"),
        ("sqlite:////data/team.sqlite", True, "team.sqlite"),
        ("postgresql://lena@desk-db:5432/desk", False, "desk-db"),
    ],
    ids=["path", "sqlite address", "server"],
)
def test_an_address_is_said_in_a_word(address: str, file: bool, name: str) -> None:
    assert opening.is_file(address) is file
    assert opening.place_name(address) == name


def test_a_password_is_taken_from_the_keyring_and_never_kept_in_settings() -> None:
    address = "postgresql://lena@desk-db/desk?sslmode=require"
    config.keep_secret(opening.secret_name(address), "p@ss")
    full = opening.with_password(address)
    assert full == "postgresql://lena:p%40ss@desk-db/desk?sslmode=require"
    assert opening.without_password(full) == address
    assert opening.with_password("/data/team.sqlite") == "/data/team.sqlite"


# --- the entry


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["--database", "x.sqlite"], True),
        (["--database=x.sqlite"], True),
        (["db", "status"], False),
        (["--help"], False),
        (["--database", "x.sqlite", "db", "status"], False),
    ],
    ids=["nothing", "database", "database with sign", "command", "help", "database and command"],
)
def test_only_a_command_needs_no_window(arguments: list[str], window: bool) -> None:
    assert entry.wants_window(arguments) is window


def test_without_a_screen_it_says_so_and_takes_the_tour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(desk, "take_tour", lambda: 0)
    assert entry.main([]) == 0
    assert "no screen" in capsys.readouterr().err


def test_the_self_test_opens_every_page(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.self_test() == 0
    told = capsys.readouterr().err
    for page in ("workbench", "matrix", "messages", "debriefs", "insights", "settings", "welcome"):
        assert f"page {page}" in told
