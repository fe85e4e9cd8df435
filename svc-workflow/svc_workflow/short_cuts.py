"""What is asked so often that bare statements answer it; the ordinary routes declare it and say every no."""

from typing import Any

from pydantic import BaseModel

from chassis.short_posts import ShortPost
from chassis.short_reads import ShortRead
from chassis.short_writes import Change, ShortWrite
from chassis.shortcuts import Row
from svc_workflow import clock
from svc_workflow.host.forms import fingerprint
from svc_workflow.queries import application_pages, case_pages
from svc_workflow.queries.drafts import DRAFT, draft_of
from svc_workflow.queries.tasks import PAGE, page_of_task
from svc_workflow.routes.applications import Applicant
from svc_workflow.routes.cases import Reader
from svc_workflow.routes.sealed_forms import FormCode, Opener
from svc_workflow.routes.tasks import Clerk
from svc_workflow.use_cases.forms import OPEN, opened_by


class Nothing(BaseModel):
    """A body without a meaning, as the ordinary route takes it."""


def _application(row: Row) -> dict[str, Any]:
    return application_pages.shown(draft_of(row))


def _case(row: Row) -> dict[str, Any]:
    return case_pages.shown(row, "applicant" if row["mine"] else "party")


def _claimed(row: Row, body: Nothing) -> Change:
    page = page_of_task(row)
    return Change(values=[row["clerk"]], answer=page.model_copy(update={"claimed_by": row["clerk"]}))


APPLICATION = ShortRead(
    "/applications/{application_id}",
    Applicant,
    f"{DRAFT} where a.id = $1 and a.applicant_id = $2",
    _application,
    lambda row: application_pages.etag(row["version"]),
)
CASE = ShortRead(
    "/cases/{case_id}",
    Reader,
    f"""
    select {case_pages.FACTS}, c.applicant_id = $2 as mine
    from case_file c
    where c.id = $1 and (c.applicant_id = $2 or $2 = any(c.parties))
    """,  # noqa: S608
    _case,
)
CLAIM = ShortWrite(
    "/tasks/{task_id}/claim",
    Clerk,
    Nothing,
    f"""
    select page.*, $2::uuid as clerk from (
        {PAGE} where t.id = $1 and t.department = $3 and t.post = $4
            and t.state = 'open' and (t.claimed_by is null or t.claimed_by = $2)
    ) page
    """,  # noqa: S608
    _claimed,
    """
    update task set claimed_by = $2 where id = $1 and state = 'open' and (claimed_by is null or claimed_by = $2)
    returning id
    """,
    lambda claims: (claims.sub, claims.department, claims.post),
)
OPENED_FORM = ShortPost(
    "/sealed-forms/open",
    Opener,
    FormCode,
    lambda body: (clock.now(), fingerprint(body.code), body.request_id),
    OPEN.format(now="$1", fingerprint="$2", request_id="$3"),
    lambda row: {"fields": opened_by(row)},
)
