"""Lists of cases and tasks that stay quick among many: each order and filter of a page has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")
SUSPENDED = sa.text("suspended_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_instance_process_id_started_at", "instance", ["process_id", "started_at"])
    op.create_index("ix_instance_started_at", "instance", ["started_at"])
    op.create_index("ix_instance_starter_id", "instance", ["starter_id"])
    op.create_index(
        "ix_instance_suspended",
        "instance",
        ["started_at"],
        sqlite_where=SUSPENDED,
        postgresql_where=SUSPENDED,
    )
    op.drop_index("ix_task_state_role_id", "task")
    op.create_index("ix_task_state_role_id", "task", ["state", "role_id", "assignee_id", "person_id"])
    op.create_index(
        "ix_clock_instance_id_due_at",
        "clock",
        ["instance_id", "due_at"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_clock_instance_id_due_at", "clock")
    op.drop_index("ix_task_state_role_id", "task")
    op.create_index("ix_task_state_role_id", "task", ["state", "role_id"])
    op.drop_index("ix_instance_suspended", "instance")
    op.drop_index("ix_instance_starter_id", "instance")
    op.drop_index("ix_instance_started_at", "instance")
    op.drop_index("ix_instance_process_id_started_at", "instance")
