"""Tasks have a priority of their own, beside that of their case."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the priority; open tasks have the ordinary one."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="50"))


def downgrade() -> None:
    """Take the priority away."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("priority")
