"""Live, ready, and the numbers. Ready only when the database answers and its schema has what this code needs."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from chassis.access import public
from chassis.database import is_away
from chassis.problems import NotFound, Unavailable, problems
from chassis.revisions import is_schema_sufficient
from chassis.runtime import runtime_of


class LiveOut(BaseModel):
    status: Literal["live"] = "live"


class ReadyOut(BaseModel):
    status: Literal["ready"] = "ready"


router = APIRouter(tags=["health"], dependencies=[public])


@router.get("/health/live", summary="Is the process alive")
async def live() -> LiveOut:
    """Answers as long as the process does."""
    return LiveOut()


@router.get("/health/ready", summary="Can it serve", responses=problems(Unavailable))
async def ready(request: Request) -> ReadyOut:
    """Ready when the database answers and migrations match."""
    runtime = runtime_of(request)
    try:
        sufficient = await is_schema_sufficient(runtime.engine, request.app.state.service.migrations)
    except Exception as error:
        raise Unavailable("The database does not answer" if is_away(error) else "The database is not set up") from None
    if not sufficient:
        raise Unavailable("The database schema is older than the one this version needs")
    return ReadyOut()


@router.get("/metrics", include_in_schema=False)
async def prometheus(request: Request) -> Response:
    state, runtime = request.app.state, runtime_of(request)
    _, port = request.scope.get("server") or (None, None)
    if not runtime.settings.shows_metrics_at(port):
        raise NotFound()
    await state.gauges.refresh(state.service, runtime)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
