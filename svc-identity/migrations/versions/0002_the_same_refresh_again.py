"""A refresh token knows which request used it, so that an answer that was lost can be given again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refresh_token", sa.Column("used_by", sa.LargeBinary))
