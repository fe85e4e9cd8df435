"""The fuzz bites: what an app does against its document is found, and what it does by it is not."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Path, Response
from pydantic import BaseModel

from chassis import openapi, problems
from chassis.access import public
from chassis.problems import NotFound, Problem
from chassis.problems import problems as answers

from .excusing import Excepted, excepted, left
from .fuzzing import Disagreement, fuzz
from .serving import Served, Town, listening, running

pytestmark = pytest.mark.filterwarnings("default")


class Thing(BaseModel):
    number: int


class Teapot(Problem):
    """No document names it."""

    status = 418
    slug = "teapot"
    title = "I am a teapot"


Read = Callable[[int], Any]
Number = Annotated[int, Path(ge=0, le=9)]


def found(read: Read) -> set[str]:
    """The checks that failed for an app with this one route."""
    with running(lambda: _served(read)) as opened:
        outcome = fuzz(opened.document, opened.url, examples=10)
    assert outcome.statuses
    return {each.check for each in outcome.disagreements}


@asynccontextmanager
async def _served(read: Read) -> AsyncIterator[Served]:
    app, router = FastAPI(title="Things", summary="Things", version="1.0.0"), APIRouter(dependencies=[public])
    problems.install(app)

    @router.get("/things/{number}", response_model=None, responses={200: {"model": Thing}, **answers(NotFound)})
    async def read_thing(number: Number) -> Any:
        """One of them."""
        return read(number)

    app.include_router(router)
    openapi.install(app)
    document = app.openapi()
    async with listening(app) as url:
        yield Served(url, document, Town({}))


def fails(number: int) -> Any:
    raise RuntimeError("not foreseen")


def undocumented(number: int) -> Any:
    raise Teapot()


def ill_formed(number: int) -> Any:
    return {"number": "many"}


def wordy(number: int) -> Any:
    return Response("many", media_type="text/plain")


def sound(number: int) -> Any:
    return {"number": number}


@pytest.mark.parametrize(
    ("read", "check"),
    [
        (fails, "not_a_server_error"),
        (undocumented, "status_code_conformance"),
        (ill_formed, "response_schema_conformance"),
        (wordy, "content_type_conformance"),
    ],
)
def test_what_breaks_the_document_is_found(read, check):
    assert check in found(read)


def test_what_keeps_to_the_document_is_not_found_fault_with():
    assert found(sound) == set()


def refused(*places: str) -> Disagreement:
    return Disagreement("positive_data_acceptance", "GET /things", 400, frozenset(places), "", "")


def test_an_exception_excuses_its_places_and_no_others():
    exception = Excepted("positive_data_acceptance", "why", refused="#query/cursor cursor")

    excused, both = refused("#query/cursor cursor"), refused("#query/cursor cursor", "#query/limit less")
    silent = refused()

    assert left([excused, both, both, silent], [exception]) == [both, silent]


def test_an_exception_excuses_no_failure_of_ours():
    broken = Disagreement("not_a_server_error", "GET /things", 500, frozenset({"#query/cursor cursor"}), "", "")

    assert left([broken], excepted()) == [broken]


def test_every_exception_has_its_reason():
    assert [one for one in excepted() if len(one.why.split()) < 5] == []
