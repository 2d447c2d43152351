"""Who releases a version may vouch for the Python in it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; nobody vouched for what was released before, which holds no Python."""
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vouched", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take the mark away."""
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("vouched")
