"""Figures of cases, for measures."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; cases are counted by and by."""
    op.create_table(
        "case_figures",
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("process_id", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counted_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_case_figures_instance_id_instance")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_case_figures")),
    )
    op.create_index("ix_case_figures_process_id_ended_at", "case_figures", ["process_id", "ended_at"])
    op.create_index("ix_case_figures_process_id_started_at", "case_figures", ["process_id", "started_at"])


def downgrade() -> None:
    """Take the table away; figures are derived."""
    op.drop_table("case_figures")
