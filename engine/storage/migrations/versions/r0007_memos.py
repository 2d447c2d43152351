"""What pages remember for a while, whichever process serves them; logins that differ by case only are one login."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from engine.errors import NotUpgraded
from engine.storage.tables import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _refuse_twins()
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


def _refuse_twins() -> None:
    """Refuse accounts of which only one could sign in; who is to keep the login is for people to say."""
    found = sorted(op.get_bind().execute(sa.text("SELECT login FROM person")).scalars())
    alike = [list(logins) for _, logins in groupby(sorted(found, key=str.lower), key=str.lower)]
    twins = ["/".join(logins) for logins in alike if len(logins) > 1]
    if twins:
        raise NotUpgraded(
            f"These logins differ in capital letters only, and are one login from this release on: {', '.join(twins)}. "
            "Give all but one of each another login, with the release that ran so far (People), then upgrade again; "
            "nothing was changed."
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("uq_person_login_lowered", "person")
    op.drop_index("ix_memo_expires_at", "memo")
    op.drop_table("memo")
