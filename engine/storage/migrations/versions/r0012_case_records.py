"""Which records a case worked on, for its page and theirs."""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables import Moment
from forms.data import parse

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DEEDS = {"record.saved": "changed", "record.retired": "retired"}


def upgrade() -> None:
    """Add the table, and fill in what the journals of records tell; what was only read they do not."""
    table = op.create_table(
        "case_record",
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "type", "key", "deed", name=op.f("pk_case_record")),
    )
    op.create_index("ix_case_record_type_key", "case_record", ["type", "key"])
    entry = sa.table("entry", sa.column("kind"), sa.column("at", Moment()), sa.column("record"))
    found = {}
    for row in op.get_bind().execute(sa.select(entry).where(entry.c.kind.in_(sorted(_DEEDS))).order_by(entry.c.at)):
        facts = parse(row.record)["facts"]
        if facts.get("case"):
            deed = "added" if facts["version"] == 1 else _DEEDS[row.kind]
            found[facts["case"], facts["type"], facts["key"], deed] = row.at
    if found:
        names = ("instance_id", "type", "key", "deed")
        op.bulk_insert(table, [dict(zip(names, key, strict=True)) | {"at": at} for key, at in found.items()])


def downgrade() -> None:
    """Take the table away; it is derived."""
    op.drop_table("case_record")
