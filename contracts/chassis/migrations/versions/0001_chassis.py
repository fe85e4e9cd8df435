"""Outbox, inbox, dead letters, idempotency keys, jobs, revocations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _events()
    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("headers", postgresql.JSONB),
        sa.Column("created_at", AT, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("payload", postgresql.JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("run_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("lease_until", AT),
        sa.Column("error", sa.Text),
        sa.Column("traceparent", sa.Text),
        sa.Column("created_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("done_at", AT),
    )
    op.create_index("job_due", "job", ["run_at"], postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_index("job_once", "job", ["kind", "key"], unique=True)
    op.create_table(
        "revocation", sa.Column("session_id", sa.Text, primary_key=True), sa.Column("until", AT, nullable=False)
    )


def _events() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("created_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("sent_at", AT),
    )
    op.create_index("outbox_unsent", "outbox", ["id"], postgresql_where=sa.text("sent_at IS NULL"))
    op.create_index("outbox_sent", "outbox", ["sent_at"])
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("received_at", AT, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("dead_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("replayed_at", AT),
    )
