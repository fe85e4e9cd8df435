"""No tables of its own: what the chassis keeps is all there is."""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
