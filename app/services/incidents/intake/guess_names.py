"""What a column is called tells most of what it is: the words of the usual tools, best fit first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.services.incidents.intake.mapping import FactKind, Field, SourceState


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a field, or a fact of a kind, or neither (free text)."""

    field: Field | None = None
    fact: str | None = None
    kind: FactKind = FactKind.CHOICE

    @property
    def key(self) -> str:
        """One column only may have it."""
        return self.field.value if self.field else f"fact {self.fact}"


FREE_TEXT = Meaning()

_AT = r"(_?(at|on|date|dt|time|datetime|timestamp|utc))?"
# rank 0 is the surest: of two columns with one meaning the surer one keeps it
_FIELDS: tuple[tuple[str, Field], ...] = (
    (r"(incident|case|ticket|issue|request|complaint|sr|case_enquiry)_?(number|no|nr|id|key|ref)", Field.NUMBER),
    (r"number|key|reference", Field.NUMBER),
    (r"id|incident|case|ticket", Field.NUMBER),
    (r"(opened|raised|open|event_start|started)" + _AT, Field.RAISED),
    (r"(reported|submitted|received|created|start)" + _AT, Field.RAISED),
    (r"(date|time)_(opened|received|created|raised)", Field.RAISED),
    (r"(resolved|solved|restored|fixed)" + _AT + r"|resolution_(at|date|time)", Field.RESOLVED),
    (r"(closed|completed|finished|event_end|ended)" + _AT + r"|(date|time)_closed|close_(date|dt|time)", Field.CLOSED),
    (r"first_(response|reply|update|answer|notification|contact)(_(min|mins|minutes|h|hours))?", Field.FIRST_UPDATE),
    (r"first_(response|reply|update|answer|notification|contact)" + _AT, Field.FIRST_UPDATE),
    (r"(target|due|deadline|sla_due|sla_target)" + _AT, Field.TARGET),
    (r"made_sla|sla_met|met_sla|on_?time(_status)?|timely_response|within_sla", Field.MADE_TARGET),
    (r"(incident_|case_|ticket_|current_)?(state|status)", Field.STATE),
    (r"(sys_|last_)?(updated|modified|changed|update)" + _AT + r"|event_(at|time)", Field.UPDATED),
    (r"sys_mod_count|mod_count|revision|sequence|seq|version", Field.COUNTER),
    (r"re_?assign(ment)?s?(_count)?|hand_?offs?(_count)?", Field.REASSIGNMENTS),
    (r"re_?open(ed|ings)?(_count)?", Field.REOPENINGS),
    (r"(customer|client|account|organi[sz]ation)(_?(name|id|number))?", Field.CUSTOMER),
    (r"(company|caller|caller_id|requester_company)", Field.CUSTOMER),
    (r"(contact|requester|reporter|caller|customer)_?(e_?mail|name|person|phone)", Field.CONTACT),
    (r"e_?mail(_address)?|contact|requester|reporter", Field.CONTACT),
    (r"assigned_to|assignee|holder|owner|agent|resource", Field.HOLDER),
    (r"(assignment_|assigned_|support_|resolver_)?(group|team)|workgroup|department", Field.TEAM),
    (r"title|short_description|subject_line|summary|case_title", Field.TITLE),
)  # fmt: skip
_FACTS: tuple[tuple[str, str, FactKind], ...] = (
    (r"severity|sev", "severity", FactKind.CHOICE),
    (r"impact", "impact", FactKind.CHOICE),
    (r"urgency", "urgency", FactKind.CHOICE),
    (r"prio(rity)?", "priority", FactKind.CHOICE),
    (r"channel|contact_type|submitted_via|source|medium|via", "channel", FactKind.CHOICE),
    (r"product(_area)?|service(_name)?|component|category|area", "product_area", FactKind.CHOICE),
    (r"queue|reason|topic|issue_type|type|subject", "product_area", FactKind.CHOICE),
    (r"sub_?(category|product|type)|product_part", "product_part", FactKind.CHOICE),
    (r"region|country|site|location|neighbou?rhood|state_code", "region", FactKind.CHOICE),
    (r"segment|tier|service_level|plan|contract", "segment", FactKind.CHOICE),
    (r"(revenue|amount|value|money)(_at)?(_risk)?|at_risk|arr|mrr|cost|credit", "revenue_at_risk", FactKind.MONEY),
    (r"csat|satisfaction|rating|score|nps|ces", "satisfaction", FactKind.WHOLE),
    (r"(customers|users)_affected|affected", "customers_affected", FactKind.WHOLE),
)
_FREE = re.compile(r"(.*_)?(notes?|comments?|description|narrative|details|text|body|message|work_log|activity)(_.*)?")
_NAMES: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    *((re.compile(shape), Meaning(field=field)) for shape, field in _FIELDS),
    *((re.compile(shape), Meaning(fact=fact, kind=kind)) for shape, fact, kind in _FACTS),
)

_STATES: dict[SourceState, str] = {
    SourceState.NEW: "new|open|opened|created|unassigned|submitted|registered",
    SourceState.WORKING: "active|in progress|assigned|accepted|working|work in progress|investigating|identified",
    SourceState.WAITING_CUSTOMER: "awaiting user info|awaiting customer|waiting for customer|pending customer|pending",
    SourceState.WAITING_SUPPLIER: "awaiting vendor|waiting for vendor|waiting for supplier|pending vendor",
    SourceState.WAITING_OTHER: "awaiting problem|awaiting evidence|on hold|onhold|wait|waiting|hold|paused",
    SourceState.RESOLVED: "resolved|solved|fixed|done|completed|monitoring",
    SourceState.CLOSED: "closed|cancelled|canceled|archived",
}
STATE_WORDS = {word: state for state, words in _STATES.items() for word in words.split("|")}
"""State as other tools spell it, in small letters → ours."""


def plain_name(column: str) -> str:
    """``"Case ID"``, ``"caseId"`` and ``"CASE-ID"`` → ``"case_id"``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def meaning_of(column: str) -> tuple[int, Meaning | None]:
    """Rank (small is sure) and meaning of a name; the meaning is None when the name says nothing."""
    name = plain_name(column)
    for rank, (shape, meaning) in enumerate(_NAMES):
        if shape.fullmatch(name):
            return rank, meaning
    return (len(_NAMES), FREE_TEXT) if _FREE.fullmatch(name) else (len(_NAMES), None)
