"""Reports made by hand: everything a page can hold, in any length."""

from __future__ import annotations

from typing import Any

from app.models.enums import ActionState, EventKind
from app.services.debriefs.document import (
    ActionLine,
    Audience,
    DecisionLine,
    HeldLine,
    RailMark,
    RailPart,
    ReportDocument,
    Section,
    TargetLine,
    Tile,
    TimeLine,
)

TIMELINE = (
    TimeLine("09:12", "Lumen Dental writes: one patient, two charges."),
    TimeLine("09:19", "Lena Okafor acknowledged, after 7 min"),
    TimeLine("09:27", "Handed off to Tier 2, Marco Bianchi"),
    TimeLine("09:40", "Update sent to Lumen Dental", "We have found your charges and stopped the next run."),
    TimeLine("09:57", "Climbed to Tier 3"),
    TimeLine("10:16", "Update sent to Lumen Dental", "The cause is found."),
    TimeLine("11:22", "Contained, Marco Bianchi"),
    TimeLine("Thu 13:20", "Resolved, Priya Nair", "Last of 41 refunds landed."),
)
RAIL = RailPart(
    bands=(
        ("Tier 1", "Frontline", 1, 0, 15),
        ("Tier 2", "Payments desk", 2, 15, 45),
        ("Tier 3", "Escalation lead", 3, 45, 90),
        ("Tier 4", "Executive", 4, 90, 150),
        ("Tier 2", "Payments desk", 2, 150, 4568),
    ),
    dots=(
        (0, EventKind.OPENED, "Raised"),
        (7, EventKind.ACKNOWLEDGED, "Acknowledged"),
        (28, EventKind.MESSAGE_SENT, "Update 1"),
        (64, EventKind.MESSAGE_SENT, "Update 2"),
        (130, EventKind.CONTAINED, "Contained"),
        (4568, EventKind.RESOLVED, "Resolved"),
    ),
    end=4568,
    marks=(
        RailMark(7, "Acknowledged", True),
        RailMark(64, "Update 2, 6 min late", False),
        RailMark(130, "Contained, 40 min late", False),
        RailMark(4568, "Resolved, 3 d late", False),
    ),
)


def make_document(**values: Any) -> ReportDocument:
    """An internal report of two pages, unless ``values`` say otherwise."""
    given: dict[str, Any] = {
        "title": "Double charge after card update",
        "number": "INC-4412",
        "severity": 1,
        "subtitle": "INC-4412 · Lumen Dental, Business · Mon 12 Oct 09:12 to Thu 15 Oct 13:20",
        "byline": "Debrief in progress, started by Marco Bianchi",
        "audience": Audience.INTERNAL,
        "tiles": (
            Tile("Acknowledged", "7 min", "within 15 min", True),
            Tile("First update", "28 min", "within 30 min", True),
            Tile("Contained", "2 h 10 min", "40 min over 1 h 30 min", False),
            Tile("Resolved", "3 d 4 h", "3 d 0 h over 4 h", False),
        ),
        "lead": "A retry after the card update charged 41 patients of Lumen Dental twice, €4,120 in total. "
        "Charging stopped after 2 h 10 min. The refunds took three days.",
        "rail": RAIL,
        "rail_caption": "Who held the incident: minutes from 09:12. Dots are the 8 events below.",
        "timeline_note": "times in Oslo, 12 Oct 2026 unless a day is named",
        "timeline": TIMELINE,
        "targets": (
            TargetLine("Acknowledge", 420, 900, "7 min of 15 min", True),
            TargetLine("First update", 1680, 1800, "28 min of 30 min", True),
            TargetLine("Contain", 7800, 5400, "2 h 10 min of 90 min", False),
            TargetLine("Resolve", 274080, 14400, "3 d 4 h of 4 h", False),
        ),
        "targets_caption": "Updates: 6 of 7 on time.",
        "held": (
            HeldLine("Tier 1", 1, "15 min"),
            HeldLine("Tier 2", 2, "3 d 2 h"),
            HeldLine("Ines Costa", 0, "1 h 0 min"),
        ),
        "factors": (
            "The retry job kept the old card token. After a card update both cards stayed chargeable.",
            "The bank takes refund batches until 16:30. Path Money had no step for refunds by hand.",
        ),
        "looking_back": (
            Section("What went well", ("Update 1 left in 28 min and named the next time.",)),
            Section("What was hard", ("The runbook did not say to pause the retry job.",)),
            Section("Where we got lucky", ("The second card run was still queued.",)),
        ),
        "sections": (
            Section("Impact", ("3 practices, 41 patients.",)),
            Section("What was learned", ("Practise refunds.",)),
        ),
        "decisions": (DecisionLine("10:56", "Pause the retry job", (("Why", "A second run was queued."),)),),
        "actions": (
            ActionLine("Pause the retry job", "prevent", "Jonas Dahl", "23 Oct", "Done 22 Oct", ActionState.DONE),
            ActionLine("Alert on double charges", "detect", "Anna Sand", "20 Nov", "3 d overdue", overdue=True),
        ),
        "kept_inside": (2, 5),
        "footer": (
            ("Period", "12 Oct 2026 to 15 Oct 2026"),
            ("Clock", "Counted, around the clock"),
            ("n", "1 incident"),
            ("Matrix", "Version 13, trigger 3"),
            ("Data as of", "23 Nov 2026, 14:24"),
        ),
        "trail_head": "48213 · 7f3a 91c2 5be0 d4a7",
    }  # fmt: skip
    return ReportDocument(**{**given, **values})
