"""Systems outside may send messages, each with a token of its own."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the senders, and to kept messages who sent them from outside: so far nobody did."""
    op.create_table(
        "sender",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("messages", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_sender_made_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sender_person_id_person")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_sender_revoked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("digest", name=op.f("uq_sender_digest")),
    )
    with op.batch_alter_table("kept_message") as batch:
        batch.add_column(sa.Column("source", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("source_person_id", sa.String(length=36), nullable=True))
        batch.create_foreign_key(
            op.f("fk_kept_message_source_person_id_person"), "person", ["source_person_id"], ["id"]
        )


def downgrade() -> None:
    """Take them away; messages that are kept lose who sent them."""
    with op.batch_alter_table("kept_message") as batch:
        batch.drop_constraint(op.f("fk_kept_message_source_person_id_person"), type_="foreignkey")
        batch.drop_column("source_person_id")
        batch.drop_column("source")
    op.drop_table("sender")
