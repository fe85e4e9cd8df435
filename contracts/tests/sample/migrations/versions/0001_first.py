"""Notes, and a ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("note", sa.Column("id", sa.Uuid, primary_key=True), sa.Column("words", sa.Text, nullable=False))
    op.create_table("ledger", sa.Column("id", sa.Uuid, primary_key=True), sa.Column("line", sa.Text, nullable=False))
