"""When somebody took a role away: it stays so, also when the clock is set back."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time; what was taken away before has ended by its own."""
    op.add_column("role_grant", sa.Column("revoked_at", Moment(), nullable=True))


def downgrade() -> None:
    """Take the time away."""
    op.drop_column("role_grant", "revoked_at")
