"""Checks of what tiers may do alone: limits that fall as tiers rise, and amounts that nobody may approve. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.services.matrix.policy import AuthorityPolicy, Policy, TierPolicy
from app.services.matrix.verify import Weight

AUTHORITY_HOLE = "authority_hole"
PERS = {"incident": "per incident", "quarter": "per customer and quarter"}


@dataclass(frozen=True, slots=True)
class RaiseLimits:
    """A mend: these tiers may do as much; ``amount_minor`` None is any amount."""

    tiers: tuple[str, ...]
    action: str
    per: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class AuthorityFault:
    """What is wrong with one action: at ``tier``, in the ``part`` of it that is the limit."""

    tier: TierPolicy
    part: str
    title: str
    text: str
    mend_words: str
    mend: RaiseLimits
    weight: Weight = Weight.WARNING


def authority_faults(policy: Policy) -> Iterator[AuthorityFault]:
    """For each action first where its limit falls, then what nobody may approve."""
    limits = dict.fromkeys((one.per, one.action) for tier in policy.tiers for one in tier.authority)
    for per, action in limits:
        fallen = _falls(policy, per, action)
        if fallen is not None:
            yield fallen
        elif policy.tiers:
            yield from _ends(policy.tiers[-1], per, action)


def _limit(tier: TierPolicy, per: str, action: str) -> AuthorityPolicy | None:
    return next((one for one in tier.authority if (one.per, one.action) == (per, action)), None)


def _less(one: AuthorityPolicy | None, other: AuthorityPolicy | None) -> bool:
    """Whether the first limit lets do less than the second; none lets do nothing, one without amount everything."""
    if other is None:
        return False
    if one is None:
        return True
    return one.amount_minor is not None and (other.amount_minor is None or one.amount_minor < other.amount_minor)


def _falls(policy: Policy, per: str, action: str) -> AuthorityFault | None:
    """Where a tier may do less than the one below. The mend lifts all above that are behind it."""
    for lower, higher in pairwise(policy.tiers):
        may = _limit(lower, per, action)
        if may is None or not _less(_limit(higher, per, action), may):
            continue
        less = [one for one in policy.tiers if one.rank > lower.rank and _less(_limit(one, per, action), may)]
        own = _limit(higher, per, action)
        theirs = "may not" if own is None else f"only up to {_amount(own.amount_minor)}"
        return AuthorityFault(
            tier=higher,
            part=f"limit:{per}:{action}",
            title=f"{higher.name} may do less than {lower.name}",
            text=f"{_named(action, per)}: {lower.name} may{_up_to(may)}, {higher.name} {theirs}.",
            mend_words=f"Let {higher.name} do it too" if len(less) == 1 else f"Let all above {lower.name} do it too",
            mend=RaiseLimits(tuple(one.key for one in less), action, per, may.amount_minor),
        )
    return None


def _ends(top: TierPolicy, per: str, action: str) -> Iterator[AuthorityFault]:
    """An amount beyond the highest limit: no tier may approve it."""
    may = _limit(top, per, action)
    if may is None or may.amount_minor is None:
        return
    yield AuthorityFault(
        tier=top,
        part=f"limit:{per}:{action}",
        title=f"Nobody may approve more than {_amount(may.amount_minor)}",
        text=f"{_named(action, per)}: a request for {_amount(may.amount_minor + 1)} finds no tier that may grant it.",
        mend_words=f"Let {top.name} approve any amount",
        mend=RaiseLimits((top.key,), action, per, None),
    )


def _named(action: str, per: str) -> str:
    return f"{action} {PERS.get(per, f'per {per}')}"


def _up_to(limit: AuthorityPolicy) -> str:
    return "" if limit.amount_minor is None else f" up to {_amount(limit.amount_minor)}"


def _amount(minor: int | None) -> str:
    """``1,000`` or ``1,000.01``; the currency is the organisation's."""
    if minor is None:
        return "any amount"
    whole, rest = divmod(minor, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
