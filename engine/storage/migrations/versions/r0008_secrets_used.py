"""When a call last used a secret."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time; of earlier calls nothing is known."""
    op.add_column("secret", sa.Column("used_at", Moment(), nullable=True))


def downgrade() -> None:
    """Take the time away."""
    op.drop_column("secret", "used_at")
