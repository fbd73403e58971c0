"""``matrix publish``, ``history``, ``compare`` and ``roll-back``: change under control, without a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import AsJson, counted, emit, place_of, say
from app.cli.records import instant
from app.services.database.errors import NotFound, UserError

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.matrix.differences import VersionDifference

Number = Annotated[int, typer.Argument(metavar="VERSION", help="Its number; a draft has one too.")]
Reason = Annotated[str, typer.Option(help="Why the policy changes.")]
From = Annotated[str, typer.Option("--from", metavar="TIME", help="When it takes effect; else at once.")]
ReviewBy = Annotated[str, typer.Option(metavar="DAY", help="The day by which somebody looks at it again.")]
Emergency = Annotated[
    str, typer.Option(metavar="TEXT", help="Why it cannot wait for the signatures that are missing; everybody is told.")
]
Accept = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=TEXT", help="Why a warning or a failing example is accepted; KEY * answers all others."),
]


@dataclass(frozen=True, slots=True)
class Terms:
    """When and how a version goes out, as typed."""

    begins: str = ""
    review_by: str = ""
    emergency: str = ""

    def read(self, database: Database) -> dict[str, Any]:
        """As `PublishDraft` takes them. Raises ``UserError`` for what is no time or day."""
        begins: datetime | None = None
        if self.begins:
            begins = instant(self.begins, database.actor.time_zone, database.clock.now())
        return {"effective_from": begins, "review_by": _day(self.review_by), "emergency": self.emergency}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"“{text}” is no day.", "Write it like 2027-03-01.") from None


def publish(
    context: typer.Context,
    reason: Reason,
    accept: Accept = None,
    begins: From = "",
    review_by: ReviewBy = "",
    emergency: Emergency = "",
    as_json: AsJson = False,
) -> None:
    """Publish the open draft: verified, signed by whom the version in force names, with a reason for each warning."""
    from app.services.matrix.versions import newest_draft
    from app.services.publishing.publishing import PublishDraft

    with place_of(context).open() as database:
        draft = database.read(newest_draft)
        if draft is None:
            raise NotFound("There is no draft.", "Import one, or change the matrix in the window.")
        terms = Terms(begins, review_by, emergency).read(database)
        operation = PublishDraft(version_id=draft.id, rationale=reason, reasons=_reasons(accept or []), **terms)
        made = database.apply(operation).result
    if as_json:
        emit(made)
    else:
        later = terms["effective_from"] is not None and not emergency
        say(f"Version {made['number']} is {'published' if later else 'in force'}.")


def _reasons(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        key, separator, text = one.rpartition("=")
        if not separator or not text.strip():
            raise UserError(f"“{one}” does not say why.", "Write --accept KEY=TEXT, or --accept *=TEXT.")
        found[key] = text
    return found


def history(context: typer.Context, as_json: AsJson = False) -> None:
    """List the published versions: from when, by whom, signed by whom, how much changed, who has confirmed."""
    from app.services.publishing.history import read_history

    with place_of(context).open() as database:
        lines = database.read(read_history, database.clock.now())
    if as_json:
        names = (
            "number", "in_force", "effective_from", "until", "published_at", "published_by", "rationale", "signed_by",
            "unsigned", "emergency", "review_by", "changes", "confirmed", "asked",
        )  # fmt: skip
        emit([{name: _plain(getattr(one, name)) for name in names} for one in lines])
        return
    for one in lines:
        state = "in force" if one.in_force else "retired" if one.began else "to come"
        signed = f", signed by {', '.join(one.signed_by)}" if one.signed_by else ""
        missing = f", WITHOUT the signature of {', '.join(one.unsigned)}" if one.unsigned else ""
        since = f"{one.effective_from:%Y-%m-%d %H:%M} UTC"
        who = one.published_by or "a program"
        say(f"Version {one.number}, {state}, from {since}, {who}{signed}{missing}: {counted(one.changes, 'change')}.")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def compare(
    context: typer.Context,
    before: Number,
    after: Number,
    as_json: AsJson = False,
) -> None:
    """Say in words all that differs from one version to another."""
    from app.services.publishing.history import compare_versions

    with place_of(context).open() as database:
        found = database.read(compare_versions, before, after)
    if as_json:
        emit({"before": before, "after": after, "changes": found.difference.count, **_json(found.difference)})
        return
    for trigger in found.difference.triggers:
        say(f"Trigger {trigger.number} ({trigger.how.value}): {trigger.summary}")
        for one in trigger.fields:
            say(f"  {one.label}: {one.before} → {one.after}")
    for one in found.difference.others:
        say(f"{one.label}: {one.before} → {one.after}")
    say("Nothing else differs." if found.difference.count else "Nothing differs.")


def _json(difference: VersionDifference) -> dict[str, Any]:
    def field(one: Any) -> dict[str, str]:
        return {"field": one.field, "label": one.label, "before": one.before, "after": one.after}

    triggers = [
        {
            "number": one.number,
            "how": one.how.value,
            "summary": one.summary,
            "reason": one.reason,
            "fields": [field(change) for change in one.fields],
        }
        for one in difference.triggers
    ]
    return {"triggers": triggers, "others": [field(one) for one in difference.others]}


def roll_back(context: typer.Context, version: Number, as_json: AsJson = False) -> None:
    """Make a draft of an old version under a new number; publish it as any other."""
    from app.services.publishing.rolling_back import RollBack

    with place_of(context).open() as database:
        made = database.apply(RollBack(number=version)).result
    if as_json:
        emit(made)
    else:
        say(f"Draft {made['number']} says what version {version} says. Publish it with “matrix publish”.")
