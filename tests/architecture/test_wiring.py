"""Every route states its security; every event has an owner, words, a schema; every handled event has a publisher."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import Column, MetaData, Table, Text

import contracts.events  # noqa: F401 - declares the events
from chassis.access import Caller, public, requires
from chassis.documents import SERVICES
from chassis.problems import Problem
from chassis.sealing import SealedText
from chassis.service import Service
from contracts.event import Event, declared_events
from contracts.events.workflow import CardIssued

from . import wiring
from .rules import ROOT

EVENTS = [event for event in declared_events().values() if event.__module__.startswith("contracts.events.")]


def load(name: str) -> Service:
    return import_module(f"svc_{name}.main").service


def problems_of_the_house() -> list[type[Problem]]:
    for name in SERVICES:
        load(name)
    import_module("gateway.main")
    return [kind for kind in wiring.problems_of(Problem) if "tests" not in kind.__module__.split(".")]


def package_text(name: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / f"svc-{name}" / f"svc_{name}").rglob("*.py")))


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_states_its_security(name):
    assert wiring.unsecured(load(name).app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_change_is_committed_before_the_answer(name):
    assert wiring.writing_without_transaction(load(name).app()) == []


@pytest.mark.parametrize("name", [f"svc_{name}" for name in SERVICES] + ["gateway"])
def test_no_request_waits_for_a_thread(name):
    assert wiring.in_threads(import_module(f"{name}.main").service.app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_handled_event_is_declared(name):
    assert [event.type for event in load(name).handlers.events if event not in EVENTS] == []


def test_every_event_is_published_by_its_owner():
    assert wiring.unpublished(EVENTS, {owner: package_text(owner) for owner in SERVICES}) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_is_explained(name):
    assert wiring.unexplained(load(name).app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_has_its_own_id(name):
    assert wiring.sharing_an_id(load(name).app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_personal_values_are_sealed(name):
    assert wiring.unsealed(load(name).metadata) == []


def test_every_problem_says_what_it_is():
    assert wiring.badly_named(problems_of_the_house()) == []


def test_a_slug_means_one_thing_everywhere():
    assert wiring.ambiguous(problems_of_the_house()) == []


def test_every_event_has_an_owner():
    assert wiring.without_owner(EVENTS) == []


def test_every_event_is_explained():
    assert wiring.without_words(EVENTS) == []


def test_every_event_has_its_schema():
    missing = [event.type for event in EVENTS if not Path(ROOT, "contracts", "events", f"{event.type}.json").exists()]
    assert missing == []


def app_with(add: Callable[[APIRouter], None]) -> FastAPI:
    router, app = APIRouter(), FastAPI()
    add(router)
    app.include_router(router)
    return app


def test_an_open_route_is_found():
    def add(router: APIRouter) -> None:
        router.get("/open")(lambda: None)
        router.get("/public", dependencies=[public])(lambda: None)

        @router.get("/secured")
        async def secured(caller: Annotated[Caller, requires("a:b:c")]) -> None: ...

    assert "/open" in wiring.unsecured(app_with(add))
    assert not {"/public", "/secured"} & set(wiring.unsecured(app_with(add)))


def test_a_route_that_writes_without_transaction_is_found():
    assert "/x" in wiring.writing_without_transaction(app_with(lambda router: router.post("/x")(lambda: None)))


def test_what_would_run_in_a_thread_is_found():
    def add(router: APIRouter) -> None:
        @router.get("/things")
        async def read_things(word: Annotated[str, Depends(slow_word)]) -> None: ...

    def slow_word() -> str:
        return "word"

    assert [name.rsplit(".", 1)[1] for name in wiring.in_threads(app_with(add))] == ["slow_word"]


def test_a_route_without_words_or_with_anothers_id_is_found():
    def add(router: APIRouter) -> None:
        @router.get("/silent")
        async def read_thing() -> None: ...

        @router.get("/explained", summary="Read a thing")
        async def read_it() -> None:
            """As it is now."""

        router.get("/again", summary="Read it again")(read_it)

    assert wiring.unexplained(app_with(add)) == ["/silent"]
    assert wiring.sharing_an_id(app_with(add)) == ["read_it"]


@pytest.mark.parametrize(
    "members",
    [
        {"title": "Gone", "status": 410},
        {"slug": "Gone!", "title": "Gone", "status": 410},
        {"slug": "gone", "title": "", "status": 410},
        {"slug": "gone", "title": "Gone", "status": 200},
        {"slug": "gone", "title": "Gone", "status": 410, "__doc__": ""},
    ],
)
def test_a_problem_that_does_not_say_what_it_is_is_found(members):
    kind = type("Gone", (Problem,), {"__module__": "tests.gone", "__doc__": "It was here once.", **members})

    assert wiring.badly_named([kind]) == ["Gone"]


def test_a_slug_with_two_meanings_is_found():
    words = {"slug": "gone", "status": 410, "__module__": "tests.gone"}
    first, second = (type(title, (Problem,), {"title": title, **words}) for title in ("Gone", "Lost"))

    assert wiring.ambiguous([first, second]) == ["gone"]


def test_a_readable_personal_value_is_found():
    metadata = MetaData()
    Table("citizen", metadata, Column("phone", Text), Column("email", SealedText("citizen.email")))

    assert wiring.unsealed(metadata) == ["citizen.phone"]


def test_an_event_that_nobody_publishes_is_found():
    assert wiring.unpublished([CardIssued], {"workflow": "emit(session, CardIssuedLater())"}) == [CardIssued.type]
    assert wiring.unpublished([CardIssued], {"workflow": "emit(session, CardIssued())"}) == []


def test_an_event_without_owner_or_words_is_found():
    class Lost(Event):
        type: ClassVar = "onedoor.nobody.thing.lost.v1"
        topic: ClassVar = "onedoor.nobody.thing"

    assert wiring.without_owner([Lost]) == ["onedoor.nobody.thing.lost.v1"]
    assert wiring.without_words([Lost]) == ["onedoor.nobody.thing.lost.v1"]
