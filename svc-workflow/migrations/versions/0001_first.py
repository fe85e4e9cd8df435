"""Applications, cases and their branches, running processes with their history, what the city and its catalogue tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _application()
    _bundle_offer()
    _calendar_year()
    _card()
    _case_access()
    _case_counter()
    _case_file()
    _case_history()
    _incident()
    _instance()
    _item_offer()
    _message_subscription()
    _place()
    _process_definition()
    _step()
    _task()
    _timer()
    _branch()
    _excluded_time()
    _form_part()
    _sealed_form_code()
    _supplement()


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("applicant_id", sa.Uuid, nullable=False),
        sa.Column("bundle_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("data_key", sa.LargeBinary),
        sa.Column("answers", sa.LargeBinary),
        sa.Column("child", JSONB),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("started_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", AT, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("application_mine", "application", ["applicant_id", "id"])
    op.create_index("application_untouched", "application", ["changed_at"], postgresql_where=sa.text("state = 'draft'"))


def _bundle_offer() -> None:
    op.create_table(
        "bundle_offer",
        sa.Column("bundle_code", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("process", sa.Text),
        sa.Column("branches", JSONB, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )


def _calendar_year() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holidays", JSONB, nullable=False),
        sa.Column("make_up_days", JSONB, nullable=False),
        sa.Column("changed_at", AT, nullable=False, server_default=sa.func.now()),
    )


def _card() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("issued_at", AT, nullable=False),
    )
    op.create_index("card_department", "card", ["department", "id"])


def _case_access() -> None:
    op.create_table(
        "case_access",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("resource_code", sa.Text, nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("reader_name", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("grant_id", sa.Uuid),
        sa.Column("fields", JSONB, nullable=False),
    )
    op.create_index("case_access_case", "case_access", ["case_id", "at"])


def _case_counter() -> None:
    op.create_table(
        "case_counter",
        sa.Column("division", sa.Text, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _case_file() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_number", sa.Text, nullable=False, unique=True),
        sa.Column("bundle_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("applicant_id", sa.Uuid, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        sa.Column("subject_key", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("data_key", sa.LargeBinary),
        sa.Column("submitted_at", AT, nullable=False, server_default=sa.func.now()),
        sa.Column("withdrawn_at", AT),
        sa.Column("silenced_at", AT),
        sa.Column("closed_at", AT),
    )
    op.create_index("case_applicant", "case_file", ["applicant_id", "id"])
    op.create_index(
        "case_one_standing",
        "case_file",
        ["bundle_code", "subject_key"],
        unique=True,
        postgresql_where=sa.text(
            "subject_key IS NOT NULL AND (outcome IS NULL OR outcome IN ('granted', 'partly-granted'))"
        ),
    )
    op.create_index("case_parties", "case_file", ["parties"], postgresql_using="gin")
    op.create_index("case_subject", "case_file", ["subject_key"])


def _case_history() -> None:
    op.create_table(
        "case_history",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("branch", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("element", sa.Text),
        sa.Column("command", JSONB),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("raised_at", AT, nullable=False),
        sa.Column("resolved_at", AT),
        sa.Column("resolved_by", sa.Uuid),
    )
    op.create_index("incident_case", "incident", ["case_id"])
    op.create_index("incident_open", "incident", ["department", "id"], postgresql_where=sa.text("resolved_at IS NULL"))


def _instance() -> None:
    op.create_table(
        "instance",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
    )


def _item_offer() -> None:
    op.create_table(
        "item_offer",
        sa.Column("item_code", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("department_name", sa.Text, nullable=False),
        sa.Column("statutory_limit", JSONB),
        sa.Column("promised_limit", JSONB),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )


def _message_subscription() -> None:
    op.create_table(
        "message_subscription",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("correlation", sa.Text, nullable=False),
    )
    op.create_index("message_subscription_case", "message_subscription", ["case_id"])
    op.create_index("message_subscription_wanted", "message_subscription", ["name", "correlation"])


def _place() -> None:
    op.create_table(
        "place",
        sa.Column("division", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("insurance_timing", sa.Text, nullable=False),
    )


def _process_definition() -> None:
    op.create_table(
        "process_definition",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.LargeBinary, nullable=False),
        sa.Column("deployed_at", AT, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("process_definition_version", "process_definition", ["code", "version"], unique=True)


def _step() -> None:
    op.create_table(
        "step",
        sa.Column("request_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("applicant_id", sa.Uuid, nullable=False),
        sa.Column("branch", sa.Text),
        sa.Column("capability", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("arguments", JSONB, nullable=False),
        sa.Column("from_process", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("reason", sa.Text),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answered_at", AT),
    )
    op.create_index("step_case", "step", ["case_id"])


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("decisions", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("excluded", sa.Boolean, nullable=False),
        sa.Column("due_at", AT),
        sa.Column("sort_at", AT, nullable=False),
        sa.Column("claimed_by", sa.Uuid),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("done_at", AT),
        sa.Column("done_by", sa.Uuid),
        sa.Column("decision", sa.Text),
    )
    op.create_index("task_case", "task", ["case_id"])
    op.create_index("task_inbox", "task", ["department", "state", "sort_at", "id"])


def _timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("due_at", AT, nullable=False),
    )
    op.create_index("timer_case", "timer", ["case_id"])
    op.create_index("timer_due", "timer", ["due_at"])


def _branch() -> None:
    op.create_table(
        "branch",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("department_name", sa.Text, nullable=False),
        sa.Column("statutory_limit", JSONB),
        sa.Column("promised_limit", JSONB),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("received_at", AT),
        sa.Column("acceptance_due", sa.Date),
        sa.Column("accepted_at", AT),
        sa.Column("promised_due", AT),
        sa.Column("statutory_due", AT),
        sa.Column("ended_at", AT),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("remind_at", AT),
        sa.Column("card", sa.Text),
        sa.Column("card_at", AT),
    )
    op.create_index("branch_card", "branch", ["card_at"], postgresql_where=sa.text("card_at IS NOT NULL"))
    op.create_index("branch_silent", "branch", ["acceptance_due"], postgresql_where=sa.text("state = 'received'"))


def _excluded_time() -> None:
    op.create_table(
        "excluded_time",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ended_at", AT),
    )
    op.create_index("excluded_time_branch", "excluded_time", ["case_id", "branch"])


def _form_part() -> None:
    op.create_table(
        "form_part",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("branch", sa.Text, primary_key=True),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _sealed_form_code() -> None:
    op.create_table(
        "sealed_form_code",
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
        sa.Column("request_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("opened_at", AT),
    )


def _supplement() -> None:
    op.create_table(
        "supplement",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("items", sa.LargeBinary, nullable=False),
        sa.Column("answers", sa.LargeBinary),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("reply_by", sa.Date, nullable=False),
        sa.Column("supplied_at", AT),
        sa.Column("closed_at", AT),
    )
    op.create_index("supplement_once", "supplement", ["case_id", "branch"], unique=True)
    op.create_index("supplement_open", "supplement", ["reply_by"], postgresql_where=sa.text("closed_at IS NULL"))
