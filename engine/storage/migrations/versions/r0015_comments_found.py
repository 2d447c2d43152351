"""Comments of a case are found by an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    commented = sa.text("kind = 'case.commented'")
    op.create_index(
        "ix_entry_commented", "entry", ["stream", "seq"], sqlite_where=commented, postgresql_where=commented
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_entry_commented", "entry")
