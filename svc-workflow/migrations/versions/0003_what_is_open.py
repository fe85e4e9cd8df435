"""Few rows of large tables: what is open is counted without reading what has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_open", "case_file", ["id"], postgresql_where=sa.text("outcome IS NULL"))
    op.create_index("branch_open", "branch", ["state"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("task_open", "task", ["due_at"], postgresql_where=sa.text("state = 'open'"))
