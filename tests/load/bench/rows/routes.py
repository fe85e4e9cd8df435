"""A read by key and a POST with an outbox row, through a served service, beside the bare statements."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

import asyncpg
import uvloop

from chassis.identifiers import new_id
from chassis.testing import token
from contracts.claims import Kind
from tests.load.bench import serving, wrk
from tests.load.bench.figures import Aim, Row, interleaved
from tests.load.bench.place import CONNECTIONS, SECONDS, Place
from tests.load.bench.rows.licences import CLIENT, furnish

BARE = 2_000
FEW = 50
"""More than there are connections, so that nobody overtakes the request before."""
READ = """
select l.id, l.kind, l.title, l.issuer, i.name, l.status, l.case_id, l.registered_at, l.jws
from licence l join issuer i on i.code = l.issuer where l.id = $1
"""
WRITE = """
with changed as (update licence set status = $2, changed_at = now() where id = $1 returning id),
     remembered as (insert into idempotency_key (caller, key, fingerprint, status) values ('bare', $3, $4, 200))
insert into outbox (topic, key, value) select 'onedoor.bench', id::text, $4 from changed
"""
VALUE = b"x" * 500
IDEMPOTENT = {"idempotency_key": f"bench-{wrk.UNIQUE}"}


HOW = {
    "read": f"GET /licences/{{id}} by its holder, {CONNECTIONS} connections, by the short cut; processor time of the service alone",
    "read.ordinary": "the same by the ordinary route, of which the short cut says only the yes",
    "post": f"POST /licences/{{id}}/status by its issuer with an Idempotency-Key, {CONNECTIONS} connections, by the short cut; one row "
    "changed, one in the outbox, one to remember, the event taken to the bus; processor time of the service alone",
    "post.ordinary": "the same by the ordinary route",
}


def measure(place: Place) -> list[Row]:
    surroundings = serving.environment(place, "svc-sharing")
    serving.migrated("svc_sharing", surroundings, place.folder / "svc_sharing.log")
    holder, licences = asyncio.run(furnish(surroundings))
    service, port = serving.served(place, "svc_sharing", surroundings)
    ours = partial(wrk.cost, service, place.folder, port)
    rows = []
    read = partial(_bare, place.database.url, _read, licences)
    write = partial(_bare, place.database.url, _write, licences)
    for name, requests, statement, aim in (
        ("read", _reads(holder, licences), read, Aim(8_000, "rate")),
        ("read.ordinary", _reads(holder, licences, "?way=ordinary"), read, None),
        ("post", _posts(licences), write, Aim(4_000, "rate")),
        ("post.ordinary", _posts(licences, "?way=ordinary"), write, None),
    ):
        ours(requests, CONNECTIONS, SECONDS)
        ways = {"bare": statement, "ours": partial(_per_core, ours, requests)}
        taken = interleaved(ways)
        rows.append(Row(f"routes.{name}", "requests/s per core", taken["ours"], HOW[name], aim, taken["bare"]))
    return rows


def _per_core(ours: Callable[[Sequence[str], int, int], wrk.Cost], requests: Sequence[str]) -> float:
    return ours(requests, CONNECTIONS, SECONDS).per_core


def _reads(holder: UUID, licences: Sequence[UUID], query: str = "") -> list[str]:
    bearer = f"Bearer {token(holder, 'sharing:licence:read')}"
    return [wrk.get(f"/licences/{licence}{query}", authorization=bearer) for licence in licences]


def _posts(licences: Sequence[UUID], query: str = "") -> list[str]:
    """A few suspended in turn, then restored in turn, and so on, so that each request changes something; only the first few of a
    round may find done what the round before left half done."""
    bearer = f"Bearer {token(CLIENT, 'sharing:licence:register', kind=Kind.CLIENT, audience='svc-sharing')}"
    return [
        wrk.post(
            f"/licences/{licence}/status{query}", json.dumps({"status": status}), authorization=bearer, **IDEMPOTENT
        )
        for first in range(0, len(licences), FEW)
        for status in ("suspended", "valid")
        for licence in licences[first : first + FEW]
    ]


def _bare(
    url: str, statement: Callable[[asyncpg.Connection, UUID, int], Awaitable[None]], keys: Sequence[UUID]
) -> float:
    """Statements in a second of this process's own time."""
    return uvloop.run(_repeated(url, statement, keys))


async def _repeated(
    url: str, statement: Callable[[asyncpg.Connection, UUID, int], Awaitable[None]], keys: Sequence[UUID]
) -> float:
    connection = await asyncpg.connect(url, database="onedoor_sharing", server_settings={"role": "onedoor_sharing"})
    try:
        await statement(connection, keys[0], 0)
        began = time.process_time()
        for turn in range(BARE):
            sweep, step = divmod(turn, 2 * FEW)
            await statement(connection, keys[(sweep * FEW + step % FEW) % len(keys)], step)
        return BARE / (time.process_time() - began)
    finally:
        await connection.close()


async def _read(connection: asyncpg.Connection, key: UUID, turn: int) -> None:
    await connection.fetchrow(READ, key)


async def _write(connection: asyncpg.Connection, key: UUID, turn: int) -> None:
    """As the requests do, so that each finds the licences as the other leaves them: valid."""
    await connection.execute(WRITE, key, "suspended" if turn < FEW else "valid", str(new_id()), VALUE)
