"""URLs of staff's tasks. A task is seen by its post alone; for everybody else there is none."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import Conflict, Forbidden, NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_workflow import clock
from svc_workflow.errors import CalendarMissing, SupplementAskedBefore, TaskClosed, TaskTaken
from svc_workflow.queries.tasks import inbox
from svc_workflow.schemas.tasks import Completed, Completion, FormOut, TaskLine, TaskOut
from svc_workflow.use_cases import forms, tasks

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=TransactionalRoute)
STAFF = (Kind.STAFF,)
Reader = Annotated[Caller, requires("workflow:task:read", kinds=STAFF)]
Clerk = Annotated[Caller, requires("workflow:task:work", kinds=STAFF)]
Handler = Annotated[Caller, requires("workflow:case:handle", kinds=STAFF)]


@router.get("", summary="My post's inbox", responses=problems(Forbidden))
async def list_tasks(
    reader: Reader,
    session: Session,
    paging: PageQuery,
    post: Annotated[str | None, Query(max_length=60, description="Your own post; another is refused")] = None,
    state: Annotated[Literal["open", "done", "closed"], Query(description="Where the tasks stand")] = "open",
    mine: Annotated[bool, Query(description="Only what I claimed or did")] = False,
    branch: Annotated[str | None, Query(max_length=60, description="Only of this branch, by its code")] = None,
    late: Annotated[bool, Query(description="Only what is overdue")] = False,
) -> Page[TaskLine]:
    """What is late comes first, then what is due next."""
    if post is not None and post != reader.claims.post:
        raise Forbidden("Not your post")
    return await inbox(session, reader, paging, state=state, mine=mine, branch=branch, late=late)


@router.get("/{task_id}", summary="One task with its case", responses=problems(NotFound))
async def read_task(task_id: UUID, reader: Reader, session: Session) -> TaskOut:
    """The case with its branches, limits and supplements; the form is opened apart."""
    return await tasks.look(session, task_id, reader)


@router.post("/{task_id}/claim", summary="Take a task", responses=problems(NotFound, TaskTaken, TaskClosed))
async def claim_task(task_id: UUID, clerk: Clerk, session: Session) -> TaskOut:
    """From here no colleague works on it."""
    return await tasks.claim(session, task_id, clerk)


@router.post("/{task_id}/release", summary="Give a task back", responses=problems(NotFound, TaskTaken, TaskClosed))
async def release_task(task_id: UUID, clerk: Clerk, session: Session) -> TaskOut:
    """A colleague may take it now."""
    return await tasks.release(session, task_id, clerk)


@router.post(
    "/{task_id}/completion",
    summary="Decide",
    responses=problems(NotFound, TaskTaken, TaskClosed, SupplementAskedBefore, CalendarMissing, Conflict),
)
async def complete_task(task_id: UUID, body: Completion, clerk: Clerk, session: Session) -> Completed:
    """The decision is done and readable when this answers."""
    task, branch = await tasks.complete(session, task_id, clerk, body)
    return Completed(
        id=task.id,
        decision=body.decision.value,
        branch_state=branch.state,
        promised_due=None if branch.promised_due is None else clock.day_of(branch.promised_due),
        statutory_due=None if branch.statutory_due is None else clock.day_of(branch.statutory_due),
    )


@router.get("/{task_id}/form", summary="What the applicant wrote", responses=problems(NotFound))
async def read_form(task_id: UUID, handler: Handler, session: Session) -> FormOut:
    """The branch's part of the sealed form, and which exchanges belong to the case. Each look is recorded."""
    return await forms.read_form(session, await tasks.task_of(session, task_id, handler), handler)
