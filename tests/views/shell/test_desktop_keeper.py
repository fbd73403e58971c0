"""What the window's person is told on the desktop, from the database to the click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.database import Database
from app.services.delivery_plan import DESKTOP, MAIL, Rule
from app.services.delivery_rules import WriteDeliveryRules, WriteQuietHours
from app.services.incidents.handoffs import OfferHandOff
from app.services.incidents.notifications import MarkSeen
from app.services.incidents.open import OpenIncident
from app.views.shell.desktop_keeper import DesktopKeeper
from app.views.shell.desktop_notifications import Shown, Urgency
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from tests.desks import HALDEN, SmallDesk
from tests.views.shell.blank import blank, page_of


class Desktop:
    """Stands for the desktop: what shows on it by its key, and everything it was told."""

    def __init__(self) -> None:
        self.shows: dict[str, Shown] = {}
        self.told: list[str] = []
        self.ended = False
        self.seconds = 0.0

    def show(self, shown: Shown) -> None:
        self.shows[shown.key] = shown
        self.told.append(shown.title)

    def close(self, key: str) -> None:
        self.shows.pop(key, None)

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, settings: Settings, desktop: Desktop) -> Iterator[MainWindow]:
    """A window whose desktop is ours; no database yet. It starts somewhere else than at the incidents."""
    made = MainWindow(settings, tasks, [blank("one"), blank("workbench", needs_database=True)])
    made.desk.feed._timer.setInterval(50)  # a second of every wait here is none that matters
    DesktopKeeper(made, desktop, lambda: desktop.seconds)
    made.show()
    qtbot.waitExposed(made)
    made.go("one")
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def keeper(window: MainWindow) -> DesktopKeeper:
    return keeper_of(window)


def keeper_of(window: MainWindow) -> DesktopKeeper:
    found = window.findChild(DesktopKeeper)
    assert isinstance(found, DesktopKeeper)
    return found


def rules_of(keeper: DesktopKeeper) -> tuple[Rule, ...]:
    return keeper._rules.rules if keeper._rules else ()


def raise_incident(desk: SmallDesk, title: str = "Charged twice", severity: str = "s1") -> str:
    """Marco opens an incident, of which Lena is alerted."""
    operation = OpenIncident(title=title, facts={"severity": severity}, customer=HALDEN)
    return str(desk.marco.apply(operation).result["incident_id"])


def attach(window: MainWindow, database: Database, qtbot: QtBot) -> None:
    """Opens it, and waits until the desktop knows what stands in the bell and by which rules."""
    window.desk.tasks.attach(database)
    keeper = keeper_of(window)
    qtbot.waitUntil(lambda: keeper._rules is not None and keeper._records is not None)


def test_what_waited_is_said_once(window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    for title in ("One", "Two", "Three", "Four"):
        raise_incident(sqlite_desk, title)
    attach(window, sqlite_desk.lena, qtbot)
    (shown,) = desktop.shows.values()
    assert shown.title == "4 things waited for you"
    assert shown.text.splitlines()[0] == "INC-4  Reached Tier 1"
    assert len(shown.text.splitlines()) == 3


def test_a_click_opens_the_incident_and_counts_as_seen(
    window: MainWindow, keeper: DesktopKeeper, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.lena, qtbot)
    incident = raise_incident(sqlite_desk)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    ((key, shown),) = desktop.shows.items()
    assert (shown.title, shown.text, shown.urgency) == ("Reached Tier 1", "INC-1, Charged twice", Urgency.NORMAL)
    window.showMinimized()
    keeper.activated(key)
    assert not window.isMinimized()
    assert page_of(window, "workbench").happened[-1] == f"go to {incident}"
    qtbot.waitUntil(lambda: window.bell._new == ())


def test_an_offer_is_accepted_from_the_desktop(
    window: MainWindow, keeper: DesktopKeeper, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    incident = raise_incident(sqlite_desk)
    attach(window, sqlite_desk.lena, qtbot)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    sqlite_desk.marco.apply(OfferHandOff(incident_id=incident, to="person:lena", summary="Known: it repeats."))
    desktop.seconds += 20
    qtbot.waitUntil(lambda: desktop.told[-1] == "Offered to you")
    (key,) = (key for key, shown in desktop.shows.items() if shown.accept_words == "Accept")
    keeper.accepted(key)
    assert page_of(window, "workbench").happened[-1] == f"go to {incident}"
    qtbot.waitUntil(lambda: sqlite_desk.case(incident).holder_id == sqlite_desk.lena.actor.id)


def test_seen_on_another_desk_clears_it_here(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.lena, qtbot)
    raise_incident(sqlite_desk)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    sqlite_desk.as_person("lena").apply(MarkSeen())
    qtbot.waitUntil(lambda: not desktop.shows)


def test_what_is_for_others_does_not_show(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.priya, qtbot)
    raise_incident(sqlite_desk)
    with qtbot.waitSignal(window.bell.told):
        sqlite_desk.clock.turn(minutes=60)
        sqlite_desk.pass_time(0)  # now it has climbed to Priya
    qtbot.waitUntil(lambda: bool(desktop.told))
    assert "Reached Tier 1" not in desktop.told


def test_a_breach_is_critical_and_takes_the_place_of_its_warning(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    """Of an S3, eight hours to acknowledge: it is due soon at 7 h 55 min."""
    incident = raise_incident(sqlite_desk, severity="s3")
    attach(window, sqlite_desk.lena, qtbot)
    for quiet_minutes in (361, 72):
        sqlite_desk.pass_time(quiet_minutes)
    for minutes, title in ((42.5, "Acknowledge is due soon"), (5, "Acknowledge is over its target")):
        desktop.seconds += 20
        sqlite_desk.pass_time(minutes)
        qtbot.waitUntil(lambda title=title: desktop.told[-1] == title)  # type: ignore[misc]
    shown = desktop.shows[f"{incident} acknowledge"]
    assert (shown.text, shown.urgency) == ("INC-1, Charged twice, due 18:00", Urgency.CRITICAL)


def test_nothing_about_the_incident_that_is_before_ones_eyes(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.lena, qtbot)
    incident = raise_incident(sqlite_desk)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    window.go("workbench", incident)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    desktop.seconds += 20
    with qtbot.waitSignal(window.bell.told):
        sqlite_desk.pass_time(13.6)
    desktop.seconds += 20
    raise_incident(sqlite_desk, "Another")
    qtbot.waitUntil(lambda: len(desktop.told) == 2)
    assert desktop.told == ["Reached Tier 1", "Reached Tier 1"]


def test_the_sample_tells_nobody(window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    with sqlite_desk.database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO schema_meta (key, value) VALUES ('sample', 'made')")
    raise_incident(sqlite_desk)
    answered: list[str] = []
    window.desk.tasks.answered.connect(answered.append)
    window.desk.tasks.attach(sqlite_desk.lena)
    qtbot.waitUntil(lambda: {"sample", "notifications"} <= set(answered))
    with qtbot.waitSignal(window.bell.told):
        raise_incident(sqlite_desk)
    assert desktop.told == []


def test_switched_off_it_is_silent_and_on_again_tells_only_of_what_is_new(
    window: MainWindow, desktop: Desktop, settings: Settings, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.lena, qtbot)
    raise_incident(sqlite_desk)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    settings.desktop_notifications = False
    window.save_settings()
    assert desktop.shows == {}
    with qtbot.waitSignal(window.bell.told):
        raise_incident(sqlite_desk, "Unheard")
    desktop.seconds += 60
    settings.desktop_notifications = True
    window.save_settings()
    raise_incident(sqlite_desk, "Heard")
    qtbot.waitUntil(lambda: bool(desktop.shows))
    (shown,) = desktop.shows.values()
    assert shown.text == "INC-3, Heard"


def test_in_quiet_hours_it_waits(window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    """It is 10:00 on a Monday where Lena is; she wants peace until 11:00."""
    lena = sqlite_desk.lena
    assert lena.actor.id is not None
    lena.apply(WriteQuietHours(person_id=lena.actor.id, hours={"mon": [["09:00", "11:00"]]}))
    attach(window, lena, qtbot)
    for title in ("One", "Two"):
        with qtbot.waitSignal(window.bell.told):
            raise_incident(sqlite_desk, title)
    assert desktop.told == []
    sqlite_desk.clock.turn(minutes=60)
    window.settings_changed.emit()  # stands for the timer that waits an hour
    assert desktop.told == ["2 things waited for you"]


def test_by_rule_only_what_the_person_wants_shows(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    lena = sqlite_desk.lena
    assert lena.actor.id is not None
    attach(window, lena, qtbot)
    rules = (Rule(channel=MAIL, address="lena@example.org"), Rule(kinds=("breached",), channel=DESKTOP))
    keeper = keeper_of(window)
    lena.apply(WriteDeliveryRules(person_id=lena.actor.id, rules=rules))
    qtbot.waitUntil(lambda: rules_of(keeper) == rules)
    with qtbot.waitSignal(window.bell.told):
        raise_incident(sqlite_desk)
    sqlite_desk.pass_time(15.1)
    qtbot.waitUntil(lambda: bool(desktop.told))
    assert desktop.told == ["Acknowledge is over its target"]


def test_another_database_starts_anew(
    window: MainWindow, desktop: Desktop, sqlite_desk: SmallDesk, sqlite_database: Database, qtbot: QtBot
) -> None:
    attach(window, sqlite_desk.lena, qtbot)
    raise_incident(sqlite_desk)
    qtbot.waitUntil(lambda: bool(desktop.shows))
    window.desk.tasks.attach(sqlite_database)
    assert desktop.shows == {}


def test_nobody_at_the_desk_is_told_nothing(
    window: MainWindow, keeper: DesktopKeeper, desktop: Desktop, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    from app.services.database.work import WATCH

    raise_incident(sqlite_desk)
    window.desk.tasks.attach(sqlite_desk.database.acting_as(WATCH))
    qtbot.waitUntil(lambda: window.desk.feed.sync.answered_at is not None)
    assert keeper._rules is None
    window.close()
    assert desktop.ended
