"""Tasks have a date when they are due and one when somebody looks at them again."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the dates; tasks that are open have none."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("follow_up_at", Moment(), nullable=True))


def downgrade() -> None:
    """Take the dates away."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("follow_up_at")
        batch_op.drop_column("due_at")
