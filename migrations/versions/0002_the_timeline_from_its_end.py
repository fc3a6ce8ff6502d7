"""The timeline is read from its newest end: one index in that order, for whatever status is asked

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post") as batch_op:
        batch_op.drop_index("ix_post_published", sqlite_where=sa.text("status = 'published'"))
        batch_op.create_index("ix_post_status_published_at", ["status", "published_at", "id"], unique=False)
