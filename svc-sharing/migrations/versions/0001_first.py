"""Resources and grants, exchanges, the access ledger, licences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB
SHARDS = 16


def upgrade() -> None:
    _resources()
    _grants()
    _licences()
    _exchanges()
    _questions()
    _ledger()


def _text(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.Text, **{"nullable": False, **options})


def _json(name: str, **options: object) -> sa.Column:
    return sa.Column(name, JSON, **{"nullable": False, **options})


def _now(name: str) -> sa.Column:
    return sa.Column(name, AT, nullable=False, server_default=sa.func.now())


def _resources() -> None:
    op.create_table("department", _text("code", primary_key=True), _text("name"))
    op.create_table(
        "connector",
        _text("code", primary_key=True),
        _json("config"),
        sa.Column("secret", sa.LargeBinary),
        _now("changed_at"),
    )
    op.create_table(
        "resource",
        _text("code", primary_key=True),
        _text("name"),
        _text("department"),
        _text("department_name"),
        _text("kind"),
        _text("sharing_type"),
        _json("fields"),
        _json("record_key_fields"),
        _json("result_codes"),
        sa.Column("connector", sa.Text, sa.ForeignKey("connector.code")),
        _text("legal_basis"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        _now("changed_at"),
    )
    op.create_table("secret", _text("name", primary_key=True), sa.Column("value", sa.LargeBinary, nullable=False))


def _grants() -> None:
    op.create_table(
        "grant_application",
        sa.Column("id", sa.Uuid, primary_key=True),
        _text("department"),
        _text("department_name"),
        sa.Column("resource_code", sa.Text, sa.ForeignKey("resource.code"), nullable=False, index=True),
        _text("purpose"),
        _json("fields"),
        sa.Column("until", AT, nullable=False),
        _text("legal_basis"),
        _text("state"),
        _text("asked_by"),
        _now("asked_at"),
        _text("decided_by", nullable=True),
        sa.Column("decided_at", AT),
        _text("reason", nullable=True),
    )
    op.create_table(
        "data_grant",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("application_id", sa.Uuid, sa.ForeignKey("grant_application.id"), nullable=False, unique=True),
        sa.Column("resource_code", sa.Text, sa.ForeignKey("resource.code"), nullable=False),
        _text("department"),
        _text("department_name"),
        _text("purpose"),
        _json("fields"),
        _now("approved_at"),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
    )
    op.create_index("data_grant_use", "data_grant", ["resource_code", "purpose"])


def _licences() -> None:
    op.create_table(
        "issuer",
        _text("code", primary_key=True),
        _text("name"),
        _text("client_id", nullable=True, unique=True),
        _text("jwks_url", nullable=True),
        _json("jwks", nullable=True),
        _now("changed_at"),
    )
    op.create_table(
        "licence",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("issuer", sa.Text, sa.ForeignKey("issuer.code"), nullable=False),
        _text("kind"),
        _text("title"),
        sa.Column("document", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("jws", sa.LargeBinary, nullable=False),
        _json("holders"),
        sa.Column("case_id", sa.Uuid),
        _text("status"),
        _now("registered_at"),
        sa.Column("changed_at", AT),
    )
    op.create_index("licence_holders", "licence", ["holders"], postgresql_using="gin")
    op.create_table(
        "presentation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("licence_id", sa.Uuid, sa.ForeignKey("licence.id"), nullable=False),
        sa.Column("shown_by", sa.Uuid, nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT),
    )


def _exchanges() -> None:
    op.create_table(
        "case_branch",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        _text("purpose", primary_key=True),
        _text("department"),
    )
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary),
        sa.Column("destroyed_at", AT),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("case_id", sa.Uuid, nullable=False, index=True),
        _text("capability"),
        _text("resource_code"),
        _text("source", nullable=True),
        _text("source_name", nullable=True),
        _text("purpose"),
        _text("reader", nullable=True),
        sa.Column("grant_id", sa.Uuid),
        _json("persons"),
        _json("arguments"),
        sa.Column("form_code", sa.LargeBinary),
        _text("state"),
        _text("reason", nullable=True),
        _json("fields"),
        _json("record_keys"),
        sa.Column("records", sa.LargeBinary),
        sa.Column("licence_id", sa.Uuid, sa.ForeignKey("licence.id")),
        _now("asked_at"),
        sa.Column("retrieved_at", AT),
    )


def _questions() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Uuid, nullable=False, unique=True),
        _text("resource_code"),
        sa.Column("person_id", sa.Uuid, nullable=False),
        _text("asker"),
        _text("purpose"),
        sa.Column("values", sa.LargeBinary),
        _text("state"),
        _text("outcome", nullable=True),
        _now("asked_at"),
        sa.Column("answered_at", AT),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("exchange_id", sa.Uuid, sa.ForeignKey("exchange.id"), nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        _text("department", index=True),
        _text("resource_code"),
        _text("field"),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        _text("state"),
        sa.Column("answer", sa.LargeBinary),
        _text("answered_by", nullable=True),
        _now("asked_at"),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("answered_at", AT),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid),
        _text("resource_code"),
        _text("source_name"),
        _text("reader"),
        _text("reader_name"),
        _text("purpose"),
        sa.Column("grant_id", sa.Uuid),
        _json("fields"),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("shard", "seq"),
    )
    op.create_index("ledger_line_person", "ledger_line", ["person_id", "id"])
    heads = op.create_table(
        "ledger_head",
        sa.Column("shard", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.bulk_insert(heads, [{"shard": shard, "seq": 0, "hash": bytes(32)} for shard in range(SHARDS)])
    op.create_table(
        "published_heads",
        sa.Column("id", sa.Uuid, primary_key=True),
        _now("at"),
        _text("jws"),
    )
