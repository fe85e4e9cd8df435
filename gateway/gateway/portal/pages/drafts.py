"""One application as all of its pages see it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.portal.pages.offices import Offices, offices_of
from gateway.portal.pages.registers import Said, asked, moment
from gateway.portal.views.apply import Draft, FactName, Household, Task, TaskLine
from gateway.portal.views.codes import AgreementState, TaskState
from gateway.portal.views.names import Register, known
from gateway.portal.views.parts import Fact, Value
from gateway.portal.visit import Visit

FIELDS = {
    Task.NAME: "child_name",
    Task.HOUSEHOLD: "household",
    Task.CLINIC: "clinic",
    Task.BANK: "bank",
    Task.INSURANCE: "insurance_place",
}
AGREEMENTS = {
    "none": AgreementState.NOT_ASKED,
    "failed": AgreementState.NOT_ASKED,
    "asked": AgreementState.ASKED,
    "given": AgreementState.AGREED,
    "declined": AgreementState.DECLINED,
}
COMPOUND = {
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "长孙",
    "夏侯",
    "轩辕",
    "端木",
}
PATIENCE = 15
"""How many short looks a page takes while registers are still answering, before it says that they have not."""


@dataclass(frozen=True)
class Application:
    """`facts` is the service's answer, `registers` what those that answered said."""

    facts: Mapping[str, Any]
    registers: Mapping[str, Said]
    places: Mapping[str, str]
    addresses: tuple[Mapping[str, Any], ...]
    offices: Offices

    @property
    def id(self) -> str:
        return str(self.facts["id"])

    @property
    def at(self) -> str:
        return f"/apply/{self.id}"

    @property
    def record(self) -> int:
        child = self.facts["child"]
        return int(child["record"]) if child else 0

    @property
    def answers(self) -> Mapping[str, str]:
        answers: Mapping[str, str] = self.facts["answers"]
        return answers

    @property
    def agreement(self) -> AgreementState:
        return AGREEMENTS[self.facts["agreement"]["state"]]

    @property
    def unanswered(self) -> tuple[str, ...]:
        return tuple(known(Register, one["resource"]) for one in self.facts["prefills"] if one["state"] != "done")

    @property
    def spouse(self) -> str | None:
        marriage = self.registers.get("marriage")
        return marriage.value("spouse_name") if marriage else None


async def open_application(visit: Visit, application_id: str, *, wait: bool = False) -> Application:
    """`wait`: give the registers a few seconds to answer."""
    visit.person()
    path = f"/applications/{application_id}"
    facts = await visit.services.get("workflow", path)
    for _ in range(PATIENCE if wait else 0):
        if all(one["state"] != "waiting" for one in facts["prefills"]):
            break
        await asyncio.sleep(0.3)
        facts = await visit.services.get("workflow", path)
    registers, places, addresses, offices = await asyncio.gather(
        asked(visit.services, facts["prefills"]),
        visit.services.get("workflow", "/places"),
        visit.services.get("logistics", "/addresses"),
        offices_of(visit.services),
    )
    names = {place["division"]: place["name"] for place in places}
    return Application(facts, registers, names, tuple(addresses["items"]), offices)


def draft_of(application: Application) -> Draft:
    """The list of tasks, each with the answer given so far."""
    lines: list[TaskLine] = []
    is_now = False
    for one in application.facts["tasks"]:
        task, state = Task(one["code"]), TaskState(one["state"].replace("-", "_"))
        if state is TaskState.NOT_STARTED and not is_now:
            state, is_now = TaskState.NOW, True
        href = None if state is TaskState.NOT_YET else f"{application.at}/{task.value}"
        lines.append(TaskLine(task=task, state=state, href=href, answer=answer_of(application, task)))
    saved = moment(application.facts["changed_at"])
    return Draft(title=application.facts["title"], tasks_at=application.at, tasks=tuple(lines), saved_at=saved)


def next_of(draft: Draft) -> str | None:
    """The next thing this person can do."""
    mine = (TaskState.NOW, TaskState.NEEDS_YOU, TaskState.NOT_STARTED)
    return next((line.href for line in draft.tasks if line.state in mine), None)


def answer_of(application: Application, task: Task) -> Value:
    match task:
        case Task.CHILD:
            deliveries = application.registers.get("hospital-deliveries")
            chosen = application.facts["child"] is not None and deliveries is not None
            born = deliveries.fact(FactName.BORN, "born_at", application.record) if chosen and deliveries else None
            return born.value if born else None
        case Task.PARENT:
            return application.spouse
        case Task.DELIVERY:
            return address_of(application)
        case Task.CHECK:
            return None
    value = application.answers.get(FIELDS[task])
    return None if value is None else spoken_answer(application, FIELDS[task], value)


def spoken_answer(application: Application, field: str, value: str) -> Value:
    match field:
        case "household":
            return Household(value)
        case "clinic" | "bank":
            return application.offices.name_of(field, value)
        case "insurance_place":
            return application.places.get(value, value)
        case "address_id":
            return address_of(application)
    return value


def address_of(application: Application) -> str | None:
    wanted = application.answers.get("address_id")
    return next((written(application, one) for one in application.addresses if one["id"] == wanted), None)


def written(application: Application, address: Mapping[str, Any]) -> str:
    return f"{application.places.get(address['division'], '')}{address['street']}"


def answered(application: Application) -> tuple[Fact, ...]:
    """The check page's list: each answer, and the way back to its question."""
    wanted = (
        (FactName.CHILD_NAME, "child_name", Task.NAME),
        (FactName.HOUSEHOLD, "household", Task.HOUSEHOLD),
        (FactName.CLINIC, "clinic", Task.CLINIC),
        (FactName.BANK, "bank", Task.BANK),
        (FactName.INSURANCE, "insurance_place", Task.INSURANCE),
        (FactName.ADDRESS, "address_id", Task.DELIVERY),
        (FactName.PHONE, "phone", Task.DELIVERY),
    )
    facts = [
        Fact(
            label=label,
            value=spoken_answer(application, field, application.answers[field])
            if field in application.answers
            else None,
            change_at=f"{application.at}/{task.value}",
        )
        for label, field, task in wanted
    ]
    if application.facts["agreement"]["needed"]:
        facts.append(Fact(label=FactName.AGREEMENT, value=application.agreement))
    return tuple(facts)


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND else name[:1]


def day(value: str) -> date:
    return date.fromisoformat(value)
