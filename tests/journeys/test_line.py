"""One real incident from the matrix to the report, by keys, through the window with all its pages, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models.enums import Channel
from app.models.trail import AppliedOperation, Trail
from app.services.database import trail
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.messages.send import UPDATE
from app.services.messages.templates import ApproveTemplate, WriteTemplate
from tests.journeys.after import its_debrief_is_written, its_report_is_saved
from tests.journeys.conftest import Sit
from tests.journeys.policy import (
    a_matrix_is_built_from_them,
    it_is_published,
    its_gaps_are_mended,
    past_incidents_are_imported,
)
from tests.journeys.story import (
    UPDATE_BODY,
    Story,
)
from tests.journeys.work import (
    an_incident_is_opened,
    it_is_acknowledged_and_noted,
    it_is_contained_resolved_and_closed,
    its_trigger_says_why,
    the_customer_is_told,
    time_passes_and_the_watch_tells,
)


def test_the_line_from_matrix_to_report(database: Database, clock: HandClock, sit: Sit, tmp_path: Path) -> None:
    approve_a_template(database)
    story = Story(sit(database), database, clock, tmp_path)
    past_incidents_are_imported(story)
    a_matrix_is_built_from_them(story)
    its_gaps_are_mended(story)
    it_is_published(story)
    an_incident_is_opened(story)
    its_trigger_says_why(story)
    time_passes_and_the_watch_tells(story)
    it_is_acknowledged_and_noted(story)
    the_customer_is_told(story)
    it_is_contained_resolved_and_closed(story)
    its_debrief_is_written(story)
    its_report_is_saved(story)
    everything_is_in_the_books(story)


def approve_a_template(database: Database) -> None:
    written = WriteTemplate(
        key="cause-found", name="Cause found", scenario=UPDATE, channel=Channel.EMAIL, body=UPDATE_BODY
    )
    database.apply(ApproveTemplate(version_id=database.apply(written).result["version_id"]))


def everything_is_in_the_books(story: Story) -> None:
    database = story.database
    database.maintain(trail.seal, story.clock.now())
    verdict = database.read(trail.verify)
    assert (verdict.fits, verdict.unsealed) == (True, 0)
    assert verdict.rows > 100
    assert database.read(writes_without_an_operation) == []
    told = story.person.told
    assert any(story.incident in getattr(one, "incidents", ()) for one in told)
    assert any(getattr(one, "reload", False) for one in told), "an import says to load again"
    assert story.person.refusals == []


def writes_without_an_operation(session: Any) -> list[str]:
    """Tables with rows of the trail whose operation the ledger does not know."""
    known = select(AppliedOperation.id)
    return list(session.scalars(select(Trail.table_name).where(Trail.operation_id.not_in(known)).distinct()))
