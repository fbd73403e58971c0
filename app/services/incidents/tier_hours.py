"""Out of hours: when a tier sleeps, and which calendar says so (domain.md §3.3, docs/clock.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import OutOfHours
from app.models.incident import Incident
from app.services.clock.calendar import AROUND_THE_CLOCK
from app.services.clock.openings import OpenTime
from app.services.incidents.targets import calendar_of
from app.services.incidents.timing import Calendars
from app.services.matrix.policy import Policy, TierPolicy


@dataclass(frozen=True, slots=True)
class TierHours:
    """The hours by which the tiers of an incident are open; without a calendar they always are."""

    calendar_id: str | None = None
    open_time: OpenTime = AROUND_THE_CLOCK

    def passes(self, tier: TierPolicy, at: datetime) -> bool:
        """Whether an entry at ``at`` goes on to the next tier."""
        return tier.out_of_hours is OutOfHours.PASSES and not self.open_time.is_open(at)

    def sleeps_until(self, tier: TierPolicy, at: datetime) -> datetime | None:
        """When a tier opens that sleeps at ``at``; None where it does not sleep then."""
        asleep = tier.out_of_hours is OutOfHours.SLEEPS and not self.open_time.is_open(at)
        return self.open_time.next_open(at) if asleep else None

    def of_steps(self, tier: TierPolicy) -> str | None:
        """The calendar on which the delays count while the incident is at ``tier``; None for around the clock."""
        return self.calendar_id if tier.out_of_hours is OutOfHours.SLEEPS else None


def hours_of(session: Session, policy: Policy, incident: Incident, calendars: Calendars | None = None) -> TierHours:
    """The calendar of the incident's targets in hours: contract, else region, else the version's default."""
    calendars = calendars or Calendars(session)
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    chosen = calendar_of(policy, incident, customer, calendars)
    return TierHours(chosen[0], calendars.of(chosen[0])) if chosen is not None else TierHours()
