"""The gateway with token verification, beside nginx's `proxy_pass` before the same upstream."""

from functools import partial

from chassis.testing import token
from tests.load.bench import serving, wrk
from tests.load.bench.figures import Aim, Row, interleaved
from tests.load.bench.place import CONNECTIONS, SECONDS, Place
from tests.load.bench.programs import Program

TOKENS = 200
FEW = 8
"""Enough to keep a core busy, so few that the time in the queue does not hide the time at work."""
COUNTED = {"RATE_LIMIT": "1000000", "RATE_LIMIT_BURST": "1000000"}
"""More than is ever asked, so that every request is counted and none is refused."""
PATH = "/api/workflow/v1/cases/01890a5d-ac96-774b-bcce-b302099a8057"


def measure(place: Place) -> list[Row]:
    gateway, port = _gateway(place)
    requests = [wrk.get(PATH, authorization=f"Bearer {token(None, 'workflow:case:read')}") for _ in range(TOKENS)]
    proxy = place.bare_proxy
    bare = partial(wrk.cost, proxy.program, place.folder, proxy.port, requests)
    ours = partial(wrk.cost, gateway, place.folder, port, requests)
    for warm in (bare, ours):
        warm(CONNECTIONS, SECONDS)
    many = interleaved(
        {"bare": lambda: bare(CONNECTIONS, SECONDS).per_core, "ours": lambda: ours(CONNECTIONS, SECONDS).per_core}
    )
    few = interleaved({"bare": lambda: bare(FEW, SECONDS).load.p99_ms, "ours": lambda: ours(FEW, SECONDS).load.p99_ms})
    how = (
        f"{CONNECTIONS} connections, {TOKENS} tokens in turn, one small JSON answer; processor time of the proxy alone"
    )
    queue = f"saturated by {FEW} connections; otherwise as above"
    return [
        Row("gateway", "requests/s per core", many["ours"], how, Aim(0.30, "ratio"), many["bare"]),
        Row("gateway.p99", "ms", few["ours"], queue, Aim(2.0, "time"), few["bare"]),
    ]


def _gateway(place: Place) -> tuple[Program, int]:
    workflow = f"http://127.0.0.1:{place.upstream.port}"
    surroundings = serving.environment(place, "gateway", WORKFLOW_URL=workflow, **COUNTED)
    serving.migrated("gateway", surroundings, place.folder / "gateway.log")
    return serving.served(place, "gateway", surroundings)
