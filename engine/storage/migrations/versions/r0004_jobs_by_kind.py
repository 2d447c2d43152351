"""Jobs are found by kind: a kind with a hundred thousand waiting jobs hides no other."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find jobs by status, kind and due time."""
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(op.f("ix_job_status_due_at"))
        batch_op.create_index(op.f("ix_job_status_kind_due_at_id"), ["status", "kind", "due_at", "id"])


def downgrade() -> None:
    """Find them by status and due time alone."""
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_index(op.f("ix_job_status_kind_due_at_id"))
        batch_op.create_index(op.f("ix_job_status_due_at"), ["status", "due_at"])
