"""Incidents and dead letters that wait are found without reading everything that is done."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("job_incident", "job", ["id"], postgresql_where=sa.text("state = 'incident'"))
    op.create_index("dead_letter_waiting", "dead_letter", ["id"], postgresql_where=sa.text("replayed_at IS NULL"))
