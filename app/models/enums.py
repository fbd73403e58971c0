"""The closed vocabularies of the product, spelled as they stand in the database and in files."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do everywhere; each role includes the ones before it."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for the least; roles are ordered by it."""
        return list(Role).index(self)

    def includes(self, other: Role) -> bool:
        """Whether this role may do all that ``other`` may."""
        return self.rank >= other.rank


class DimensionKind(StrEnum):
    """What the values of a dimension are."""

    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole"
    MONEY = "money"
    PERCENT = "percent"
    HOURS = "hours"
    DATE = "date"
    YES_NO = "yes_no"


class Part(StrEnum):
    """What a dimension means to the rules."""

    SEVERITY = "severity"
    SEGMENT = "segment"
    PRODUCT_AREA = "product_area"
    REGION = "region"
    CHANNEL = "channel"


class HitPolicy(StrEnum):
    """Which of several matching triggers is the chosen one."""

    HIGHEST_TIER = "highest_tier"
    FIRST = "first"
    UNIQUE = "unique"


class VersionState(StrEnum):
    """The life of a matrix version."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class ProposalState(StrEnum):
    """A proposal waits, went into a draft, or was answered without."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ANSWERED = "answered"


class SigningFunction(StrEnum):
    """On whose behalf a version of the matrix is signed."""

    PRODUCT = "product"
    ENGINEERING = "engineering"
    SUPPORT = "support"
    LEADERSHIP = "leadership"


class DutyKind(StrEnum):
    """What an owner does at a tier."""

    ALERTED = "alerted"
    LEADS = "leads"
    COMMUNICATES = "communicates"
    APPROVES = "approves"
    CHAMPION = "champion"
    EXECUTIVE = "executive"


class OutOfHours(StrEnum):
    """How a tier behaves when its hours are closed."""

    RUNS = "runs"
    SLEEPS = "sleeps"
    PASSES = "passes"


class StepCondition(StrEnum):
    """What must still be undone for a path step to climb."""

    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_CONTAINED = "not_contained"
    NOT_RESOLVED = "not_resolved"


class TargetCounting(StrEnum):
    """Which time a target counts."""

    AROUND_THE_CLOCK = "around_the_clock"
    IN_HOURS = "in_hours"


class TimerKind(StrEnum):
    """The clocks of an incident."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_UPDATE = "first_update"
    NEXT_UPDATE = "next_update"
    CONTAIN = "contain"
    RESOLVE = "resolve"
    STEP = "step"
    OFFER = "offer"
    PROMISE = "promise"
    APPROVAL = "approval"


class TimerState(StrEnum):
    """Where a timer stands; *breached* is not a state but a recorded fact beside it."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    FIRED = "fired"
    CANCELLED = "cancelled"


OPEN_TIMER_STATES = (TimerState.WAITING, TimerState.RUNNING, TimerState.PAUSED)


class Moment(StrEnum):
    """The instants at which something must happen for a timer."""

    WARN_1 = "warn_1"
    WARN_2 = "warn_2"
    FIVE_MINUTES = "five_minutes"
    DUE = "due"


class Phase(StrEnum):
    """Where the work on an incident stands."""

    TRIAGE = "triage"
    ASSESSMENT = "assessment"
    CONTAINMENT = "containment"
    RESOLUTION = "resolution"
    COMMUNICATION = "communication"
    CLOSED = "closed"

    @property
    def number(self) -> int:
        """1 for triage to 6 for closed."""
        return list(Phase).index(self) + 1


class IncidentOrigin(StrEnum):
    """How an incident came to be here: history has no live timers and alerts nobody."""

    LIVE = "live"
    HISTORY = "history"
    DRILL = "drill"


class Channel(StrEnum):
    """How words travel between the customer and us."""

    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    SOCIAL = "social"


class EventKind(StrEnum):
    """What a line of the timeline tells."""

    OPENED = "opened"
    CUSTOMER_MESSAGE = "customer_message"
    TRIGGER_DECIDED = "trigger_decided"
    TIER_ENTERED = "tier_entered"
    ACKNOWLEDGED = "acknowledged"
    NOTE = "note"
    MESSAGE_SENT = "message_sent"
    MESSAGE_WITHDRAWN = "message_withdrawn"
    WAITING = "waiting"
    RESUMED = "resumed"
    FOLLOW_UP = "follow_up"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    TAKEN = "taken"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DE_ESCALATED = "de_escalated"
    DECISION = "decision"
    FACT_CHANGED = "fact_changed"
    CHECKED = "checked"
    WARNED = "warned"
    BREACHED = "breached"
    STEP_FIRED = "step_fired"
    NOBODY_ON_DUTY = "nobody_on_duty"
    STATE_IN_SOURCE = "state_in_source"
    UNDONE = "undone"
    DEBRIEF = "debrief"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    EXCUSED = "excused"
    TARGETS_CHANGED = "targets_changed"
    ANSWER_OFFERED = "answer_offered"
    ANSWER_TAKEN = "answer_taken"
    ANSWER_DISMISSED = "answer_dismissed"
    MOVED = "moved"
    PROMISED = "promised"
    PROMISE_KEPT = "promise_kept"
    PROMISE_DROPPED = "promise_dropped"
    PROMISE_CARRIED = "promise_carried"
    THANKED = "thanked"
    STEPPED_BACK = "stepped_back"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    TIER_PASSED = "tier_passed"
    EXECUTIVE_ADDED = "executive_added"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class MessageState(StrEnum):
    """What became of a message to the customer."""

    DRAFT = "draft"
    PROVISIONAL = "provisional"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class TemplateState(StrEnum):
    """The life of a template version."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class OutboxState(StrEnum):
    """What became of something that must leave the database."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"


class DebriefState(StrEnum):
    """The life of a debrief."""

    TO_WRITE = "to_write"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


class ActionKind(StrEnum):
    """What a follow-up is for."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"
    MATRIX_CHANGE = "matrix_change"


class ActionState(StrEnum):
    """Where a follow-up stands."""

    PROPOSED = "proposed"
    OPEN = "open"
    DONE = "done"
    NOT_DOING = "not_doing"
