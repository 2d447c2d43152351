"""What pages remember for a while, whichever process serves them; logins that differ by case only are one login."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memo",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_memo")),
    )
    op.create_index("ix_memo_expires_at", "memo", ["expires_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("uq_person_login_lowered", "person", [sa.text("lower(login)")], unique=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("uq_person_login_lowered", "person")
    op.drop_index("ix_memo_expires_at", "memo")
    op.drop_table("memo")
