"""Cases to rate, invitations, ratings, work orders, the calendar of their limits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rated_case",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("branches", postgresql.JSONB, nullable=False),
        sa.Column("closed_at", AT),
        sa.Column("silenced", sa.Boolean, nullable=False),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("rated_case.id"), nullable=False, unique=True),
        sa.Column("code_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("expires_at", AT, nullable=False),
    )
    _ratings()
    _work_orders()
    op.create_table(
        "calendar_day", sa.Column("day", sa.Date, primary_key=True), sa.Column("working", sa.Boolean, nullable=False)
    )
    op.create_table("calendar_year", sa.Column("year", sa.Integer, primary_key=True, autoincrement=False))


def _ratings() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("rated_case.id"), nullable=False, unique=True),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("reasons", postgresql.JSONB, nullable=False),
        sa.Column("comment", sa.LargeBinary),
        sa.Column("by_link", sa.Boolean, nullable=False),
        sa.Column("rated_at", AT, nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "rated_branch",
        sa.Column("rating_id", sa.Uuid, sa.ForeignKey("rating.id"), primary_key=True),
        sa.Column("branch", sa.Text, primary_key=True),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("department_name", sa.Text, nullable=False),
        sa.Column("item_name", sa.Text, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("rated_on", sa.Date, nullable=False),
    )
    op.create_index("rated_branch_department", "rated_branch", ["department", "rated_on"])
    op.create_index("rated_branch_item", "rated_branch", ["item_code", "rated_on"])


def _work_orders() -> None:
    op.create_table(
        "work_order",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("rating_id", sa.Uuid, sa.ForeignKey("rating.id"), nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("rated_case.id"), nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("answered_by", sa.Uuid),
        sa.Column("answered_at", AT),
        sa.Column("opened_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("closed_at", AT),
        sa.Column("reopened", sa.Boolean, nullable=False),
        sa.UniqueConstraint("rating_id", "department"),
    )
    op.create_index("ix_work_order_person_id", "work_order", ["person_id"])
    op.create_index("work_order_department", "work_order", ["department", "state", "due"])
