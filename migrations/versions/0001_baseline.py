"""Baseline: the core of the domain

Expand first, contract one release later. Every migration ends by re-creating all triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models import base
from app.services.database.triggers import create_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("key", name=op.f("uq_calendars_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
        sqlite_strict=True,
    )
    op.create_table(
        "dimensions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("asked", base.Flag(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimensions")),
        sa.UniqueConstraint("key", name=op.f("uq_dimensions_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=True), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("transaction", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", base.Id(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", base.Id(), nullable=True),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_feed")),
        postgresql_partition_by="RANGE (at)",
        sqlite_strict=True,
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("ix_feed_operation_id", ["operation_id"], unique=False)

    op.create_table(
        "heartbeats",
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("watch", name=op.f("pk_heartbeats")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_batches",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("operation_id", base.Id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("incidents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("report", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batches_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("acted_at", base.Instant(), nullable=False),
        sa.Column("applied_at", base.Instant(), nullable=False),
        sa.Column("result", base.Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sqlite_strict=True,
    )
    op.create_table(
        "people",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("active", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("login", name=op.f("uq_people_login")),
        sqlite_strict=True,
    )
    op.create_table(
        "rotas",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotas")),
        sa.UniqueConstraint("key", name=op.f("uq_rotas_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "schema_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_schema_meta")),
        sqlite_strict=True,
    )
    op.create_table(
        "templates",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("key", name=op.f("uq_templates_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "text_bodies",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_bodies")),
        sqlite_strict=True,
    )
    op.create_table(
        "trail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=True), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("operation_id", base.Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", base.Id(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", base.Json(), nullable=True),
        sa.Column("after", base.Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_trail")),
        postgresql_partition_by="RANGE (at)",
        sqlite_strict=True,
    )
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index("ix_trail_row_id", ["row_id"], unique=False)

    op.create_table(
        "trail_blocks",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trail_blocks")),
        sqlite_strict=True,
    )
    op.create_table(
        "absences",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("deputy_id", base.Id(), nullable=True),
        sa.Column("starts_at", base.Instant(), nullable=False),
        sa.Column("ends_at", base.Instant(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calendar_versions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("calendar_id", base.Id(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holds_from", base.Day(), nullable=False),
        sa.Column("definition", base.Json(), nullable=False),
        sa.Column("made_at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_versions_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("calendar_id", "number", name=op.f("uq_calendar_versions_calendar_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "choices",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("dimension_id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["dimension_id"], ["dimensions.id"], name=op.f("fk_choices_dimension_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
        sa.UniqueConstraint("dimension_id", "key", name=op.f("uq_choices_dimension_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "customers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("calendar_id", base.Id(), nullable=True),
        sa.Column("owner_id", base.Id(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("context", base.Json(), nullable=False),
        sa.Column("import_batch_id", base.Id(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_customers_calendar_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_customers_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_customers_source_source_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "delivery_rules",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kinds", base.Json(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("delay_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_quiet_hours", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_delivery_rules_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_rules")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("delivery_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_rules_person_id"), ["person_id"], unique=False)

    op.create_table(
        "matrix_versions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hit_policy", sa.Text(), nullable=False),
        sa.Column("based_on_id", base.Id(), nullable=True),
        sa.Column("dimensions", base.Json(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("effective_from", base.Instant(), nullable=True),
        sa.Column("published_at", base.Instant(), nullable=True),
        sa.Column("published_by_id", base.Id(), nullable=True),
        sa.Column("review_by", base.Day(), nullable=True),
        sa.Column("default_calendar", sa.Text(), nullable=True),
        sa.Column("region_calendars", base.Json(), nullable=False),
        sa.Column("catch_all", base.Json(), nullable=False),
        sa.Column("warn_shares", base.Json(), nullable=False),
        sa.Column("settings", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["based_on_id"], ["matrix_versions.id"], name=op.f("fk_matrix_versions_based_on_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["people.id"], name=op.f("fk_matrix_versions_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_matrix_versions_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "quiet_hours",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("hours", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_quiet_hours_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_hours")),
        sa.UniqueConstraint("person_id", name=op.f("uq_quiet_hours_person_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "rota_layers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("rota_id", base.Id(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rotation", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_rota_layers_rota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_layers")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rota_layers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_layers_rota_id"), ["rota_id"], unique=False)

    op.create_table(
        "rota_overrides",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("rota_id", base.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("replaces_id", base.Id(), nullable=True),
        sa.Column("starts_at", base.Instant(), nullable=False),
        sa.Column("ends_at", base.Instant(), nullable=False),
        sa.Column("shifts", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rota_overrides_person_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["people.id"], name=op.f("fk_rota_overrides_replaces_id")),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_rota_overrides_rota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_overrides")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rota_overrides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_overrides_rota_id"), ["rota_id"], unique=False)

    op.create_table(
        "teams",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead_id", base.Id(), nullable=True),
        sa.Column("rota_id", base.Id(), nullable=True),
        sa.Column("active", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_teams_lead_id")),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_teams_rota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("key", name=op.f("uq_teams_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "template_versions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("template_id", base.Id(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ingredients", base.Json(), nullable=False),
        sa.Column("approved_by_id", base.Id(), nullable=True),
        sa.Column("approved_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_template_versions_approved_by_id")),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_template_versions_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_versions")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_versions_template_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "accepted_findings",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", base.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_accepted_findings_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_findings")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("accepted_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accepted_findings_version_id"), ["version_id"], unique=False)

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
        "authority_limits",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("per", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_authority_limits_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_limits")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("authority_limits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authority_limits_version_id"), ["version_id"], unique=False)

    op.create_table(
        "channel_expectations",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("first_update", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_update", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["matrix_versions.id"], name=op.f("fk_channel_expectations_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_expectations")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("channel_expectations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_expectations_version_id"), ["version_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("customer_id", base.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("main", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "criticalities",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("product_area", sa.Text(), nullable=False),
        sa.Column("percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_criticalities_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criticalities")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("criticalities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criticalities_version_id"), ["version_id"], unique=False)

    op.create_table(
        "duties",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_duties_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_version_id"), ["version_id"], unique=False)

    op.create_table(
        "incidents",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("customer_id", base.Id(), nullable=True),
        sa.Column("team_id", base.Id(), nullable=True),
        sa.Column("holder_id", base.Id(), nullable=True),
        sa.Column("asked_id", base.Id(), nullable=True),
        sa.Column("facts", base.Json(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=True),
        sa.Column("trigger_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", base.Json(), nullable=False),
        sa.Column("offered_answer", base.Json(), nullable=True),
        sa.Column("target_class", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("tier_rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier_entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier_entered_at", base.Instant(), nullable=True),
        sa.Column("tier_sleeps_until", base.Instant(), nullable=True),
        sa.Column("raised_at", base.Instant(), nullable=False),
        sa.Column("opened_at", base.Instant(), nullable=False),
        sa.Column("acknowledged_at", base.Instant(), nullable=True),
        sa.Column("acknowledgement_expires_at", base.Instant(), nullable=True),
        sa.Column("contained_at", base.Instant(), nullable=True),
        sa.Column("resolved_at", base.Instant(), nullable=True),
        sa.Column("closed_at", base.Instant(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("waiting_since", base.Instant(), nullable=True),
        sa.Column("waiting_for", sa.Text(), nullable=True),
        sa.Column("follow_up_at", base.Instant(), nullable=True),
        sa.Column("due_at", base.Instant(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.Text(), nullable=True),
        sa.Column("open_in_source", base.Flag(), nullable=False),
        sa.Column("import_batch_id", base.Id(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asked_id"], ["people.id"], name=op.f("fk_incidents_asked_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_incidents_customer_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name=op.f("fk_incidents_holder_id")),
        sa.ForeignKeyConstraint(["import_batch_id"], ["import_batches.id"], name=op.f("fk_incidents_import_batch_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_incidents_team_id")),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_incidents_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("number", name=op.f("uq_incidents_number")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_incidents_source_source_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incidents_acknowledgement_expires_at",
            ["acknowledgement_expires_at"],
            unique=False,
            sqlite_where=sa.text("acknowledgement_expires_at IS NOT NULL"),
            postgresql_where=sa.text("acknowledgement_expires_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_incidents_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_incidents_follow_up_at",
            ["follow_up_at"],
            unique=False,
            sqlite_where=sa.text("follow_up_at IS NOT NULL"),
            postgresql_where=sa.text("follow_up_at IS NOT NULL"),
        )
        batch_op.create_index("ix_incidents_holder_id", ["holder_id"], unique=False)
        batch_op.create_index(
            "ix_incidents_open_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_incidents_raised_at", ["raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_incidents_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            "ix_incidents_tier_sleeps_until",
            ["tier_sleeps_until"],
            unique=False,
            sqlite_where=sa.text("tier_sleeps_until IS NOT NULL"),
            postgresql_where=sa.text("tier_sleeps_until IS NOT NULL"),
        )

    op.create_table(
        "memberships",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("team_id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_memberships_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("team_id", "person_id", name=op.f("uq_memberships_team_id_person_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_person_id"), ["person_id"], unique=False)

    op.create_table(
        "path_steps",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delay", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("workaround", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_path_steps_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path_steps")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("path_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_path_steps_version_id"), ["version_id"], unique=False)

    op.create_table(
        "paths",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_paths_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paths")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_paths_version_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "target_classes",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_target_classes_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_classes")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_target_classes_version_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "targets",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("target_class", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counting", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_targets_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_targets_version_id"), ["version_id"], unique=False)

    op.create_table(
        "tiers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("procedure", base.Json(), nullable=False),
        sa.Column("exit_criteria", base.Json(), nullable=False),
        sa.Column("out_of_hours", sa.Text(), nullable=False),
        sa.Column("everyone_acknowledges", base.Flag(), nullable=False),
        sa.Column("acknowledgement_expires_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_tiers_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiers")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_tiers_version_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "triggers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("version_id", base.Id(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("cells", base.Json(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("target_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["matrix_versions.id"], name=op.f("fk_triggers_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_triggers_version_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "acknowledgements",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("tier_entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.Column("answered_at", base.Instant(), nullable=True),
        sa.Column("again_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_acknowledgements_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_acknowledgements_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "incident_id", "tier_entry", "person_id", name=op.f("uq_acknowledgements_incident_id_tier_entry_person_id")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_acknowledgements_again_at",
            ["again_at"],
            unique=False,
            sqlite_where=sa.text("again_at IS NOT NULL"),
            postgresql_where=sa.text("again_at IS NOT NULL"),
        )

    op.create_table(
        "affected_customers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("customer_id", base.Id(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_affected_customers_customer_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_affected_customers_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affected_customers")),
        sa.UniqueConstraint("incident_id", "customer_id", name=op.f("uq_affected_customers_incident_id_customer_id")),
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
    op.create_table(
        "debriefs",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_by_id", base.Id(), nullable=True),
        sa.Column("started_at", base.Instant(), nullable=False),
        sa.Column("closed_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_debriefs_incident_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["people.id"], name=op.f("fk_debriefs_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debriefs")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_debriefs_incident_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "decisions",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("rationale_id", base.Id(), nullable=True),
        sa.Column("alternatives_id", base.Id(), nullable=True),
        sa.Column("trade_offs_id", base.Id(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by_id", base.Id(), nullable=False),
        sa.Column("made_at", base.Instant(), nullable=False),
        sa.Column("approved_by_id", base.Id(), nullable=True),
        sa.Column("approved_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["alternatives_id"], ["text_bodies.id"], name=op.f("fk_decisions_alternatives_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_decisions_approved_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_decisions_incident_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_decisions_made_by_id")),
        sa.ForeignKeyConstraint(["rationale_id"], ["text_bodies.id"], name=op.f("fk_decisions_rationale_id")),
        sa.ForeignKeyConstraint(["trade_offs_id"], ["text_bodies.id"], name=op.f("fk_decisions_trade_offs_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("recorded_at", base.Instant(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("operation_id", base.Id(), nullable=True),
        sa.Column("data", base.Json(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=True),
        sa.Column("key", base.Flag(), nullable=False),
        sa.Column("import_batch_id", base.Id(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_events_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_events_person_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_events_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_incident_id_at", ["incident_id", "at"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("import_batch_id", base.Id(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_facts_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_facts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "hand_offs",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("from_id", base.Id(), nullable=True),
        sa.Column("to_owner", sa.Text(), nullable=False),
        sa.Column("to_id", base.Id(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("packet_id", base.Id(), nullable=True),
        sa.Column("offered_at", base.Instant(), nullable=False),
        sa.Column("answered_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("fk_hand_offs_from_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_hand_offs_incident_id")),
        sa.ForeignKeyConstraint(["packet_id"], ["text_bodies.id"], name=op.f("fk_hand_offs_packet_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_hand_offs_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_offs")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("hand_offs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_offs_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("other_id", base.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_links_incident_id")),
        sa.ForeignKeyConstraint(["other_id"], ["incidents.id"], name=op.f("fk_links_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("incident_id", "other_id", "kind", name=op.f("uq_links_incident_id_other_id_kind")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_other_id"), ["other_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("customer_id", base.Id(), nullable=True),
        sa.Column("contact_id", base.Id(), nullable=True),
        sa.Column("incoming", base.Flag(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=False),
        sa.Column("template_version_id", base.Id(), nullable=True),
        sa.Column("author_id", base.Id(), nullable=True),
        sa.Column("written_at", base.Instant(), nullable=False),
        sa.Column("left_at", base.Instant(), nullable=True),
        sa.Column("next_update_at", base.Instant(), nullable=True),
        sa.Column("effects", base.Json(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_messages_author_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_messages_customer_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_messages_incident_id")),
        sa.ForeignKeyConstraint(
            ["template_version_id"], ["template_versions.id"], name=op.f("fk_messages_template_version_id")
        ),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_messages_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "notifications",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("seen_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_notifications_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notifications_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notifications_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index("ix_notifications_person_id_at", ["person_id", "at"], unique=False)

    op.create_table(
        "ticks",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_ticks_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ticks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticks")),
        sa.UniqueConstraint("incident_id", "tier", "item", name=op.f("uq_ticks_incident_id_tier_item")),
        sqlite_strict=True,
    )
    op.create_table(
        "timers",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("customer_id", base.Id(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pass_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", base.Instant(), nullable=False),
        sa.Column("target_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calendar_id", base.Id(), nullable=True),
        sa.Column("due_at", base.Instant(), nullable=False),
        sa.Column("computed_due_at", base.Instant(), nullable=False),
        sa.Column("pinned_due_at", base.Instant(), nullable=True),
        sa.Column("promised", base.Flag(), nullable=False),
        sa.Column("owner_id", base.Id(), nullable=True),
        sa.Column("rule", base.Json(), nullable=False),
        sa.Column("warn_at", base.Instant(), nullable=True),
        sa.Column("soon_at", base.Instant(), nullable=True),
        sa.Column("next_moment", sa.Text(), nullable=True),
        sa.Column("next_moment_at", base.Instant(), nullable=True),
        sa.Column("paused_at", base.Instant(), nullable=True),
        sa.Column("used_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("breached_at", base.Instant(), nullable=True),
        sa.Column("breach_cause", sa.Text(), nullable=True),
        sa.Column("excused_id", base.Id(), nullable=True),
        sa.Column("met_at", base.Instant(), nullable=True),
        sa.Column("kept_pin", base.Flag(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=True),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_timers_calendar_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_timers_customer_id")),
        sa.ForeignKeyConstraint(["excused_id"], ["text_bodies.id"], name=op.f("fk_timers_excused_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_timers_incident_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_timers_owner_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_timers_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index("ix_timers_incident_id", ["incident_id"], unique=False)
        batch_op.create_index(
            "ix_timers_next_moment_at",
            ["next_moment_at"],
            unique=False,
            sqlite_where=sa.text("next_moment_at IS NOT NULL"),
            postgresql_where=sa.text("next_moment_at IS NOT NULL"),
        )

    op.create_table(
        "action_items",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("debrief_id", base.Id(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", base.Id(), nullable=True),
        sa.Column("due", base.Day(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", base.Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["debrief_id"], ["debriefs.id"], name=op.f("fk_action_items_debrief_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_action_items_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_items")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("action_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_items_debrief_id"), ["debrief_id"], unique=False)

    op.create_table(
        "credit_entries",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("incident_id", base.Id(), nullable=False),
        sa.Column("customer_id", base.Id(), nullable=False),
        sa.Column("decision_id", base.Id(), nullable=True),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("granted_by_id", base.Id(), nullable=False),
        sa.Column("granted_at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_credit_entries_customer_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_credit_entries_decision_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["people.id"], name=op.f("fk_credit_entries_granted_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_credit_entries_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entries")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("credit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_entries_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entries_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "debrief_blocks",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("debrief_id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=True),
        sa.Column("customer_safe", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["debrief_id"], ["debriefs.id"], name=op.f("fk_debrief_blocks_debrief_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_debrief_blocks_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_blocks")),
        sa.UniqueConstraint("debrief_id", "key", name=op.f("uq_debrief_blocks_debrief_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "debrief_events",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("debrief_id", base.Id(), nullable=False),
        sa.Column("event_id", base.Id(), nullable=False),
        sa.Column("in_story", base.Flag(), nullable=False),
        sa.Column("customer_safe", base.Flag(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["debrief_id"], ["debriefs.id"], name=op.f("fk_debrief_events_debrief_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_debrief_events_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_events")),
        sa.UniqueConstraint("debrief_id", "event_id", name=op.f("uq_debrief_events_debrief_id_event_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "firings",
        sa.Column("timer_id", base.Id(), nullable=False),
        sa.Column("pass_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("due_at", base.Instant(), nullable=False),
        sa.Column("fired_at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["timer_id"], ["timers.id"], name=op.f("fk_firings_timer_id")),
        sa.PrimaryKeyConstraint("timer_id", "pass_number", "moment", name=op.f("pk_firings")),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=True),
        sa.Column("message_id", base.Id(), nullable=True),
        sa.Column("person_id", base.Id(), nullable=True),
        sa.Column("notification_id", base.Id(), nullable=True),
        sa.Column("bundle_id", base.Id(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_before", base.Instant(), nullable=False),
        sa.Column("leased_until", base.Instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("sent_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["outbox.id"], name=op.f("fk_outbox_bundle_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id")),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name=op.f("fk_outbox_notification_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_outbox_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'leased', 'failed')"),
            postgresql_where=sa.text("state IN ('queued', 'leased', 'failed')"),
        )
        batch_op.create_index("ix_outbox_notification_id", ["notification_id"], unique=False)
        batch_op.create_index("ix_outbox_person_id_channel_sent_at", ["person_id", "channel", "sent_at"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("id", base.Id(), nullable=False),
        sa.Column("timer_id", base.Id(), nullable=False),
        sa.Column("started_at", base.Instant(), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text_id", base.Id(), nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["text_bodies.id"], name=op.f("fk_pauses_text_id")),
        sa.ForeignKeyConstraint(["timer_id"], ["timers.id"], name=op.f("fk_pauses_timer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pauses_timer_id"), ["timer_id"], unique=False)

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

    create_triggers(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_incident_id"))

    op.drop_table("proposals")
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pauses_timer_id"))

    op.drop_table("pauses")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_person_id_channel_sent_at")
        batch_op.drop_index("ix_outbox_notification_id")
        batch_op.drop_index(
            "ix_outbox_due",
            sqlite_where=sa.text("state IN ('queued', 'leased', 'failed')"),
            postgresql_where=sa.text("state IN ('queued', 'leased', 'failed')"),
        )

    op.drop_table("outbox")
    op.drop_table("firings")
    op.drop_table("debrief_events")
    op.drop_table("debrief_blocks")
    with op.batch_alter_table("credit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_entries_incident_id"))
        batch_op.drop_index(batch_op.f("ix_credit_entries_customer_id"))

    op.drop_table("credit_entries")
    with op.batch_alter_table("action_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_items_debrief_id"))

    op.drop_table("action_items")
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_timers_next_moment_at",
            sqlite_where=sa.text("next_moment_at IS NOT NULL"),
            postgresql_where=sa.text("next_moment_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_timers_incident_id")

    op.drop_table("timers")
    op.drop_table("ticks")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_person_id_at")
        batch_op.drop_index(batch_op.f("ix_notifications_incident_id"))

    op.drop_table("notifications")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_incident_id"))

    op.drop_table("messages")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_other_id"))

    op.drop_table("links")
    with op.batch_alter_table("hand_offs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_offs_incident_id"))

    op.drop_table("hand_offs")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_incident_id"))

    op.drop_table("facts")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_incident_id_at")

    op.drop_table("events")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_incident_id"))

    op.drop_table("decisions")
    op.drop_table("debriefs")
    op.drop_table("confirmations")
    op.drop_table("affected_customers")
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_acknowledgements_again_at",
            sqlite_where=sa.text("again_at IS NOT NULL"),
            postgresql_where=sa.text("again_at IS NOT NULL"),
        )

    op.drop_table("acknowledgements")
    op.drop_table("triggers")
    op.drop_table("tiers")
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_targets_version_id"))

    op.drop_table("targets")
    op.drop_table("target_classes")
    op.drop_table("paths")
    with op.batch_alter_table("path_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_path_steps_version_id"))

    op.drop_table("path_steps")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_person_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_incidents_tier_sleeps_until",
            sqlite_where=sa.text("tier_sleeps_until IS NOT NULL"),
            postgresql_where=sa.text("tier_sleeps_until IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_incidents_team_id"))
        batch_op.drop_index("ix_incidents_raised_at")
        batch_op.drop_index(
            "ix_incidents_open_due",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_incidents_holder_id")
        batch_op.drop_index(
            "ix_incidents_follow_up_at",
            sqlite_where=sa.text("follow_up_at IS NOT NULL"),
            postgresql_where=sa.text("follow_up_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_incidents_customer_id"))
        batch_op.drop_index(
            "ix_incidents_acknowledgement_expires_at",
            sqlite_where=sa.text("acknowledgement_expires_at IS NOT NULL"),
            postgresql_where=sa.text("acknowledgement_expires_at IS NOT NULL"),
        )

    op.drop_table("incidents")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duties_version_id"))

    op.drop_table("duties")
    with op.batch_alter_table("criticalities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criticalities_version_id"))

    op.drop_table("criticalities")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_customer_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("channel_expectations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_expectations_version_id"))

    op.drop_table("channel_expectations")
    with op.batch_alter_table("authority_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authority_limits_version_id"))

    op.drop_table("authority_limits")
    op.drop_table("announcements")
    with op.batch_alter_table("accepted_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accepted_findings_version_id"))

    op.drop_table("accepted_findings")
    op.drop_table("template_versions")
    op.drop_table("teams")
    with op.batch_alter_table("rota_overrides", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_overrides_rota_id"))

    op.drop_table("rota_overrides")
    with op.batch_alter_table("rota_layers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_layers_rota_id"))

    op.drop_table("rota_layers")
    op.drop_table("quiet_hours")
    op.drop_table("matrix_versions")
    with op.batch_alter_table("delivery_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_rules_person_id"))

    op.drop_table("delivery_rules")
    op.drop_table("customers")
    op.drop_table("choices")
    op.drop_table("calendar_versions")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_person_id"))

    op.drop_table("absences")
    op.drop_table("trail_blocks")
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.drop_index("ix_trail_row_id")

    op.drop_table("trail")
    op.drop_table("text_bodies")
    op.drop_table("templates")
    op.drop_table("schema_meta")
    op.drop_table("rotas")
    op.drop_table("people")
    op.drop_table("ledger")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_operation_id"))

    op.drop_table("import_batches")
    op.drop_table("heartbeats")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_operation_id")

    op.drop_table("feed")
    op.drop_table("dimensions")
    op.drop_table("counters")
    op.drop_table("calendars")
