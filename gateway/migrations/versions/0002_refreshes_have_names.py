"""A refresh under way has a name, by which it can be asked again when its answer was lost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("browser_session", sa.Column("refresh_name", sa.Text))
