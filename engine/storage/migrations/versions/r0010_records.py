"""Types of records, and records."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; there is nothing to take over."""
    op.create_table(
        "record_type",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_record_type")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("type_version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("review_at", Moment(), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_record_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["type", "type_version"],
            ["record_type.id", "record_type.version"],
            name=op.f("fk_record_type_type_version_record_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("key", name=op.f("uq_record_key")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_record_type_retired_at", ["type", "retired_at", "title"], unique=False)

    op.create_table(
        "record_reference",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("target_type", sa.String(length=64), nullable=False),
        sa.Column("target_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_reference_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "field", "target_key", name=op.f("pk_record_reference")),
    )
    with op.batch_alter_table("record_reference", schema=None) as batch_op:
        batch_op.create_index("ix_record_reference_target_key", ["target_key"], unique=False)

    op.create_table(
        "record_unique",
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_unique_record_id_record")),
        sa.PrimaryKeyConstraint("type", "field", "value", name=op.f("pk_record_unique")),
    )
    with op.batch_alter_table("record_unique", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_unique_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    """Take the tables away."""
    for name in ("record_unique", "record_reference", "record", "record_type"):
        op.drop_table(name)
