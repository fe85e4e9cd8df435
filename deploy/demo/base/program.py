"""A department program: routes, a database file, an agenda, faults, health, a log without personal values."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from traceback import extract_tb

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.base import agenda, faults
from demo.base.agenda import Agenda
from demo.base.bodies import Refusal
from demo.base.settings import Settings
from demo.base.store import Store, open_store

log = logging.getLogger("demo.requests")
Render = Callable[[Refusal], Response]


def open_department(settings: Settings, name: str, schema: str, fill: Callable[[Store], None]) -> tuple[Store, Agenda]:
    store = open_store(settings.data / f"{name}.db", f"{agenda.SCHEMA};{schema}", fill)
    return store, Agenda(store, settings.speed)


def application(settings: Settings, store: Store, todo: Agenda, routes: Sequence[BaseRoute], refuse: Render) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        working = asyncio.create_task(todo.run())
        yield
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        store.close()

    async def say_no(_: Request, error: Exception) -> Response:
        if not isinstance(error, Refusal):
            raise error
        return refuse(error)

    app = Starlette(
        routes=[Route("/health/ready", ready), faults.ROUTE, *routes],
        exception_handlers={Refusal: say_no},
        lifespan=lifespan,
    )
    return AccessLog(faults.FaultyFront(app, settings.speed, settings.fail_every))


async def ready(_: Request) -> Response:
    return JSONResponse({"status": "ready"})


class AccessLog:
    """One line for each request: method, path and status. Nobody's values stand in a path of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            return await self.app(scope, receive, send)
        started = time.monotonic()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                milliseconds = round((time.monotonic() - started) * 1000)
                log.info("%s %s %s in %s ms", scope["method"], scope["path"], message["status"], milliseconds)
            await send(message)

        await self.app(scope, receive, noting)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"at": self.formatTime(record), "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info and record.exc_info[0]:  # the text of an exception may hold a value: only its kind and place
            line["error"] = record.exc_info[0].__name__
            line["place"] = " < ".join(f"{f.filename}:{f.lineno}" for f in extract_tb(record.exc_info[2])[-1:-4:-1])
        return json.dumps(line, ensure_ascii=False)


def serve(app: ASGIApp, settings: Settings) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    uvicorn.run(app, host="127.0.0.1", port=settings.port, log_config=None, access_log=False, server_header=False)
