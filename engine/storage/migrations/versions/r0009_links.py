"""Links between cases and records; called cases are part of those that called them."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and a link for each call there was."""
    op.create_table(
        "link",
        sa.Column("from_kind", sa.String(16), nullable=False),
        sa.Column("from_id", sa.String(160), nullable=False),
        sa.Column("to_kind", sa.String(16), nullable=False),
        sa.Column("to_id", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=True),
        sa.Column("element_id", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_link_made_by_person")),
        sa.PrimaryKeyConstraint("from_kind", "from_id", "to_kind", "to_id", "kind", name=op.f("pk_link")),
    )
    op.create_index("ix_link_to_kind_to_id", "link", ["to_kind", "to_id"])
    op.execute(
        "INSERT INTO link (from_kind, from_id, to_kind, to_id, kind, made_at) "
        "SELECT 'case', id, 'case', parent_id, 'part_of', started_at FROM instance WHERE parent_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take the table away; that cases are linked, their journals tell."""
    op.drop_index("ix_link_to_kind_to_id", "link")
    op.drop_table("link")
