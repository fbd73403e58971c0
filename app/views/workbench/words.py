"""The words of the Workbench that more than one of its parts says."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.models.enums import Channel, Phase, TimerKind
from app.views.workbench.grouping import Group, Heading

PHASES = 6


def tr(text: str) -> str:
    """Translated for the Workbench."""
    return QCoreApplication.translate("workbench", text)


_TIMERS = {
    TimerKind.ACKNOWLEDGE: QT_TRANSLATE_NOOP("workbench", "Acknowledge"),
    TimerKind.FIRST_UPDATE: QT_TRANSLATE_NOOP("workbench", "First update"),
    TimerKind.NEXT_UPDATE: QT_TRANSLATE_NOOP("workbench", "Next update"),
    TimerKind.CONTAIN: QT_TRANSLATE_NOOP("workbench", "Contain"),
    TimerKind.RESOLVE: QT_TRANSLATE_NOOP("workbench", "Resolve"),
    TimerKind.STEP: QT_TRANSLATE_NOOP("workbench", "Climbs"),
    TimerKind.OFFER: QT_TRANSLATE_NOOP("workbench", "Hand-off"),
    TimerKind.PROMISE: QT_TRANSLATE_NOOP("workbench", "Promise"),
    TimerKind.APPROVAL: QT_TRANSLATE_NOOP("workbench", "Approval"),
}


def timer_name(kind: TimerKind) -> str:
    """What a timer is called in lists and tiles."""
    return tr(str(_TIMERS[kind]))


def channel_name(channel: Channel | None) -> str:
    """How words travel, as a noun."""
    if channel is None:
        return tr("Not known")
    return {
        Channel.EMAIL: tr("E-mail"),
        Channel.PHONE: tr("Phone"),
        Channel.CHAT: tr("Chat"),
        Channel.SOCIAL: tr("Social"),
    }[channel]


def phase_name(phase: Phase) -> str:
    """A phase as a noun."""
    return {
        Phase.TRIAGE: tr("Triage"),
        Phase.ASSESSMENT: tr("Assessment"),
        Phase.CONTAINMENT: tr("Containment"),
        Phase.RESOLUTION: tr("Resolution"),
        Phase.COMMUNICATION: tr("Communication"),
        Phase.CLOSED: tr("Closed"),
    }[phase]


def phase_words(phase: Phase) -> str:
    """ "Containment, phase 3 of 6"."""
    return tr("{phase}, phase {number} of {count}").format(phase=phase_name(phase), number=phase.number, count=PHASES)


def waiting_name(reason: str) -> str:
    """For whom an incident waits."""
    names = {"customer": tr("customer"), "supplier": tr("supplier"), "agreed_date": tr("an agreed date")}
    return names.get(reason, reason.replace("_", " "))


def heading_words(heading: Heading) -> str:
    """The head of a group of the queue."""
    group, reason = heading
    if group is Group.PAUSED and reason:
        return tr("Paused, waiting for {whom}").format(whom=waiting_name(reason))
    return {
        Group.BREACHED: tr("Breached"),
        Group.SOON: tr("Due within 15 minutes"),
        Group.TODAY: tr("Later today"),
        Group.LATER: tr("Later"),
        Group.OPENING: tr("Waiting for opening"),
        Group.PAUSED: tr("Paused"),
        Group.DONE: tr("Resolved, to close"),
        Group.DRILL: tr("Drill, nobody is alerted"),
    }[group]


GROUP_ICONS = {
    Group.BREACHED: ("octagon-alert", "breach"),
    Group.SOON: ("alarm-clock", "crit"),
    Group.TODAY: ("clock", "text2"),
    Group.LATER: ("clock", "text2"),
    Group.OPENING: ("clock-3", "text3"),
    Group.PAUSED: ("circle-pause", "paused"),
    Group.DONE: ("circle-check", "ok"),
    Group.DRILL: ("graduation-cap", "paused"),
}


def count_words(count: int, one: str, many: str) -> str:
    """ "1 other incident" or "4 other incidents": both forms are whole sentences with ``{count}``."""
    return (one if count == 1 else many).format(count=count)


def joined(*parts: str, by: str = " · ") -> str:
    """The parts that are not empty, in one line."""
    return by.join(part for part in parts if part)
