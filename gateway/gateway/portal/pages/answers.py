"""The questions of the newborn application, one a page. Official facts are shown; only what a person decides is asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.live import mark_of
from gateway.portal.pages.drafts import (
    Application,
    draft_of,
    next_of,
    open_application,
    surname_of,
    written,
)
from gateway.portal.pages.registers import child_facts, moment, parent_facts
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.apply import (
    ApplyChild,
    ApplyChoice,
    ApplyDelivery,
    ApplyName,
    ApplyParent,
    Child,
    FactName,
    Household,
    Parent,
    Task,
)
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import Fact, Flaw, FlawCode, Form, Option, View
from gateway.portal.visit import Visit, Visiting

router = APIRouter(
    prefix="/apply/{application_id:uuid}", route_class=PageRoute, dependencies=[public], include_in_schema=False
)
CHOICES = {
    Task.HOUSEHOLD: "household",
    Task.CLINIC: "clinic",
    Task.BANK: "bank",
    Task.INSURANCE: "insurance_place",
}
Choice = Literal["household", "clinic", "bank", "insurance"]
Flaws = tuple[Flaw, ...]


@router.get("/child")
async def show_child(visit: Visiting, application_id: UUID) -> Response:
    return await _child(visit, await open_application(visit, str(application_id), wait=True))


@router.post("/child")
async def choose_child(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id), wait=True)
    deliveries = application.registers.get("hospital-deliveries")
    places = [str(place) for place in range(len(deliveries.records) if deliveries else 0)]
    chosen = visit.given("child") or (places[0] if len(places) == 1 else "")
    if chosen not in places:
        return await _child(visit, application, (Flaw("child", FlawCode.NOT_CHOSEN, {"what": FactName.CHILD}),))
    return await _save(visit, application, {"child": {"record": int(chosen)}})


@router.post("/registers")
async def ask_registers_again(visit: Visiting, application_id: UUID) -> Response:
    visit.person()
    await visit.services.post("workflow", f"/applications/{application_id}/prefills", once=visit.once)
    return visit.go(f"/apply/{application_id}/child")


async def _child(visit: Visit, application: Application, flaws: Flaws = ()) -> Response:
    deliveries = application.registers.get("hospital-deliveries")
    number = len(deliveries.records) if deliveries else 0
    states = [one["state"] for one in application.facts["prefills"]]
    given = {"child": str(application.record)} if application.facts["child"] else {}
    return await visit.show(
        ApplyChild(
            draft=draft_of(application),
            children=tuple(Child(place + 1, child_facts(application.registers, place)) for place in range(number)),
            parents=parent_facts(application.registers),
            form=Form(f"{application.at}/child", given, flaws),
            unanswered=application.unanswered,
            again=Form(f"{application.at}/registers"),
            live_at=f"{application.at}/events?seen={mark_of(states)}" if "waiting" in states else None,
        )
    )


@router.get("/name")
async def show_name(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    name = application.answers.get("child_name", "")
    own = next((one.value for one in surnames(application) if name and name.startswith(str(one.words))), "")
    surname = next((str(one.words) for one in surnames(application) if one.value == own), "")
    return await _name(visit, application, {"surname-1": own, "given-1": name.removeprefix(surname)})


@router.post("/name")
async def choose_name(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    given = {name: visit.given(name) for name in ("surname-1", "given-1")}
    surname = next((str(one.words) for one in surnames(application) if one.value == given["surname-1"]), None)
    flaws = [Flaw("surname-1", FlawCode.NOT_CHOSEN, {"what": FactName.SURNAME})] if surname is None else []
    if not given["given-1"]:
        flaws.append(Flaw("given-1", FlawCode.MISSING, {"what": FactName.GIVEN_NAME}))
    if flaws or surname is None:
        return await _name(visit, application, given, tuple(flaws))
    try:
        return await _save(visit, application, {"answers": {"child_name": surname + given["given-1"]}})
    except Refusal as refusal:
        if "child_name" not in refusal.wrong:
            raise
        return await _name(visit, application, given, (Flaw("given-1", FlawCode.NAME),))


def surnames(application: Application) -> tuple[Option, ...]:
    """The parents' surnames, the law's usual choice."""
    population = application.registers.get("population")
    mother, father = population.value("name") if population else None, application.spouse
    parents = ((Parent.FATHER, father), (Parent.MOTHER, mother))
    return tuple(Option(parent.value, surname_of(name)) for parent, name in parents if name)


async def _name(visit: Visit, application: Application, given: Mapping[str, str], flaws: Flaws = ()) -> Response:
    return await visit.show(
        ApplyName(
            draft=draft_of(application),
            orders=(1,),
            surnames=surnames(application),
            form=Form(f"{application.at}/name", given, flaws),
        )
    )


@router.get("/delivery")
async def show_delivery(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    saved = application.answers.get("address_id") or next((one["id"] for one in application.addresses), "new")
    phone = application.answers.get("phone") or next((one["phone"] for one in application.addresses), "")
    return await _delivery(visit, application, {"address": saved, "phone": phone})


@router.post("/delivery")
async def choose_delivery(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    given = {name: visit.given(name) for name in ("address", "recipient", "district", "street", "phone")}
    flaws = _flaws_of_delivery(application, given)
    if flaws:
        return await _delivery(visit, application, given, flaws)
    try:
        address_id = given["address"] if given["address"] != "new" else await _add_address(visit, given)
        return await _save(visit, application, {"answers": {"address_id": address_id, "phone": given["phone"]}})
    except Refusal as refusal:
        wrong = [name for name in ("recipient", "street", "phone") if name in refusal.wrong]
        if not wrong:
            raise
        return await _delivery(visit, application, given, tuple(_flaw(name, given[name]) for name in wrong))


def _flaws_of_delivery(application: Application, given: Mapping[str, str]) -> Flaws:
    flaws = [] if given["phone"] else [_flaw("phone", "")]
    if given["address"] == "new":
        flaws += [_missing(name) for name in ("recipient", "street") if not given[name]]
        if given["district"] not in application.places:
            flaws.append(Flaw("district", FlawCode.NOT_CHOSEN, {"what": FactName.DISTRICT}))
    elif given["address"] not in [one["id"] for one in application.addresses]:
        flaws.append(Flaw("address", FlawCode.NOT_CHOSEN, {"what": FactName.ADDRESS}))
    return tuple(flaws)


def _missing(name: str) -> Flaw:
    return Flaw(name, FlawCode.MISSING, {"what": FactName.RECIPIENT if name == "recipient" else FactName.STREET})


def _flaw(name: str, typed: str) -> Flaw:
    return Flaw(name, FlawCode.PHONE, {"now": len(typed)}) if name == "phone" else _missing(name)


async def _add_address(visit: Visit, given: Mapping[str, str]) -> str:
    names = {"recipient": "recipient", "phone": "phone", "division": "district", "street": "street"}
    body = {name: given[field] for name, field in names.items()}
    added = await visit.services.post("logistics", "/addresses", body, once=visit.once)
    return str(added["id"])


async def _delivery(visit: Visit, application: Application, given: Mapping[str, str], flaws: Flaws = ()) -> Response:
    saved = tuple(Option(one["id"], written(application, one), one["recipient"]) for one in application.addresses)
    return await visit.show(
        ApplyDelivery(
            draft=draft_of(application),
            saved=saved,
            districts=tuple(Option(code, name) for code, name in application.places.items()),
            form=Form(f"{application.at}/delivery", given, flaws),
        )
    )


@router.get("/parent")
async def show_parent(visit: Visiting, application_id: UUID) -> Response:
    return await visit.show(_parent(await open_application(visit, str(application_id), wait=True)))


@router.post("/parent")
async def ask_parent(visit: Visiting, application_id: UUID) -> Response:
    visit.person()
    await visit.services.post("workflow", f"/applications/{application_id}/agreement", once=visit.once)
    return visit.go(f"/apply/{application_id}/parent", Flash.ASKED)


def _parent(application: Application) -> View:
    asked, answered = (application.facts["agreement"][name] for name in ("asked_at", "answered_at"))
    return ApplyParent(
        draft=draft_of(application),
        parent=Parent.FATHER,
        name=application.spouse or "",
        state=application.agreement,
        form=Form(f"{application.at}/parent"),
        asked_at=moment(asked) if asked else None,
        answered_at=moment(answered) if answered else None,
    )


@router.get("/{task}")
async def show_choice(visit: Visiting, application_id: UUID, task: Choice) -> Response:
    application = await open_application(visit, str(application_id))
    chosen = application.answers.get(CHOICES[Task(task)], "")
    return await visit.show(_choice(application, Task(task), chosen))


@router.post("/{task}")
async def choose(visit: Visiting, application_id: UUID, task: Choice) -> Response:
    application = await open_application(visit, str(application_id))
    asked, chosen = Task(task), visit.given(task)
    if chosen not in [one.value for one in _options(application, asked)]:
        flaw = Flaw(task, FlawCode.NOT_CHOSEN, {"what": asked})
        return await visit.show(_choice(application, asked, "", (flaw,)))
    return await _save(visit, application, {"answers": {CHOICES[asked]: chosen}})


def _choice(application: Application, task: Task, chosen: str, flaws: Flaws = ()) -> View:
    facts: tuple[Fact, ...] = ()
    if task is Task.HOUSEHOLD:
        facts = tuple(one for one in parent_facts(application.registers) if one.label is FactName.MOTHERS_HOUSEHOLD)
    return ApplyChoice(
        draft=draft_of(application),
        task=task,
        options=_options(application, task),
        form=Form(f"{application.at}/{task.value}", {task.value: chosen}, flaws),
        facts=facts,
    )


def _options(application: Application, task: Task) -> tuple[Option, ...]:
    match task:
        case Task.HOUSEHOLD:
            return tuple(Option(one.value, one) for one in Household)
        case Task.CLINIC | Task.BANK:
            return application.offices.options(task.value)
        case _:
            return tuple(Option(code, name) for code, name in application.places.items())


async def _save(visit: Visit, application: Application, change: Mapping[str, Any]) -> Response:
    """Keep the answers and go on with the next thing this person can do."""
    facts = await visit.services.patch("workflow", f"/applications/{application.id}", change)
    after = replace(application, facts=facts)
    return visit.go(next_of(draft_of(after)) or application.at, Flash.SAVED)
