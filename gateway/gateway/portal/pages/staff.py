"""A clerk's inbox and one task with its case on one screen."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.desks import choices_of, clock_of, completion_of, holder_of, state_of
from gateway.portal.pages.offices import Offices, offices_of
from gateway.portal.pages.registers import every_field, moment, said, spoken
from gateway.portal.pages.stories import stages_of
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.services import Away, Refusal
from gateway.portal.views.addresses import At
from gateway.portal.views.cases import Excluded, Note, NoteCode
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import (
    GROUNDS,
    Branch,
    DataField,
    Post,
    Procedure,
    Reason,
    Register,
    answer_named,
    known,
)
from gateway.portal.views.parts import Fact, Flaw, Form, Option, Pages, Tab, Value
from gateway.portal.views.staff import (
    Choice,
    Decision,
    Desk,
    Exchange,
    Inbox,
    InboxLine,
    InboxTab,
    StaffCase,
    StaffRole,
)
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/staff", route_class=PageRoute, dependencies=[public], include_in_schema=False)
TABS = (InboxTab.ALL, InboxTab.MINE, InboxTab.LATE, InboxTab.DONE)


@router.get("")
async def show_desk(visit: Visiting) -> Response:
    """Whoever has an inbox or operations is better off there."""
    roles = visit.clerk().claims.roles
    if visit.who is not None and visit.who.home is not At.DESK:
        return visit.go(visit.who.home)
    return await visit.show(Desk(roles=tuple(known(StaffRole, role) for role in roles)))


@router.get("/inbox")
async def show_inbox(visit: Visiting, tab: str = "all", item: str = "", cursor: str | None = None) -> Response:
    clerk = visit.clerk()
    current = InboxTab(tab) if tab in TABS else InboxTab.ALL
    page = await visit.services.get(
        "workflow",
        "/tasks",
        state="done" if current is InboxTab.DONE else "open",
        mine=current is InboxTab.MINE or None,
        late=current is InboxTab.LATE or None,
        branch=item or None,
        cursor=cursor,
    )
    lines = tuple(_line(one, clerk.claims.sub) for one in page["items"])
    more = {"tab": current.value, "item": item, "cursor": page["next_cursor"]}
    return await visit.show(
        Inbox(
            post=known(Post, clerk.claims.post or ""),
            tabs=tuple(Tab(one, f"/staff/inbox?tab={one.value}", None, one is current) for one in TABS),
            items=tuple(Option(branch.value, branch) for branch in Branch),
            filters=Form("/staff/inbox", {"item": item, "tab": current.value}),
            lines=lines,
            pages=Pages(next_at=f"/staff/inbox?{urlencode(more)}" if page["next_cursor"] else None),
        )
    )


def _line(task: Mapping[str, Any], me: str) -> InboxLine:
    at = f"/staff/tasks/{task['id']}"
    return InboxLine(
        number=task["case_number"],
        href=at,
        item=known(Branch, task["branch"]),
        state=state_of(task),
        clock=clock_of(task),
        holder=holder_of(task, me),
        claim=Form(f"{at}/claim") if task["claimed_by"] is None and task["state"] == "open" else None,
    )


@router.get("/tasks/{task_id:uuid}")
async def show_task(visit: Visiting, task_id: UUID) -> Response:
    return await _show(visit, await _task(visit, task_id))


async def _task(visit: Visit, task_id: UUID) -> Mapping[str, Any]:
    visit.clerk()
    found: Mapping[str, Any] = await visit.services.get("workflow", f"/tasks/{task_id}")
    return found


@router.post("/tasks/{task_id:uuid}/claim")
async def claim(visit: Visiting, task_id: UUID) -> Response:
    visit.clerk()
    await visit.services.post("workflow", f"/tasks/{task_id}/claim", once=visit.once)
    return visit.go(f"/staff/tasks/{task_id}", Flash.CLAIMED)


@router.post("/tasks/{task_id:uuid}/{decision}")
async def decide(visit: Visiting, task_id: UUID, decision: Decision) -> Response:
    visit.clerk()
    body, flaws = completion_of(visit, decision)
    if flaws:
        return await _show(visit, await _task(visit, task_id), decision, flaws)
    await visit.services.post("workflow", f"/tasks/{task_id}/completion", body, once=visit.once)
    return visit.go(await _after(visit, task_id), Flash.DECIDED)


async def _after(visit: Visit, task_id: UUID) -> str:
    """The same case's next task when there is one for this post, the inbox otherwise."""
    before = await _task(visit, task_id)
    page = await visit.services.get("workflow", "/tasks", branch=before["branch"])
    following = next((one["id"] for one in page["items"] if one["case_id"] == before["case_id"]), None)
    return f"/staff/tasks/{following}" if following else "/staff/inbox"


async def _show(
    visit: Visit, task: Mapping[str, Any], decision: Decision | None = None, flaws: tuple[Flaw, ...] = ()
) -> Response:
    case = task["case"]
    branch = next(one for one in case["branches"] if one["branch"] == task["branch"])
    form = await visit.services.get("workflow", f"/tasks/{task['id']}/form")
    exchanges = [await _exchange(visit, case["id"], one) for one in form["exchanges"]]
    offices = await offices_of(visit.services)
    written = {**form["fields"], **form["supplied"]}
    return await visit.show(
        StaffCase(
            number=case["case_number"],
            item=branch["title"],
            applicant=written.get("child_name", case["title"]),
            state=state_of(task),
            card=None,
            clock=clock_of(task),
            promised=limit_of(branch["promised_limit"], branch["promised_due"], late=branch["late"]),
            statutory=limit_of(branch["statutory_limit"], branch["statutory_due"]),
            excluded=tuple(_excluded(one) for one in branch["excluded"] if one["ended_at"]),
            answers=tuple(
                Fact(label=answer_named(name), value=_written(offices, name, value)) for name, value in written.items()
            ),
            exchanges=tuple(one for one in exchanges if one is not None),
            notes=_notes(case, task["branch"]),
            stages=stages_of(case, ({"kind": "task-opened", "branch": task["branch"]},), (), ()),
            choices=_choices(visit, task, decision, flaws),
            refusal_grounds=tuple(Option(ground.value, ground) for ground in GROUNDS),
            special_kinds=tuple(Option(one.value, one) for one in Procedure),
            askable=tuple(Option(name, known(DataField, name)) for name in form["fields"]),
            inbox_at="/staff/inbox",
        )
    )


def _choices(
    visit: Visit, task: Mapping[str, Any], decision: Decision | None, flaws: tuple[Flaw, ...]
) -> tuple[Choice, ...]:
    """What can be decided; the one that was tried keeps what was written and shows what is wrong with it."""
    given = {name: value for name, value in visit.form.items() if isinstance(value, str)} if flaws else {}
    return tuple(
        Choice(
            decision=one,
            form=Form(
                f"/staff/tasks/{task['id']}/{one.value}",
                given if one is decision else {},
                flaws if one is decision else (),
            ),
        )
        for one in choices_of(task)
    )


def _written(offices: Offices, name: str, value: str) -> Value:
    """An answer of the form; codes of clinics and banks by their names."""
    return offices.name_of(name, value) if name in offices else spoken(name, value)


async def _exchange(visit: Visit, case_id: str, one: Mapping[str, Any]) -> Exchange | None:
    """What this department may see under its grant. What no grant covers is not this desk's, and is left out."""
    path = f"/exchanges/{one['exchange_id']}"
    register = known(Register, one["resource"])
    try:
        found = await visit.services.get("sharing", path, case_id=case_id, purpose=one["purpose"])
    except Refusal as refusal:
        reason = refusal.problem.get("reason", "grant-missing")
        if refusal.status != 403 or reason in ("grant-missing", "not-shared"):
            return None
        return Exchange(register=register, department=None, at=None, facts=(), trouble=known(Reason, reason))
    except Away:
        return Exchange(register=register, department=None, at=None, facts=(), trouble=Reason.DOWN)
    return Exchange(
        register=register,
        department=found["source_name"],
        at=moment(found["retrieved_at"]),
        facts=every_field(said(found), one["record"] if len(found["records"]) > one["record"] else 0),
    )


def _excluded(one: Mapping[str, Any]) -> Excluded:
    days = (moment(one["ended_at"]).date() - moment(one["started_at"]).date()).days
    return Excluded(known(Procedure, one["procedure"]), days)


def _notes(case: Mapping[str, Any], branch: str) -> tuple[Note, ...]:
    asked = [one for one in case["supplements"] if one["branch"] == branch]
    notes: list[Note] = []
    for one in asked:
        what = "；".join(item["note"].rstrip("。") for item in one["items"])
        notes.append(Note(NoteCode.WAS_ASKED_FOR, {"what": what, "at": moment(one["asked_at"])}))
        if one["supplied_at"]:
            notes.append(Note(NoteCode.WAS_SUPPLIED, {"at": moment(one["supplied_at"])}))
    return tuple(notes)
