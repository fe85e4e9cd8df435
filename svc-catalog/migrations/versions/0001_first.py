"""Items and bundles with their versions, what is offered, how often it is asked for, and reports of imports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
WORDS = postgresql.ARRAY(sa.Text)


def upgrade() -> None:
    _items()
    _bundles()
    _offers()
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("refused", postgresql.JSONB, nullable=False),
        sa.Column("warned", postgresql.JSONB, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("imported_at", AT, nullable=False, server_default=sa.func.now()),
    )


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("slug", sa.Text, unique=True),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("current", sa.Integer),
    )
    op.create_table(
        "item_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("item_code", sa.Text, sa.ForeignKey("item.code"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("elements", postgresql.JSONB, nullable=False),
        sa.Column("warnings", WORDS, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("edited_by", sa.Text, nullable=False),
        sa.Column("reviewed_by", sa.Text),
        sa.Column("remark", sa.Text),
        sa.Column("in_force_from", sa.Date),
        sa.Column("published_at", AT),
        sa.Column("ended_at", AT),
        sa.Column("created_at", AT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("item_code", "version"),
    )
    scheduled = sa.text("state = 'scheduled'")
    op.create_index("item_version_scheduled", "item_version", ["in_force_from"], postgresql_where=scheduled)


def _bundles() -> None:
    op.create_table(
        "bundle",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("current", sa.Integer),
    )
    op.create_table(
        "bundle_version",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("bundle_code", sa.Text, sa.ForeignKey("bundle.code"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("elements", postgresql.JSONB, nullable=False),
        sa.Column("edited_by", sa.Text, nullable=False),
        sa.Column("published_at", AT),
        sa.Column("ended_at", AT),
        sa.Column("created_at", AT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("bundle_code", "version"),
    )


def _offers() -> None:
    op.create_table(
        "offer",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("slug", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short_name", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("department_name", sa.Text, nullable=False),
        sa.Column("nature", sa.Text),
        sa.Column("level", sa.Text),
        sa.Column("jurisdiction", sa.Text),
        sa.Column("served_group", WORDS, nullable=False),
        sa.Column("theme", WORDS, nullable=False),
        sa.Column("form", WORDS, nullable=False),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("departments", sa.Integer, nullable=False),
        sa.Column("promised_limit", postgresql.JSONB),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("words_key", sa.Text, nullable=False),
        sa.Column("grams", WORDS, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
    )
    op.create_index("offer_grams", "offer", ["grams"], postgresql_using="gin")
    op.create_index("offer_theme", "offer", ["theme"], postgresql_using="gin")
    op.create_index("offer_code", "offer", ["code"])
    op.create_index("offer_body", "offer", ["department"])
    op.create_table(
        "volume",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("submitted", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False),
    )
    op.create_index("volume_day", "volume", ["day"])
    op.create_table(
        "synonym",
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("meaning", sa.Text, primary_key=True),
    )
