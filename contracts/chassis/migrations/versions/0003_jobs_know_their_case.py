"""A job knows the case it works for, so that its log lines and its part of a trace do."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("case_id", sa.Uuid))
