"""A service: its rooms wired together, as an app, as workers, and as commands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import MetaData

from chassis import finding, health, openapi, operations, problems
from chassis.collector import spare_what_is_there
from chassis.gauges import Gauges, Look
from chassis.inbox import Consumer, Handlers, group_of
from chassis.jobs import Jobs, Worker
from chassis.methods import Head
from chassis.observe import BodyLimit, Observe
from chassis.opening import open_runtime
from chassis.outbox import Relay
from chassis.retention import Forget
from chassis.revocations import follow_denylist, keep_revocation
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.shortcuts import ShortCut, ShortCuts
from chassis.verification import Check
from contracts.events.identity import SessionRevoked

Role = Literal["api", "worker"]
ROLES: tuple[Role, ...] = ("api", "worker")


@dataclass(frozen=True)
class Service:
    """What a service is made of. `name` is without `svc-`; the package is `svc_<name>`, migrations lie beside it."""

    name: str
    title: str
    summary: str
    metadata: MetaData
    routers: Sequence[APIRouter]
    handlers: Handlers = field(default_factory=Handlers)
    jobs: Jobs = field(default_factory=Jobs)
    settings: type[Settings] = Settings
    on_start: Callable[[Runtime], Awaitable[None]] | None = None
    background: Sequence[Callable[[Runtime], Awaitable[None]]] = ()
    """Coroutines that run until cancelled, in the worker role."""
    commands: dict[str, Callable[[Runtime, list[str]], Awaitable[int]]] = field(default_factory=dict)
    """`python -m svc_x NAME ARGS...`; answers the exit code."""
    checks: Sequence[Check] = ()
    """What `python -m svc_x verify` looks at, beside what it looks at in every service."""
    short_cuts: Sequence[ShortCut] = ()
    """Hot routes that are answered by bare statements where nothing speaks against it."""
    openapi_tags: Sequence[dict[str, str]] = ()
    base: str | None = None
    """Where the gateway has it, if not at `/api/<name>/v1`."""
    protocol: Callable[[FastAPI, Settings], Any] | None = None
    """An HTTP protocol class for uvicorn instead of its own, made for this app."""
    counts_callers: bool = False
    """Whether its protocol refuses callers who ask too often; its document says so."""
    gauges: Look | None = None
    """Sets numbers of the service's own from its tables, when its metrics are asked for."""
    scripts: Path | None = None
    """Where the migrations are, if not beside the package."""

    def __post_init__(self) -> None:
        self.jobs.kinds.setdefault(Forget.kind, Forget)
        if self.name != "identity":
            self.handlers.on(SessionRevoked)(keep_revocation)

    @property
    def migrations(self) -> Path:
        if self.scripts is not None:
            return self.scripts
        package = import_module(f"svc_{self.name}")
        return Path(str(package.__file__)).parents[1] / "migrations"

    @property
    def address(self) -> str:
        return f"/api/{self.name}/v1" if self.base is None else self.base

    def app(
        self, settings: Settings | None = None, roles: Collection[Role] = ROLES, runtime: Runtime | None = None
    ) -> FastAPI:
        """The HTTP app. Making it opens nothing; its lifespan does. `runtime`: use this one, opened by the caller."""

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            if runtime is not None:
                app.state.runtime = runtime
                yield
                return
            async with open_runtime(self.name, settings or self.settings()) as opened:
                app.state.runtime = opened
                async with self.running(opened, roles):
                    spare_what_is_there()
                    yield

        app = FastAPI(
            title=self.title,
            summary=self.summary,
            version="1.0.0",
            servers=[{"url": self.address, "x-internal": False}],
            docs_url=None,
            redoc_url=None,
            lifespan=lifespan,
            generate_unique_id_function=_operation_id,
            openapi_tags=list(self.openapi_tags),
            redirect_slashes=False,
            telemetry={"tracing": False, "metrics": False, "logs": False},  # `Observe` does that
        )
        app.state.service, app.state.roles, app.state.started_at = self, tuple(roles), datetime.now(UTC)
        app.state.gauges = Gauges()
        problems.install(app)
        app.include_router(health.router)
        if "api" in roles:
            app.include_router(operations.router(self.name))
            for router in self.routers:
                app.include_router(router)
        limit = (settings or self.settings()).body_limit if runtime is None else runtime.settings.body_limit
        app.add_middleware(BodyLimit, limit=limit)
        if "api" in roles and self.short_cuts:
            app.add_middleware(ShortCuts, cuts=self.short_cuts)
        app.add_middleware(Head)
        app.add_middleware(Observe)
        finding.install(app)
        openapi.install(app, counts_callers=self.counts_callers)
        return app

    @asynccontextmanager
    async def running(self, runtime: Runtime, roles: Collection[Role] = ROLES) -> AsyncIterator[None]:
        """The service's workers, until the block ends: no new work is taken, what is at hand is finished."""
        if self.on_start is not None:
            await self.on_start(runtime)
        tasks = [asyncio.create_task(follow_denylist(runtime), name="denylist")]
        if "worker" in roles:
            tasks += await self._workers(runtime)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _workers(self, runtime: Runtime) -> list[asyncio.Task[None]]:
        relay = Relay(runtime.engine, runtime.bus)
        worker = Worker(runtime, self.jobs)
        await worker.plant()
        runtime.sessions.wakers |= {"outbox": relay.wake, "job": worker.wake}
        runs = [relay.run(), worker.run(), *(start(runtime) for start in self.background)]
        if self.handlers.topics:
            group, limit = group_of(self.name), runtime.settings.batch_size
            consumer = Consumer(runtime.sessions, self.handlers, runtime.bus, group, limit)
            runs.append(consumer.run())
        return [asyncio.create_task(_forever(run)) for run in runs]


async def _forever(run: Awaitable[Any]) -> None:
    await run


def _operation_id(route: APIRoute) -> str:
    return route.name
