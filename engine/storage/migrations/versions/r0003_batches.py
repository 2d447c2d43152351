"""Batches: many cases put on another version of their process."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("process_id", sa.String(length=128), nullable=False),
        sa.Column("publication_id", sa.String(length=36), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=36), nullable=True),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_batch_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["person.id"], name=op.f("fk_batch_started_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index("ix_batch_process_id_started_at", ["process_id", "started_at"], unique=False)

    op.create_table(
        "batch_case",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_case_batch_id_batch")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_batch_case_instance_id_instance")),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_batch_case")),
    )
    with op.batch_alter_table("batch_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_batch_case_batch_id_outcome_position", ["batch_id", "outcome", "position"], unique=False
        )


def downgrade() -> None:
    op.drop_table("batch_case")
    op.drop_table("batch")
