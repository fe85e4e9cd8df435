"""The `service` fixture: a service seen from all its sides (HTTP, events, jobs), on real PostgreSQL.

In a service's `tests/conftest.py`: `service = service_fixture(service)`.
"""

import base64
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Message, Received, Subscription
from chassis.identifiers import new_id
from chassis.inbox import Consumer
from chassis.jobs import Worker
from chassis.jose import KeySet, SigningKey, sign
from chassis.migrate import migrate
from chassis.opening import open_runtime
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import Settings
from chassis.tables import DeadLetter, OutboxRow
from chassis.tokens import ACCESS_TOKEN, FixedKeys
from contracts.claims import PEOPLE, Kind, Proofing, Strength
from contracts.event import Event, Meta, parse, wrap

E = TypeVar("E", bound=Event)
KEY = SigningKey.generate()
ISSUER = "http://localhost:8080"
_templates: set[tuple[str, str]] = set()


class NoBus:
    """Tests hand events over themselves; what a service publishes stands in its outbox."""

    async def publish(self, messages: Iterable[Message]) -> None:
        raise AssertionError("in these tests nothing leaves the outbox")

    def subscribe(self, group: str, topics: Iterable[str]) -> AbstractAsyncContextManager[Subscription]:
        raise AssertionError("in these tests nothing comes from a bus")

    async def lag(self, group: str, topics: Iterable[str]) -> int:
        return 0

    async def close(self) -> None:
        return None


def token(
    subject: UUID | str | None = None,
    *scopes: str,
    kind: Kind = Kind.PERSON,
    audience: str = PEOPLE,
    proofing: Proofing = Proofing.HIGH,
    strength: Strength = Strength.ONE_FACTOR,
    department: str | None = None,
    post: str | None = None,
    roles: Iterable[str] = (),
    **claims: Any,
) -> str:
    """An access token as the issuer would sign it, with the tests' key. Claims given by name win."""
    now = int(time.time())
    body: dict[str, Any] = {
        "iss": ISSUER, "sub": str(subject or new_id()), "aud": audience, "iat": now, "exp": now + 300, "jti": str(new_id()),
        "client_id": "tests", "scope": " ".join(scopes), "kind": kind.value, "sid": str(new_id()), "auth_time": now,
        "proofing": int(proofing), "strength": int(strength), "roles": list(roles),
    }  # fmt: skip
    body |= {name: value for name, value in {"department": department, "post": post}.items() if value is not None}
    return sign({**body, **claims}, KEY, ACCESS_TOKEN)


class ServiceUnderTest:
    """`http` (no token), `as_person`/`as_staff`/`as_client` (with one), `receive`, `published`, `run_jobs`, `session`."""

    def __init__(self, service: Service, runtime: Runtime) -> None:
        self.service, self.runtime = service, runtime
        self.app = _app(service, runtime)
        self._transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        self.http = self.client(None)
        self._consumer = Consumer(runtime.sessions, service.handlers, runtime.bus, f"svc-{service.name}", 500)

    def client(self, bearer: str | None) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.AsyncClient(transport=self._transport, base_url="http://service", headers=headers)

    def as_person(self, person: UUID | None = None, *scopes: str, **claims: Any) -> httpx.AsyncClient:
        return self.client(token(person, *scopes, **claims))

    def as_staff(
        self, *scopes: str, department: str, post: str, staff: UUID | None = None, **claims: Any
    ) -> httpx.AsyncClient:
        return self.client(token(staff, *scopes, kind=Kind.STAFF, department=department, post=post, **claims))

    def as_client(self, name: str, *scopes: str, **claims: Any) -> httpx.AsyncClient:
        audience = f"svc-{self.service.name}"
        return self.client(token(name, *scopes, kind=Kind.CLIENT, audience=audience, **claims))

    async def receive(self, *events: Event) -> bool:
        """Deliver events as the bus would; whether any was new here. The same event again is the same delivery."""
        return await self._consumer.take([_delivery(event, place) for place, event in enumerate(events)]) > 0

    async def receive_bytes(self, value: bytes, topic: str = "onedoor.test") -> None:
        await self._consumer.take([Received(topic, "key", value, 0, 0)])

    async def published(self, kind: type[E]) -> list[E]:
        """Events of this type in the outbox, oldest first."""
        async with self.session() as session:
            values = (await session.execute(select(OutboxRow.value).order_by(OutboxRow.id))).scalars()
            return [event for event in map(parse, values) if isinstance(event, kind)]

    async def dead_letters(self) -> list[DeadLetter]:
        async with self.session() as session:
            return list((await session.execute(select(DeadLetter).order_by(DeadLetter.id))).scalars())

    async def run_jobs(self, *, early: bool = True) -> int:
        """Run the jobs that wait until none is left; how many runs. `early`: without waiting for back-off."""
        return await Worker(self.runtime, self.service.jobs).run_due(early=early)

    def session(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.runtime.sessions.transaction()


@contextmanager
def heard(service: ServiceUnderTest, *words: str) -> Iterator[list[str]]:
    """The statements that the service says to its database and that hold all of these words, in their order."""
    said: list[str] = []
    engine = service.runtime.sessions.engine.sync_engine

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        if all(word in statement for word in words):
            said.append(statement)

    sql_event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sql_event.remove(engine, "before_cursor_execute", note)


def service_fixture(service: Service, **settings: Any) -> Callable[..., Any]:
    """A pytest fixture of a service with an empty, migrated database of its own."""

    @pytest_asyncio.fixture(name="service")
    async def fixture(database_server: str) -> AsyncIterator[ServiceUnderTest]:
        async with open_service(service, database_server, **settings) as opened:
            yield opened

    return fixture


def open_service(service: Service, server: str, **settings: Any) -> AbstractAsyncContextManager[ServiceUnderTest]:
    return _Opened(service, server, settings)


class _Opened:
    def __init__(self, service: Service, server: str, given: dict[str, Any]) -> None:
        self.service, self.server, self.given = service, server, given

    async def __aenter__(self) -> ServiceUnderTest:
        service = self.service
        self.name = f"t_{service.name}_{os.getpid()}_{new_id().hex[-12:]}"
        template = await _template(service, self.server)
        await _execute(self.server, f'CREATE DATABASE "{self.name}" TEMPLATE "{template}" STRATEGY file_copy')
        settings = service.settings(**(_settings(self.server, self.name) | self.given))
        keys = FixedKeys(lambda: KeySet([KEY.public]))
        self.opening = open_runtime(service.name, settings, keys=keys, bus=NoBus())
        runtime = await self.opening.__aenter__()
        if service.on_start is not None:
            await service.on_start(runtime)
        return ServiceUnderTest(service, runtime)

    async def __aexit__(self, *error: Any) -> None:
        await self.opening.__aexit__(None, None, None)
        await _execute(self.server, f'DROP DATABASE "{self.name}" WITH (FORCE)')


def _settings(server: str, name: str) -> dict[str, Any]:
    sealing_key = SecretStr(base64.b64encode(hashlib.sha256(b"tests only").digest()).decode())
    return {"database_url": server, "database_name": name, "public_url": ISSUER, "sealing_key": sealing_key}


async def _template(service: Service, server: str) -> str:
    """The migrated, empty database that each test's is copied from; made once a process."""
    name = f"t_{service.name}_{os.getpid()}_template"
    if (server, name) not in _templates:
        settings = Settings(**_settings(server, name))
        await migrate(settings, service.name, service.migrations, service.metadata)
        _templates.add((server, name))
    return name


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server.replace("postgresql+asyncpg", "postgresql"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _app(service: Service, runtime: Runtime) -> FastAPI:
    app = service.app(runtime=runtime)
    app.state.runtime = runtime
    return app


def _delivery(event: Event, place: int) -> Received:
    """One object is one event: delivered again it has the same id."""
    if event._meta is None:
        event.received(Meta(id=new_id(), time=datetime.now(UTC), source="tests"))
    value = wrap(event, event.meta).model_dump_json().encode()
    return Received(event.topic, event.key, value, 0, place)
