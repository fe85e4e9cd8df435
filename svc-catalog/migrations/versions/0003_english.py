"""English for the texts of what is offered, and for the city's other names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "offer", sa.Column("english", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"))
    )
    op.create_table(
        "term",
        sa.Column("chinese", sa.Text, primary_key=True),
        sa.Column("english", sa.Text, nullable=False),
    )
