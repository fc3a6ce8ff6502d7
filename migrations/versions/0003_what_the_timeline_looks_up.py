"""Pinned posts without walking the timeline; where a child sat and when, from the index alone

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pinned = sa.text("pinned_until IS NOT NULL")
    with op.batch_alter_table("post") as batch_op:
        batch_op.drop_index("ix_post_pinned", sqlite_where=pinned)
        batch_op.create_index("ix_post_pinned", ["status", "pinned_until"], unique=False, sqlite_where=pinned)
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_index("ix_enrolment_pupil_id_group_id")
        batch_op.create_index("ix_enrolment_placed", ["pupil_id", "ends_on", "starts_on", "group_id"], unique=False)
