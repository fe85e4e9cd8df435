"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
NOW = sa.func.now()
JSONB = postgresql.JSONB
TEXTS = postgresql.ARRAY(sa.Text)
SEALED = sa.LargeBinary


def upgrade() -> None:
    _people()
    _organisations()
    _accounts()
    _clients()
    _tokens()
    _consents()


def _people() -> None:
    op.create_table(
        "identifier_access",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("read_at", AT, nullable=False, server_default=NOW),
    )
    op.create_index("identifier_access_person", "identifier_access", ["person_id", "id"])
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("number", SEALED, nullable=False),
        sa.Column("number_fingerprint", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("phone", SEALED),
        sa.Column("proofing", sa.Integer, nullable=False),
        sa.Column("registered_at", AT, nullable=False, server_default=NOW),
    )
    op.create_table(
        "proofing_evidence",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("proofing_id", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Uuid),
        sa.Column("recorded_at", AT, nullable=False, server_default=NOW),
    )
    op.create_index("proofing_evidence_person", "proofing_evidence", ["person_id", "id"])
    op.create_table(
        "guardianship",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("guardian_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("child_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("case_id", sa.Uuid),
        sa.Column("established_at", AT, nullable=False, server_default=NOW),
        sa.Column("ended_at", AT),
        sa.UniqueConstraint("guardian_id", "child_id", name="guardianship_once"),
    )
    op.create_index("ix_guardianship_child_id", "guardianship", ["child_id"])
    op.create_table(
        "proofing",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("register_match", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("face", sa.Text, nullable=False, server_default="opening"),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("return_url", sa.Text, nullable=False),
        sa.Column("face_session", sa.Text),
        sa.Column("face_page", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("started_at", AT, nullable=False, server_default=NOW),
        sa.Column("expires_at", AT, nullable=False),
    )
    op.create_index("ix_proofing_person_id", "proofing", ["person_id"])


def _organisations() -> None:
    op.create_table(
        "department",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("division", sa.Text),
    )
    op.create_table(
        "company",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("legal_representative_id", sa.Uuid, sa.ForeignKey("person.id")),
        sa.Column("registered_at", AT, nullable=False, server_default=NOW),
    )
    op.create_index("ix_company_legal_representative_id", "company", ["legal_representative_id"])
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("username", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, sa.ForeignKey("department.code"), nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("roles", TEXTS, nullable=False),
    )
    op.create_index("ix_staff_department", "staff", ["department"])


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("created_at", AT, nullable=False, server_default=NOW),
        sa.Column("closed_at", AT),
    )
    op.create_table(
        "lockout",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("locked_until", AT),
    )
    op.create_index("ix_lockout_last_at", "lockout", ["last_at"])
    op.create_table(
        "login_name",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), nullable=False),
    )
    op.create_index("ix_login_name_account_id", "login_name", ["account_id"])
    op.create_table(
        "password",
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("set_at", AT, nullable=False, server_default=NOW),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("strength", sa.Integer, nullable=False),
        sa.Column("signed_in_at", AT, nullable=False, server_default=NOW),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("ended_at", AT),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"])


def _clients() -> None:
    op.create_table(
        "used_assertion",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", AT, nullable=False),
    )
    op.create_index("ix_used_assertion_expires_at", "used_assertion", ["expires_at"])
    op.create_table(
        "client",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("jwks", JSONB, nullable=False),
        sa.Column("first_party", sa.Boolean, nullable=False),
        sa.Column("department", sa.Text, sa.ForeignKey("department.code")),
        sa.Column("audiences", JSONB, nullable=False),
        sa.Column("person_scopes", TEXTS, nullable=False),
        sa.Column("redirect_uris", TEXTS, nullable=False),
        sa.Column("post_logout_redirect_uris", TEXTS, nullable=False),
        sa.Column("registered_at", AT, nullable=False, server_default=NOW),
    )
    op.create_index("ix_client_department", "client", ["department"])
    op.create_table(
        "approval",
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("client_id", sa.Text, sa.ForeignKey("client.id"), primary_key=True),
        sa.Column("scopes", TEXTS, nullable=False),
        sa.Column("given_at", AT, nullable=False, server_default=NOW),
    )


def _tokens() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text, primary_key=True),
        sa.Column("private", SEALED, nullable=False),
        sa.Column("created_at", AT, nullable=False, server_default=NOW),
        sa.Column("retired_at", AT),
    )
    op.create_table(
        "token_family",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Text, sa.ForeignKey("client.id"), nullable=False),
        sa.Column("sign_in_id", sa.Uuid, sa.ForeignKey("sign_in.id"), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("started_at", AT, nullable=False, server_default=NOW),
        sa.Column("ended_at", AT),
    )
    op.create_index("ix_token_family_client_id", "token_family", ["client_id"])
    op.create_index("ix_token_family_sign_in_id", "token_family", ["sign_in_id"])
    op.create_table(
        "authorization_code",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("family_id", sa.Uuid, sa.ForeignKey("token_family.id"), nullable=False),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT),
    )
    op.create_index("ix_authorization_code_expires_at", "authorization_code", ["expires_at"])
    op.create_index("ix_authorization_code_family_id", "authorization_code", ["family_id"])
    op.create_table(
        "refresh_token",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("family_id", sa.Uuid, sa.ForeignKey("token_family.id"), nullable=False),
        sa.Column("issued_at", AT, nullable=False, server_default=NOW),
        sa.Column("used_at", AT),
    )
    op.create_index("ix_refresh_token_family_id", "refresh_token", ["family_id"])


def _consents() -> None:
    op.create_table(
        "step",
        sa.Column("request_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("applicant_id", sa.Uuid, nullable=False),
        sa.Column("capability", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("arguments", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="open"),
        sa.Column("asked_at", AT, nullable=False, server_default=NOW),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("step.request_id"), nullable=False, unique=True),
        sa.Column("number_fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("person.id")),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", AT, nullable=False, server_default=NOW),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("decided_at", AT),
    )
    op.create_index("consent_due", "consent", ["expires_at"], postgresql_where=sa.text("state = 'asked'"))
    op.create_index("consent_person", "consent", ["person_id", "id"])
    op.create_index("consent_waiting", "consent", ["number_fingerprint"], postgresql_where=sa.text("person_id IS NULL"))
