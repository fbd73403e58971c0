"""How one is told and when one is left in peace, in the settings: rules, quiet hours, absences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.absences import SetAbsence, list_absences
from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.delivery_plan import DEFAULT_RULES, DESKTOP, MAIL, OTHERS, WEBHOOK, Rule
from app.services.delivery_rules import PersonalRules, WriteDeliveryRules, WriteQuietHours, rules_of
from app.services.watch.bundling import Limit
from app.services.watch.outbox import LeaseLetters, LetterFailed
from app.views.settings.away import AwaySection
from app.views.settings.notifications import NotificationsSection
from app.views.settings.page import SettingsPage
from app.views.settings.rule_sheet import RuleSheet
from app.views.settings.rule_words import limit_words, rule_words
from app.views.shell.window import MainWindow
from tests.desks import SmallDesk

ADA = Rule(("tier_entered", "breached"), MAIL, "ada@example.org", 0, True)
HERE = Rule((), DESKTOP)


@pytest.fixture
def page(window: MainWindow, sqlite_desk: SmallDesk, qtbot: QtBot) -> SettingsPage:
    """The settings, open for Lena."""
    window.desk.feed._timer.setInterval(50)
    window.desk.tasks.attach(sqlite_desk.lena)
    window.go("settings")
    made = window.built("settings")
    assert isinstance(made, SettingsPage)
    section = cast("NotificationsSection", made.sections["notifications"])
    away = cast("AwaySection", made.sections["away"])
    qtbot.waitUntil(lambda: bool(section.rules.rows) and away.deputy.count() == 3)
    qtbot.waitUntil(lambda: not away._form.isHidden())
    return made


@pytest.fixture
def section(page: SettingsPage) -> NotificationsSection:
    return cast("NotificationsSection", page.sections["notifications"])


@pytest.fixture
def away(page: SettingsPage) -> AwaySection:
    return cast("AwaySection", page.sections["away"])


def words_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def id_of(database: Database) -> str:
    assert database.actor.id is not None
    return database.actor.id


def kept(desk: SmallDesk) -> PersonalRules:
    return desk.database.read(rules_of, id_of(desk.lena))


def sheet_of(section: NotificationsSection) -> RuleSheet:
    sheet = section._sheet
    assert sheet is not None
    return sheet


def rule_lines(section: NotificationsSection) -> list[str]:
    return [words_in(row) for row in section.rules.rows]


# --- words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ADA, "Tier entered, breached → mail to ada@example.org, at once, also in quiet hours"),
        (HERE, "Everything → on the desktop, at once"),
        (DEFAULT_RULES[1], "Everything that needs me → mail to lena@example.org, at once"),
        (
            Rule(("due_soon",), WEBHOOK, "https://example.org/hook", 5400),
            "Due soon → post to https://example.org/hook, after 1 h 30 min",
        ),
        (Rule(("offered",), OTHERS, "chat", 45), "Offered to me → by chat, after 45 s"),
    ],
    ids=["mail", "desktop", "usual", "webhook", "others"],
)
def test_a_rule_reads_as_a_line(rule: Rule, words: str) -> None:
    assert rule_words(rule, "lena@example.org", DEFAULT_RULES[1].kinds) == words


def test_many_kinds_are_counted() -> None:
    rule = Rule(("breached", "due_soon", "offered", "returned", "reopened", "follow_up"), DESKTOP)
    words = "Breached, due soon, offered to me, came back to me and 2 more → on the desktop, at once"
    assert rule_words(rule, None) == words


def test_the_limits_are_a_sentence() -> None:
    limits = {"mail": (Limit(1, 20), Limit(10, 600), Limit(30, 3600)), "others": (Limit(5, 900),)}
    assert limit_words(limits) == (
        "By mail at most 1 in 20 s, 10 in 10 min and 30 in 1 h. By other services at most 5 in 15 min. "
        "What comes in between is kept and leaves together."
    )


# --- rules


def test_who_has_written_none_sees_the_usual_ones(section: NotificationsSection) -> None:
    assert rule_lines(section)[0] == "Everything → on the desktop, at once"
    assert "the usual ones hold" in section.rules.words.text()
    assert not any(row.remove.isVisible() for row in section.rules.rows)


def test_a_rule_is_added_to_the_others(section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    """The usual mail is none of hers: she has no address."""
    section.rules.add.click()
    sheet = sheet_of(section)
    sheet.everything.setChecked(False)
    sheet.kinds["tier_entered"].setChecked(True)
    sheet.kinds["breached"].setChecked(True)
    sheet.address.setText(" ada@example.org ")
    sheet.delay.setValue(5)
    qtbot.keyClick(sheet.address, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: kept(sqlite_desk).own)
    assert kept(sqlite_desk).rules == (HERE, Rule(("breached", "tier_entered"), MAIL, "ada@example.org", 300, False))
    qtbot.waitUntil(lambda: len(section.rules.rows) == 2 and section.rules.rows[0].remove.isVisible())


def test_a_rule_is_changed_in_its_place(section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=id_of(sqlite_desk.lena), rules=(ADA, HERE)))
    qtbot.waitUntil(lambda: rule_lines(section)[0].startswith("Tier entered"))
    section.rules.rows[0].change.click()
    sheet = sheet_of(section)
    assert sheet.rule() == Rule(("breached", "tier_entered"), MAIL, "ada@example.org", 0, True)
    sheet.channel.set_current(2)
    sheet.address.setText("https://example.org/hook")
    sheet.press()
    changed = Rule(("breached", "tier_entered"), WEBHOOK, "https://example.org/hook", 0, True)
    qtbot.waitUntil(lambda: kept(sqlite_desk).rules == (changed, HERE))


def test_seconds_that_nobody_touched_stay(section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    rule = Rule(("breached",), MAIL, "ada@example.org", 90)
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=id_of(sqlite_desk.lena), rules=(rule,)))
    qtbot.waitUntil(lambda: "after 1 min 30 s" in rule_lines(section)[0])
    section.rules.rows[0].change.click()
    assert sheet_of(section).rule() == rule
    sheet_of(section).dismiss()


def test_a_fault_is_said_at_its_field_and_nothing_typed_is_lost(
    section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    section.rules.add.click()
    sheet = sheet_of(section)
    sheet.everything.setChecked(False)
    sheet.press()
    assert "Tick at least one" in sheet._frame.error()
    sheet.kinds["offered"].setChecked(True)
    assert sheet._frame.error() == ""
    sheet.address.setText("ada at example.org")
    sheet.press()
    qtbot.waitUntil(lambda: "is not a mail address" in sheet.where.error())
    assert sheet.where.error().startswith("“ada at example.org”")
    assert sheet.address.text() == "ada at example.org"
    assert not kept(sqlite_desk).own
    sheet.address.setText("ada@example.org")
    assert sheet.where.error() == ""
    sheet.press()
    qtbot.waitUntil(lambda: kept(sqlite_desk).own)


def test_rules_changed_on_another_desk_are_not_overwritten(
    section: NotificationsSection, sqlite_desk: SmallDesk, window: MainWindow, qtbot: QtBot
) -> None:
    """The feed is late here: the other desk's rule is not known yet when this one is kept."""
    window.desk.feed.stop()
    section.rules.add.click()
    sheet = sheet_of(section)
    sheet.channel.set_current(0)
    sheet.everything.setChecked(False)
    sheet.kinds["offered"].setChecked(True)
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=id_of(sqlite_desk.lena), rules=(ADA,)))
    sheet.press()
    qtbot.waitUntil(lambda: "changed on another desk" in sheet._note.text())
    qtbot.waitUntil(lambda: section._rules is not None and section._rules.rules == (ADA,))
    assert kept(sqlite_desk).rules == (ADA,)
    sheet.press()
    qtbot.waitUntil(lambda: kept(sqlite_desk).rules == (ADA, Rule(("offered",), DESKTOP)))


def test_a_rule_is_removed_and_comes_back(
    section: NotificationsSection, sqlite_desk: SmallDesk, window: MainWindow, qtbot: QtBot
) -> None:
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=id_of(sqlite_desk.lena), rules=(ADA,)))
    qtbot.waitUntil(lambda: len(section.rules.rows) == 1)
    section.rules.rows[0].remove.click()
    qtbot.waitUntil(lambda: not kept(sqlite_desk).own and window.can_undo())
    qtbot.waitUntil(lambda: "the usual ones hold" in section.rules.words.text())
    window.undo_last()
    qtbot.waitUntil(lambda: kept(sqlite_desk).rules == (ADA,))


def test_this_desktop_is_switched_here_alone(section: NotificationsSection, settings: Settings, qtbot: QtBot) -> None:
    assert section.here.isChecked()
    section.here.click()
    assert not settings.desktop_notifications


# --- quiet hours


def test_quiet_hours_are_kept_when_the_field_is_left(
    section: NotificationsSection, sqlite_desk: SmallDesk, window: MainWindow, qtbot: QtBot
) -> None:
    field = section.quiet.fields["mon"]
    field.setText("22-6")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    hours = {"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]}
    qtbot.waitUntil(lambda: kept(sqlite_desk).quiet == hours)
    qtbot.waitUntil(lambda: field.text() == "22:00–06:00" and window.can_undo())
    window.undo_last()
    qtbot.waitUntil(lambda: kept(sqlite_desk).quiet == {} and field.text() == "")


def test_what_is_no_span_is_said_at_its_day(
    section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    field = section.quiet.fields["wed"]
    field.setText("evenings")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert section.quiet.trouble.text().startswith("Wednesday: “evenings” is no span of time.")
    assert field.property("invalid")
    assert field.text() == "evenings"
    assert kept(sqlite_desk).quiet == {}
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert not section.quiet.trouble.isVisible()


def test_peace_all_week_is_refused_in_words(section: NotificationsSection, qtbot: QtBot) -> None:
    for field in section.quiet.fields.values():
        field.setText("0-24")
    qtbot.keyClick(section.quiet.fields["mon"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "leave no time to be told" in section.quiet.trouble.text())
    assert section.quiet.fields["sun"].text() == "0-24"


def test_every_day_as_monday(section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    section.quiet.fields["mon"].setText("12:00–13:00")
    section.quiet.same.click()
    qtbot.waitUntil(lambda: len(kept(sqlite_desk).quiet) == 7)
    assert set(map(str, kept(sqlite_desk).quiet.values())) == {"[['12:00', '13:00']]"}


@pytest.mark.parametrize("mine", [True, False], ids=["keep mine", "take those"])
def test_of_two_desks_that_set_quiet_hours_the_person_chooses(
    section: NotificationsSection, sqlite_desk: SmallDesk, window: MainWindow, qtbot: QtBot, mine: bool
) -> None:
    window.desk.feed.stop()
    theirs = {"sat": [["00:00", "24:00"]]}
    sqlite_desk.lena.apply(WriteQuietHours(person_id=id_of(sqlite_desk.lena), hours=theirs))
    section.quiet.fields["mon"].setText("8–9")
    qtbot.keyClick(section.quiet.fields["mon"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Saturday 00:00–24:00" in section.quiet.trouble.text())
    assert section.quiet.fields["mon"].text() == "8–9"
    (section.quiet.mine if mine else section.quiet.others).click()
    qtbot.waitUntil(lambda: not section.quiet.trouble.isVisible())
    assert kept(sqlite_desk).quiet == ({"mon": [["08:00", "09:00"]]} if mine else theirs)
    assert section.quiet.fields["sat"].text() == ("" if mine else "00:00–24:00")


def test_what_is_being_typed_outlives_news_from_another_desk(
    section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    section.quiet.fields["mon"].setText("8–")
    theirs = {"sat": [["00:00", "24:00"]]}
    sqlite_desk.lena.apply(WriteQuietHours(person_id=id_of(sqlite_desk.lena), hours=theirs))
    qtbot.waitUntil(lambda: section.quiet.fields["sat"].text() == "00:00–24:00")
    assert section.quiet.fields["mon"].text() == "8–"


# --- away


def absences(desk: SmallDesk) -> list[tuple[datetime, datetime, str | None]]:
    found = desk.database.read(list_absences, desk.clock.now(), id_of(desk.lena))
    return [(one.starts_at, one.ends_at, one.deputy) for one in found]


def type_span(away: AwaySection, start: datetime, end: datetime) -> None:
    for field, at in ((away.starts, start), (away.ends, end)):
        field.setDateTime(QDateTime.fromSecsSinceEpoch(int(at.timestamp()), field.timeZone()))


def test_one_is_away_with_a_deputy(away: AwaySection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    """The form proposes a week from tomorrow, midnight in Oslo (23:00 UTC)."""
    assert "You are not away" in away.nobody.text()
    away.deputy.setCurrentIndex(away.deputy.findData("marco"))
    away.set_away.click()
    qtbot.waitUntil(lambda: len(absences(sqlite_desk)) == 1)
    start, end = datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    assert absences(sqlite_desk) == [(start, end, "marco")]
    qtbot.waitUntil(lambda: len(away.rows) == 1)
    assert "Tue 24 Nov 2026 00:00 to Tue 1 Dec 2026 00:00, Marco Bianchi stands in" in words_in(away.rows[0])


def test_an_end_before_the_start_is_said_there(away: AwaySection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    start = sqlite_desk.clock.now() + timedelta(days=2)
    type_span(away, start, start - timedelta(hours=1))
    away.set_away.click()
    qtbot.waitUntil(lambda: "must end after it starts" in away.frames["ends_at"].error())
    assert away.starts.instant() == start
    assert absences(sqlite_desk) == []


def test_a_circle_of_deputies_is_said_at_the_deputy(away: AwaySection, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    start = sqlite_desk.clock.now()
    end = start + timedelta(days=30)
    sqlite_desk.marco.apply(SetAbsence(person="marco", deputy="lena", starts_at=start, ends_at=end))
    away.deputy.setCurrentIndex(away.deputy.findData("marco"))
    away.set_away.click()
    qtbot.waitUntil(lambda: "deputies lead back" in away.frames["deputy"].error())


def test_one_comes_back_early(away: AwaySection, sqlite_desk: SmallDesk, window: MainWindow, qtbot: QtBot) -> None:
    start = sqlite_desk.clock.now() - timedelta(hours=1)
    sqlite_desk.lena.apply(SetAbsence(person="lena", starts_at=start, ends_at=start + timedelta(days=3)))
    qtbot.waitUntil(lambda: len(away.rows) == 1)
    assert "nobody stands in" in words_in(away.rows[0])
    from app.views.theme.buttons import Button

    (back,) = away.rows[0].findChildren(Button)
    assert back.text() == "I am back"
    back.click()
    qtbot.waitUntil(lambda: absences(sqlite_desk) == [] and not away.rows)


# --- nobody


def test_without_a_database_the_page_says_so(window: MainWindow) -> None:
    window.go("settings")
    page = cast("SettingsPage", window.built("settings"))
    section, away = page.sections["notifications"], page.sections["away"]
    assert "once a database is open" in words_in(section)
    assert "once a database is open" in words_in(away)


def test_with_nobody_signed_in_the_page_says_so(page: SettingsPage, sqlite_desk: SmallDesk, window: MainWindow) -> None:
    window.desk.tasks.attach(sqlite_desk.database.acting_as(WATCH))
    section = cast("NotificationsSection", page.sections["notifications"])
    assert "Nobody is signed in here" in section.nobody.text()
    assert not section.rules.isVisible()
    assert "Nobody is signed in here" in words_in(page.sections["away"])


def test_the_sample_says_that_it_tells_nobody(
    section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    with sqlite_desk.database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO schema_meta (key, value) VALUES ('sample', 'made')")
    section.shown()
    qtbot.waitUntil(lambda: "the sample, which tells nobody" in section.nobody.text())
    assert section.rules.isVisible()


# --- what did not arrive


def test_what_did_not_arrive_is_said_with_the_reason(
    section: NotificationsSection, sqlite_desk: SmallDesk, qtbot: QtBot
) -> None:
    assert section.rules.failed.isHidden()
    rule = Rule(channel=WEBHOOK, address="https://hooks.example/in")
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=id_of(sqlite_desk.lena), rules=(rule,)))
    sqlite_desk.open()
    (letter,) = sqlite_desk.watch.apply(LeaseLetters(channels=("webhook",))).result["letters"]
    said = "hooks.example answered 404"
    sqlite_desk.watch.apply(LetterFailed(letter_id=letter, attempt=1, error=said, final=True))
    section.shown()
    qtbot.waitUntil(lambda: not section.rules.failed.isHidden())
    assert section.rules.failed.text() == f"Given up: post to https://hooks.example/in. {said}"
