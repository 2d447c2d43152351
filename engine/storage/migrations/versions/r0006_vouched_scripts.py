"""Who releases a version may vouch for the Python in it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; nobody vouched for what was released before, which holds no Python."""
    # In place: SQLite would otherwise be given a new table, and drop the old one to which cases refer.
    op.add_column("publication", sa.Column("vouched", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take the mark away."""
    op.drop_column("publication", "vouched")
