"""${message}

Expand first, contract one release later. Every migration ends by re-creating all triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from app.services.database.triggers import create_triggers

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    create_triggers(op.get_bind())


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
