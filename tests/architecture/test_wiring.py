"""Every route states its security; every event has an owner, words, a schema; every handled event has a publisher."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from fastapi import APIRouter, FastAPI

import contracts.events  # noqa: F401 - declares the events
from chassis.access import Caller, public, requires
from chassis.documents import SERVICES
from chassis.service import Service
from contracts.event import Event, declared_events

from . import wiring
from .rules import ROOT

EVENTS = [event for event in declared_events().values() if event.__module__.startswith("contracts.events.")]


def load(name: str) -> Service:
    return import_module(f"svc_{name}.main").service


def package_text(name: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / f"svc-{name}" / f"svc_{name}").rglob("*.py")))


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_states_its_security(name):
    assert wiring.unsecured(load(name).app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_change_is_committed_before_the_answer(name):
    assert wiring.writing_without_transaction(load(name).app()) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_handled_event_is_declared(name):
    assert [event.type for event in load(name).handlers.events if event not in EVENTS] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_handled_event_has_a_publisher(name):
    texts = {owner: package_text(owner) for owner in SERVICES}
    silent = [
        event.type
        for event in load(name).handlers.events
        if not re.search(rf"\b{event.__name__}\b", texts[event.__module__.rsplit(".", 1)[-1]])
    ]
    assert silent == []


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


def test_an_event_without_owner_or_words_is_found():
    class Lost(Event):
        type: ClassVar = "onedoor.nobody.thing.lost.v1"
        topic: ClassVar = "onedoor.nobody.thing"

    assert wiring.without_owner([Lost]) == ["onedoor.nobody.thing.lost.v1"]
    assert wiring.without_words([Lost]) == ["onedoor.nobody.thing.lost.v1"]
