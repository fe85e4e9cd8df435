"""One connection to the log that comes back after an outage."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from chassis.bus.errors import BusUnavailable

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 30.0

# The server is away, going away, coming up or out of connections; or it gave up on us and a repetition is in order.
OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how asyncpg puts it when the server is just closing the connection
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.TransactionRollbackError,
    # Not prepared yet.
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedTableError,
)

SETTINGS = {
    # The tables grow from nothing under cached plans: a plan made while they were empty must not read them whole.
    "jit": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    # A process that froze between two statements must not hold its group's locks.
    "idle_in_transaction_session_timeout": "5s",
}


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except OUTAGES as error:
        raise BusUnavailable(f"{type(error).__name__}: {error}") from error


class Link:
    """Serialises its users; `use` connects when needed and raises `BusUnavailable` when the database is away."""

    def __init__(self, database_url: str, database: str, purpose: str, *, durable: bool) -> None:
        self._database_url = database_url
        self._database = database
        self._settings = {
            "application_name": f"bus {purpose}",
            "synchronous_commit": "on" if durable else "off",
            **SETTINGS,
        }
        self._lock = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None

    @asynccontextmanager
    async def use(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._lock:
            with translated():
                if self._connection is None or self._connection.is_closed():
                    self._connection = await self._connect()
                try:
                    yield self._connection
                except OUTAGES:
                    self._connection.terminate()
                    raise

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._database_url,
            database=self._database,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=self._settings,
        )

    async def close(self) -> None:
        async with self._lock:
            if self._connection is not None and not self._connection.is_closed():
                with translated():
                    await self._connection.close(timeout=CONNECT_SECONDS)
