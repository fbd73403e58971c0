"""Personal rules in words: “Tier entered, breached → mail to ada@example.org, at once, also in quiet hours”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.views.shell.notification_words import kind_words

if TYPE_CHECKING:
    from app.services.delivery_plan import Rule
    from app.services.delivery_rules import Undelivered
    from app.services.watch.bundling import Limit

MINUTE, HOUR = 60, 3600
_NAMED = 4
ICONS = {"desktop": "monitor", "mail": "mail", "webhook": "webhook", "others": "share-2"}


def tr(text: str) -> str:
    """A text of the notifications' settings."""
    return QCoreApplication.translate("notification settings", text)


def channel_words(channel: str) -> str:
    """A channel as a choice."""
    return {
        "desktop": tr("On the desktop"),
        "mail": tr("By mail"),
        "webhook": tr("By webhook"),
        "others": tr("By another service"),
    }.get(channel, channel)


def span_words(seconds: int) -> str:
    """ "20 s", "1 h 30 min"."""
    parts = [(seconds // HOUR, "h"), (seconds % HOUR // MINUTE, "min"), (seconds % MINUTE, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def delay_words(seconds: int) -> str:
    """After how long it leaves."""
    return tr("after {span}").format(span=span_words(seconds)) if seconds else tr("at once")


def kinds_words(kinds: Sequence[str], usual: Sequence[str] = ()) -> str:
    """Which notifications a rule is for; `usual` are those of which the person must act."""
    if not kinds:
        return tr("Everything")
    if usual and set(kinds) == set(usual):
        return tr("Everything that needs me")
    named = ", ".join(kind_words(kind) for kind in kinds[:_NAMED])
    names = named[0] + named[1:].lower()
    more = len(kinds) - _NAMED
    return names if more < 1 else tr("{kinds} and {count} more").format(kinds=names, count=more)


def way_words(rule: Rule, email: str | None) -> str:
    """Where a rule leads: “mail to ada@example.org”."""
    return where_words(rule.channel, rule.address or email or tr("your own address, which is missing"))


def where_words(channel: str, address: str) -> str:
    """A channel and where it leads: “post to https://example.org”."""
    if channel == "desktop":
        return tr("on the desktop")
    words = {"mail": tr("mail to {address}"), "webhook": tr("post to {address}"), "others": tr("by {address}")}
    return words.get(channel, "{address}").format(address=address)


def rule_words(rule: Rule, email: str | None, usual: Sequence[str] = ()) -> str:
    """A whole rule in one line."""
    parts = [way_words(rule, email), delay_words(rule.delay_seconds)]
    if rule.in_quiet_hours:
        parts.append(tr("also in quiet hours"))
    return f"{kinds_words(rule.kinds, usual)} → {', '.join(parts)}"


def undelivered_words(letter: Undelivered) -> str:
    """A letter that did not arrive: where it should have gone, and what was said."""
    words = tr("Given up: {way}. {said}") if letter.given_up else tr("Will be tried again: {way}. {said}")
    way = where_words(letter.channel, letter.recipient)
    return words.format(way=way, said=letter.said).strip()


def limit_words(limits: Mapping[str, Sequence[Limit]]) -> str:
    """How many letters one person gets at most, in a sentence a channel."""
    names = {"mail": tr("By mail"), "webhook": tr("By webhook"), "others": tr("By other services")}
    sentences = []
    for channel, name in names.items():
        counts = [
            tr("{most} in {span}").format(most=limit.most, span=span_words(limit.seconds))
            for limit in limits.get(channel, ())
        ]
        if counts:
            sentences.append(tr("{name} at most {counts}.").format(name=name, counts=joined(counts)))
    return " ".join([*sentences, tr("What comes in between is kept and leaves together.")])


def joined(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return tr("{some} and {last}").format(some=", ".join(words[:-1]), last=words[-1])
