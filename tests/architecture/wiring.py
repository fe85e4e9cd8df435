"""What can be seen only in the wired services: security of routes, owners and publishers of events."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import MetaData
from sqlalchemy.types import String

from chassis.access import Requires, _open_to_all
from chassis.openapi import api_routes
from chassis.problems import Problem
from chassis.routing import TransactionalRoute
from contracts.event import Event


def unsecured(app: FastAPI) -> list[str]:
    """Routes that say neither what they need nor that anyone may call them."""
    return [route.path for route in api_routes(app) if not _states_security(route.dependant)]


def _states_security(dependant: Dependant) -> bool:
    if isinstance(dependant.call, Requires) or dependant.call is _open_to_all:
        return True
    return any(_states_security(inner) for inner in dependant.dependencies)


def writing_without_transaction(app: FastAPI) -> list[str]:
    """Routes that change something must commit before they answer."""
    return [
        route.path
        for route in api_routes(app)
        if (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"} and not isinstance(route, TransactionalRoute)
    ]


def in_threads(app: FastAPI) -> list[str]:
    """Functions that FastAPI would run in a thread because they are not async: a switch of threads costs more than most of them do."""
    calls = {call for route in api_routes(app) for call in _calls(route.dependant)}
    return sorted(getattr(call, "__qualname__", repr(call)) for call in calls if not _is_async(call))


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    if dependant.call is not None:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def _is_async(call: Callable[..., Any]) -> bool:
    return iscoroutinefunction(call) or iscoroutinefunction(getattr(call, "__call__", None))  # noqa: B004


def unexplained(app: FastAPI) -> list[str]:
    """Routes of which the document would not say, in words of ours, what they do (`summary`) and what follows (docstring)."""
    return [route.path for route in _described(app) if not (route.summary and (route.endpoint.__doc__ or "").strip())]


def sharing_an_id(app: FastAPI) -> list[str]:
    """An operation's id is its function's name: generated clients have one method each."""
    return [name for name, count in Counter(route.name for route in _described(app)).items() if count > 1]


def _described(app: FastAPI) -> Iterator[APIRoute]:
    return (route for route in api_routes(app) if route.include_in_schema)


def problems_of(kind: type[Problem]) -> Iterator[type[Problem]]:
    """All that are declared so far, those of every imported service."""
    for inner in kind.__subclasses__():
        yield inner
        yield from problems_of(inner)


def badly_named(problems: Iterable[type[Problem]]) -> list[str]:
    """A problem has a slug that stays, a title that people can read, a status that is an error, and its own words."""
    return [kind.__name__ for kind in problems if not _is_named(kind)]


def _is_named(kind: type[Problem]) -> bool:
    slug, title, status = (getattr(kind, name, None) for name in ("slug", "title", "status"))
    return (
        isinstance(slug, str)
        and re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", slug) is not None
        and isinstance(title, str)
        and title[:1].isupper()
        and not title.endswith(".")
        and isinstance(status, int)
        and 400 <= status <= 599
        and bool((kind.__dict__.get("__doc__") or "").strip())
    )


def ambiguous(problems: Iterable[type[Problem]]) -> list[str]:
    """Slugs that mean one thing here and another there: callers tell errors apart by them."""
    known: dict[str, tuple[Any, Any]] = {}
    return [
        kind.slug
        for kind in problems
        if "slug" in kind.__dict__
        and known.setdefault(kind.slug, (kind.title, kind.status)) != (kind.title, kind.status)
    ]


PERSONAL = {"phone", "email", "recipient", "street", "number", "birth_date", "comment", "statement", "answer"}
OFFICES = {"hall", "department_address", "office"}
"""Their telephone and street are on the door."""


def unsealed(metadata: MetaData) -> list[str]:
    """Columns that hold a personal value by their name, and hold it readable."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if table.name not in OFFICES
        for column in table.columns
        if column.name in PERSONAL and isinstance(column.type, String)
    ]


def without_owner(events: Sequence[type[Event]]) -> list[str]:
    """An event lives in its owner's module, and its type and topic say the same owner."""
    wrong = []
    for event in events:
        owner = event.__module__.rsplit(".", 1)[-1]
        if not event.type.startswith(f"onedoor.{owner}.") or not event.topic.startswith(f"onedoor.{owner}."):
            wrong.append(event.type)
    return wrong


def unpublished(events: Sequence[type[Event]], packages: Mapping[str, str]) -> list[str]:
    """Events that their owner's sources never name: nobody would ever hear of them."""
    return [
        event.type
        for event in events
        if not re.search(rf"\b{event.__name__}\b", packages[event.__module__.rsplit(".", 1)[-1]])
    ]


def without_words(events: Sequence[type[Event]]) -> list[str]:
    """An event that nobody explained."""
    return [event.type for event in events if not (event.__dict__.get("__doc__") or "").strip()]
