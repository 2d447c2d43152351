"""A task is offered to any number of roles and people."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The role a task was offered to is its audience; tasks of one person by name have none."""
    op.create_table(
        "audience",
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("member", "key", name=op.f("pk_audience")),
    )
    op.create_index("ix_audience_key", "audience", ["key"])
    op.drop_index("ix_task_state_role_id", "task")
    op.execute("ALTER TABLE task RENAME COLUMN role_id TO audience_key")
    op.add_column("task", sa.Column("audience", sa.Text(), nullable=True))
    op.execute("UPDATE task SET audience_key = NULL WHERE person_id IS NOT NULL")
    op.execute("UPDATE task SET audience = audience_key")
    op.create_index("ix_task_state_audience_key", "task", ["state", "audience_key", "assignee_id", "person_id"])


def downgrade() -> None:
    """Leave the first role of each task; those offered to people alone keep nobody."""
    op.drop_index("ix_task_state_audience_key", "task")
    op.execute(
        "UPDATE task SET audience_key = (SELECT min(member) FROM audience"
        " WHERE audience.key = task.audience_key AND member NOT LIKE '@%') WHERE audience_key LIKE '+%'"
    )
    op.drop_column("task", "audience")
    op.execute("ALTER TABLE task RENAME COLUMN audience_key TO role_id")
    op.create_index("ix_task_state_role_id", "task", ["state", "role_id", "assignee_id", "person_id"])
    op.drop_index("ix_audience_key", "audience")
    op.drop_table("audience")
