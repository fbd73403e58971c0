"""Why an act cannot be done now, in words; empty when it can. Asked for menus, keys and palette alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.models.enums import Role
from app.services.incidents.case_records import Case
from app.views.workbench.end_sheets import earlier_phases
from app.views.workbench.reading_case import ended_words, still_asked
from app.views.workbench.words import tr

if TYPE_CHECKING:
    from app.views.workbench.page import WorkbenchPage

Reason = Callable[[Case, "WorkbenchPage"], str]


def _writes(page: WorkbenchPage) -> str:
    database = page.desk.database
    return "" if database is not None and database.can(Role.AGENT) else tr("Your role reads only.")


def _live(case: Case, page: WorkbenchPage) -> str:
    if case.version is None:
        return _writes(page) or tr("This incident is history.")
    return _writes(page) or (tr("This incident is closed.") if case.closed_at is not None else "")


def _me(page: WorkbenchPage) -> str | None:
    return page.desk.actor.id if page.desk.actor else None


def _acknowledge(case: Case, page: WorkbenchPage) -> str:
    if case.acknowledged_at is None or still_asked(case, _me(page)):
        return _live(case, page)
    return _live(case, page) or tr("It is acknowledged already.")


def _take(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or (tr("You have it already.") if case.holder_id == _me(page) else "")


def _tick(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or ("" if case.checklist else tr("This tier has no checklist."))


def _key_event(case: Case, page: WorkbenchPage) -> str:
    if page.incident.timeline.list.current_line() is None:
        return tr("Choose a line of the timeline first.")
    return _writes(page)


def _open_work(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or (tr("It is resolved already.") if case.resolved_at is not None else "")


def _wait(case: Case, page: WorkbenchPage) -> str:
    return _open_work(case, page) or (tr("It waits already. Go on first.") if case.waiting_since is not None else "")


def _go_on(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or ("" if case.waiting_since is not None else tr("It does not wait."))


def _escalate(case: Case, page: WorkbenchPage) -> str:
    highest = max((rank for _key, rank, _name in case.tiers), default=0)
    return _open_work(case, page) or (tr("There is no higher tier.") if case.tier_rank >= highest else "")


def _de_escalate(case: Case, page: WorkbenchPage) -> str:
    lowest = min((rank for _key, rank, _name in case.tiers), default=0)
    return _open_work(case, page) or (tr("There is no lower tier.") if case.tier_rank <= lowest else "")


def _hand_off(case: Case, page: WorkbenchPage) -> str:
    offered = tr("It is offered to {name} already.").format(name=case.offer.to) if case.offer else ""
    return _live(case, page) or offered


def _offered(case: Case, page: WorkbenchPage) -> str:
    mine = case.offer is not None and case.offer.to_id == _me(page)
    return _live(case, page) or ("" if mine else tr("Nobody offers it to you."))


def _contain(case: Case, page: WorkbenchPage) -> str:
    return _open_work(case, page) or (tr("It is contained already.") if case.contained_at is not None else "")


def _close(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or (tr("Resolve it first.") if case.resolved_at is None else "")


def _step_back(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or ("" if earlier_phases(case) else tr("There is no earlier phase."))


def _reopen(case: Case, page: WorkbenchPage) -> str:
    if case.version is None:
        return tr("This incident is history.")
    if case.ended_as is not None:
        return f"{ended_words(case)}."
    return _writes(page) or (tr("It is not resolved.") if case.resolved_at is None else "")


def _carry_on(case: Case, page: WorkbenchPage) -> str:
    over = case.version is None or case.resolved_at is not None or case.closed_at is not None
    return _writes(page) or ("" if over else tr("It is still open. Go on working on it."))


def _debrief(case: Case, page: WorkbenchPage) -> str:
    if case.version is None:
        return tr("This incident is history.")
    return tr("Resolve it first.") if case.resolved_at is None else ""


def _move(case: Case, page: WorkbenchPage) -> str:
    newer = case.version_in_force is not None and case.version is not None and case.version_in_force > case.version
    return _live(case, page) or ("" if newer else tr("It follows the version in force already."))


def _answer(case: Case, page: WorkbenchPage) -> str:
    return _live(case, page) or ("" if case.offered_answer is not None else tr("No other answer is offered."))


def _why(case: Case, page: WorkbenchPage) -> str:
    return tr("No matrix was asked.") if case.version is None else ""


def _any(_case: Case, _page: WorkbenchPage) -> str:
    return ""


REASONS: dict[str, Reason] = {
    "incident.acknowledge": _acknowledge,
    "incident.take": _take,
    "incident.update": _live,
    "incident.note": _live,
    "incident.tick": _tick,
    "incident.key_event": _key_event,
    "incident.wait": _wait,
    "incident.promise": _live,
    "incident.go_on": _go_on,
    "incident.replied": _live,
    "incident.thanks": _live,
    "incident.escalate": _escalate,
    "incident.de_escalate": _de_escalate,
    "incident.hand_off": _hand_off,
    "incident.accept": _offered,
    "incident.return": _offered,
    "incident.contain": _contain,
    "incident.resolve": _open_work,
    "incident.close": _close,
    "incident.step_back": _step_back,
    "incident.withdraw": _open_work,
    "incident.merge": _live,
    "incident.reopen": _reopen,
    "incident.carry_on": _carry_on,
    "incident.debrief": _debrief,
    "incident.facts": _live,
    "incident.move": _move,
    "incident.take_answer": _answer,
    "incident.dismiss_answer": _answer,
    "incident.propose": _any,
    "incident.why": _why,
}
