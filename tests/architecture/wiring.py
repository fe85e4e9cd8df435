"""What can be seen only in the wired services: security of routes, owners and publishers of events."""

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from chassis.access import Requires, _open_to_all
from chassis.openapi import api_routes
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


def without_owner(events: Sequence[type[Event]]) -> list[str]:
    """An event lives in its owner's module, and its type and topic say the same owner."""
    wrong = []
    for event in events:
        owner = event.__module__.rsplit(".", 1)[-1]
        if not event.type.startswith(f"onedoor.{owner}.") or not event.topic.startswith(f"onedoor.{owner}."):
            wrong.append(event.type)
    return wrong


def without_words(events: Sequence[type[Event]]) -> list[str]:
    """An event that nobody explained."""
    return [event.type for event in events if not (event.__dict__.get("__doc__") or "").strip()]
