"""The service's database: engine, sessions, and the only places where transactions are opened and committed."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Annotated, Any

import asyncpg
import orjson
from fastapi import Depends, Request
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only, greenlet_spawn

from chassis.bare import Bare
from chassis.settings import Settings

APPEND_ONLY = {"append_only": True}
"""`__table_args__ = (..., {"info": APPEND_ONLY})`: the service's role gets no UPDATE, DELETE or TRUNCATE on the table."""
FOR_BURSTS = 2
TRUSTED_SECONDS = 2.0
"""A connection that worked so short a time ago is not asked whether it still does."""


def server_url(settings: Settings, database: str, driver: str = "postgresql+asyncpg") -> str:
    return (
        make_url(settings.database_url).set(drivername=driver, database=database).render_as_string(hide_password=False)
    )


def database_of(settings: Settings, service: str) -> str:
    return settings.database_name or f"onedoor_{service}"


def role_of(service: str) -> str:
    """The role a service works as. It owns nothing, so that what is append-only stays so."""
    return f"onedoor_{service}"


_KEPT_ALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
"""A machine that is gone says no good-bye: within a minute the server lets go of the locks that it held."""


def open_engine(settings: Settings, service: str) -> AsyncEngine:
    engine = create_async_engine(
        server_url(settings, database_of(settings, service)),
        pool_size=settings.pool_size + FOR_BURSTS,
        max_overflow=0,  # a connection that is closed again costs more than the statements that it was opened for
        pool_use_lifo=True,  # what the server remembers for a connection is kept warm in few of them, not made in all
        hide_parameters=True,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": _server_settings(service)},
    )
    _prove_connections(engine)
    return engine


def open_bare(settings: Settings, service: str) -> Bare:
    """They give way to whoever has a row at hand, sooner than PostgreSQL looks for dead-locks (1 s): so none ends another's work."""
    url = server_url(settings, database_of(settings, service), "postgresql")
    given = _server_settings(service) | {"lock_timeout": "250ms"}
    return Bare(partial(asyncpg.connect, url, timeout=5, command_timeout=5, server_settings=given))


def _server_settings(service: str) -> dict[str, str]:
    return {"role": role_of(service), "application_name": f"svc-{service}", "timezone": "UTC"} | _KEPT_ALIVE


def _prove_connections(engine: AsyncEngine) -> None:
    """No work begins on a dead connection. One that has just worked need not be asked: a closed one knows that it is."""

    @event.listens_for(engine.sync_engine, "connect")
    @event.listens_for(engine.sync_engine, "checkin")
    def note(connection: Any, record: Any) -> None:
        record.info["worked_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def prove(connection: Any, record: Any, proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError("closed by the server")
        if time.monotonic() - record.info["worked_at"] < TRUSTED_SECONDS:
            return
        try:
            connection.ping()
        except Exception as error:
            raise DisconnectionError("does not answer") from error


def open_admin_engine(url: str, **options: Any) -> AsyncEngine:
    return create_async_engine(url, poolclass=NullPool, hide_parameters=True, **options)


class Sessions:
    """Makes sessions whose transaction commits when the block ends well and rolls back when it does not."""

    def __init__(self, engine: AsyncEngine, info: Mapping[str, Any]) -> None:
        self.engine = engine
        self.wakers: dict[str, Callable[[], None]] = {}
        """By the table whose new rows they carry on."""
        self._info = {**info, "wakers": self.wakers}

    def transaction(self) -> "_Block":
        return _Block(self._session(), commits=True)

    def open(self) -> "_Block":
        """A session whose owner commits: the transactional route, which must do so before it answers."""
        return _Block(self._session(), commits=False)

    def single(self) -> "_Single":
        """The driver's connection, each statement a transaction of its own: for what one statement does."""
        return _Single(self.engine)

    def _session(self) -> AsyncSession:
        return AsyncSession(self.engine, expire_on_commit=False, sync_session_class=WakingSession, info=self._info)


class _Block:
    """`async with` a session. A class, and nothing done twice: a house begins hundreds of transactions for one case."""

    __slots__ = ("_commits", "_session")

    def __init__(self, session: AsyncSession, *, commits: bool) -> None:
        self._session, self._commits = session, commits

    async def __aenter__(self) -> AsyncSession:
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self._session
        try:
            if self._commits and kind is None:
                await session.commit()
        finally:
            if session.in_transaction():
                await self._give_up(kind, error, trace)
            else:
                session.sync_session.close()  # it has no connection any more: there is nothing to wait for

    async def _give_up(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """To its end, whoever is cancelled meanwhile. Where the connection is lost the server has rolled back already."""
        try:
            await self._session.__aexit__(kind, error, trace)
        except Exception as gone:
            if error is None or not is_away(gone):
                raise


class _Single:
    __slots__ = ("_engine", "_lent")

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def __aenter__(self) -> asyncpg.Connection:
        self._lent: Any = await self._engine.raw_connection()
        return self._lent.driver_connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and not issubclass(kind, asyncpg.PostgresError):
            self._lent.driver_connection.terminate()  # nobody knows what it is at
        await greenlet_spawn(self._lent.close)


class WakingSession(SyncSession):
    """After a commit that emitted events or enqueued jobs, whoever carries them on is woken, in this process."""


@event.listens_for(WakingSession, "after_commit")
def _wake(session: SyncSession) -> None:
    for table in session.info.pop("woken", ()):
        if (wake := session.info["wakers"].get(table)) is not None:
            wake()


def wake_after_commit(session: AsyncSession, table: str) -> None:
    """Whoever carries on this table's rows has something to do when the transaction is committed."""
    session.sync_session.info.setdefault("woken", set()).add(table)


async def driver_of(session: AsyncSession) -> asyncpg.Connection:
    """The driver's connection, within the session's transaction, for the chassis' own statements: SQLAlchemy takes three
    times as long to say them. What the session has not flushed is not there yet; errors come as the driver's own."""
    return await session.run_sync(_driver_of)


def _driver_of(session: SyncSession) -> asyncpg.Connection:
    adapted: Any = session.connection().connection.dbapi_connection
    if adapted._transaction is None:  # no statement came before: SQLAlchemy begins with the first of its own
        try:
            await_only(adapted._start_transaction())
        except adapted.dbapi.Error as error:
            raise (error.__cause__ or error) from None
    return adapted.driver_connection


_AWAY = ("08", "53", "57P", "58")
"""Classes of SQLSTATE: connections, resources (disk full, out of connections), an operator at work (shutting down, starting
up), the system below."""

_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


def is_away(error: BaseException) -> bool:
    """Whether the database went away, or cannot at present (wait and try again), rather than refused (somebody's mistake).

    So it is when a migration changed under us what a remembered statement answers: the next attempt prepares it anew.
    Only for what came out of a transaction: a call to another system fails with an OSError too.
    """
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, InterfaceError):
            return True
        error = error.orig or error
    if isinstance(error, _OUTDATED) or isinstance(error.__cause__, _OUTDATED):
        return True
    # asyncpg's own come through bare while a connection is being made or just lost.
    if isinstance(error, OSError | PoolTimeout | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return True
    return (getattr(error, "sqlstate", None) or "").startswith(_AWAY)


async def _session_of(request: Request) -> AsyncSession:
    session = getattr(request.state, "session", None)
    if session is None:
        raise RuntimeError("this route needs route_class=TransactionalRoute")
    return session  # type: ignore[no-any-return]


Session = Annotated[AsyncSession, Depends(_session_of)]
"""The request's session. TransactionalRoute commits it before the answer leaves."""
