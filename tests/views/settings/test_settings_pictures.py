"""What the notifications' part of the settings looks like."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.absences import SetAbsence
from app.services.delivery_plan import DESKTOP, MAIL, WEBHOOK, Rule
from app.services.delivery_rules import WriteDeliveryRules, WriteQuietHours
from app.views.settings.away import AwaySection
from app.views.settings.notifications import NotificationsSection
from app.views.settings.page import SettingsPage
from app.views.settings.rule_sheet import RuleSheet
from app.views.shell.window import MainWindow
from tests.desks import SmallDesk
from tests.views.golden import assert_picture

RULES = (
    Rule(("tier_entered", "breached"), MAIL, "ada@example.org", 0, True),
    Rule((), DESKTOP),
    Rule(("due_soon",), WEBHOOK, "https://hooks.example.org/desk", 5400),
)
NIGHT = [["00:00", "06:00"], ["22:00", "24:00"]]


def write_all(desk: SmallDesk) -> None:
    """Three rules, quiet nights and weekends, and Lena away since yesterday."""
    lena = desk.lena
    assert lena.actor.id is not None
    lena.apply(WriteDeliveryRules(person_id=lena.actor.id, rules=RULES))
    days = dict.fromkeys(("tue", "wed", "thu", "fri"), NIGHT)
    rest = {day: [["00:00", "24:00"]] for day in ("sat", "sun")}
    lena.apply(WriteQuietHours(person_id=lena.actor.id, hours={**days, **rest, "mon": [NIGHT[1]]}))
    now = desk.clock.now()
    yesterday, then = now - timedelta(days=1), now + timedelta(days=3)
    lena.apply(SetAbsence(person="lena", starts_at=yesterday, ends_at=then, deputy="marco"))


def opened(window: MainWindow, desk: SmallDesk, qtbot: QtBot) -> tuple[NotificationsSection, AwaySection]:
    """The two sections, with everything they read."""
    window.set_look(theme=window.settings.theme)
    window.desk.tasks.attach(desk.lena)
    window.go("settings", "notifications")
    page = cast("SettingsPage", window.built("settings"))
    section = cast("NotificationsSection", page.sections["notifications"])
    away = cast("AwaySection", page.sections["away"])
    qtbot.waitUntil(lambda: bool(section.rules.rows) and not section.nobody.isVisible())
    qtbot.waitUntil(lambda: not away._form.isHidden() and away.deputy.count() == 3)
    return section, away


def has_its_place(sheet: RuleSheet) -> bool:
    """Whether the sheet is as high as its content asks for."""
    before = sheet._panel.geometry()
    sheet._arrange()
    return sheet.isVisible() and sheet._panel.geometry() == before


def laid_out(part: QWidget, qtbot: QtBot) -> QWidget:
    """The part, as high as what is in it: lines that break take a second look of the layout."""
    qtbot.waitUntil(lambda: part.height() == part.heightForWidth(part.width()))
    return part


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rules_quiet_hours_and_an_absence(window: MainWindow, sqlite_desk: SmallDesk, theme: str, qtbot: QtBot) -> None:
    write_all(sqlite_desk)
    window.set_look(theme=theme)
    section, away = opened(window, sqlite_desk, qtbot)
    qtbot.waitUntil(lambda: len(section.rules.rows) == 3 and len(away.rows) == 1)
    assert_picture(laid_out(section, qtbot), f"settings/notifications_{theme}")
    assert_picture(laid_out(away, qtbot), f"settings/away_{theme}")
    window.set_look(theme="light")


def test_who_has_written_nothing(window: MainWindow, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    section, _away = opened(window, sqlite_desk, qtbot)
    assert_picture(laid_out(section, qtbot), "settings/notifications_usual")


def test_large_text_in_a_small_window(window: MainWindow, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    """The two parts stand one below the other, and nothing is wider than its page."""
    write_all(sqlite_desk)
    window.resize(1366, 768)
    window.set_look(text_size=200)
    section, _away = opened(window, sqlite_desk, qtbot)
    qtbot.waitUntil(lambda: len(section.rules.rows) == 3)
    page = cast("SettingsPage", window.built("settings"))
    qtbot.waitUntil(lambda: section.rules.geometry().bottom() < section.quiet.mapTo(section, section.rules.pos()).y())
    qtbot.waitUntil(lambda: section.width() <= page._scroll.viewport().width())
    window.set_look(text_size=100)


def test_a_rule_on_its_sheet(window: MainWindow, sqlite_desk: SmallDesk, qtbot: QtBot) -> None:
    write_all(sqlite_desk)
    section, _away = opened(window, sqlite_desk, qtbot)
    qtbot.waitUntil(lambda: len(section.rules.rows) == 3)
    section.rules.rows[0].change.click()
    sheet = section._sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: has_its_place(sheet))
    assert_picture(sheet._panel, "settings/rule_sheet")
    sheet.dismiss()
