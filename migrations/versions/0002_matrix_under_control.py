"""The matrix under control

Expand first, contract one release later. Every migration ends by re-creating all triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models import base
from app.services.database.triggers import create_triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "champions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("choices", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_champions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_champions")),
        sa.UniqueConstraint("person_id", "dimension", name=op.f("uq_champions_person_id_dimension")),
        sqlite_strict=True,
    )
    op.create_table(
        "change_readings",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_change_readings_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_change_readings_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_readings")),
        sa.UniqueConstraint(
            "version_id", "person_id", "block", name=op.f("uq_change_readings_version_id_person_id_block")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "signatures",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signatures_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_signatures_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("version_id", "function", name=op.f("uq_signatures_version_id_function")),
        sqlite_strict=True,
    )
    op.create_table(
        "examples",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facts", base.Json(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("position", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_examples_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("examples", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_examples_incident_id"), ["incident_id"], unique=False)

    # nothing wrote these three yet
    op.drop_table("confirmations")
    op.drop_table("announcements")
    op.drop_table("proposals")
    op.create_table(
        "proposals",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("action_item_id", base.Id(), nullable=True),
        sa.Column("made_by_id", base.Id(), nullable=False),
        sa.Column("made_at", base.Instant(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("change", base.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", base.Id(), nullable=True),
        sa.Column("answered_at", base.Instant(), nullable=True),
        sa.Column("version_id", base.Id(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["action_item_id"], ["action_items.id"], name=op.f("fk_proposals_action_item_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_proposals_incident_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_proposals_answered_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_proposals_version_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_proposals_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "announcements",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", base.Json(), nullable=False),
        sa.Column("practise", sa.Text(), nullable=False),
        sa.Column("made_by_id", base.Id(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("confirm_by", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_announcements_made_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_announcements_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("version_id", name=op.f("uq_announcements_version_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "confirmations",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("announcement_id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("team_id", base.Id(), nullable=True),
        sa.Column("opened_at", base.Instant(), nullable=True),
        sa.Column("confirmed_at", base.Instant(), nullable=True),
        sa.Column("reminded_at", base.Instant(), nullable=True),
        sa.Column("remind_on_shift", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_confirmations_announcement_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_confirmations_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_confirmations_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("announcement_id", "person_id", name=op.f("uq_confirmations_announcement_id_person_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmations_person_id"), ["person_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("announcement_id", base.Id(), nullable=False),
        sa.Column("asked_by_id", base.Id(), nullable=False),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", base.Id(), nullable=True),
        sa.Column("answered_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcements.id"], name=op.f("fk_questions_announcement_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_questions_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_questions_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_announcement_id"), ["announcement_id"], unique=False)

    op.add_column("matrix_versions", sa.Column("emergency", base.Flag(), nullable=False, server_default=sa.false()))
    op.add_column("matrix_versions", sa.Column("choices", base.Json(), nullable=False, server_default=sa.text("'{}'")))
    create_triggers(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("matrix_versions", schema=None) as batch_op:
        batch_op.drop_column("choices")
        batch_op.drop_column("emergency")

    op.drop_table("questions")
    op.drop_table("confirmations")
    op.drop_table("announcements")
    op.drop_table("proposals")
    op.drop_table("examples")
    op.drop_table("signatures")
    op.drop_table("change_readings")
    op.drop_table("champions")
    op.create_table(
        "proposals",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("action_item_id", base.Id(), nullable=True),
        sa.Column("made_by_id", base.Id(), nullable=False),
        sa.Column("made_at", base.Instant(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("change", base.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["action_item_id"], ["action_items.id"], name=op.f("fk_proposals_action_item_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_proposals_incident_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_proposals_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "announcements",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_announcements_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("version_id", name=op.f("uq_announcements_version_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "confirmations",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("announcement_id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_confirmations_announcement_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_confirmations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("announcement_id", "person_id", name=op.f("uq_confirmations_announcement_id_person_id")),
        sqlite_strict=True,
    )
