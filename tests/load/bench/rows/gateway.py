"""The gateway with token verification, beside nginx's `proxy_pass` before the same upstream."""

import json
import sys
from functools import partial

from chassis.jose import KeySet
from chassis.testing import KEY, token
from launcher.keys import make_keys
from launcher.ports import free_port
from tests.load.bench import wrk
from tests.load.bench.figures import Aim, Row, interleaved
from tests.load.bench.nginx import answering
from tests.load.bench.place import CONNECTIONS, SECONDS, Place
from tests.load.bench.programs import SUBJECT, SURROUNDINGS, Program

TOKENS = 200
FEW = 8
"""Enough to keep a core busy, so few that the time in the queue does not hide the time at work."""
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
    return [
        Row("gateway", "requests/s per core", many["ours"], how, Aim(0.30, "ratio"), many["bare"]),
        Row(
            "gateway.p99", "ms", few["ours"], f"saturated by {FEW} connections; otherwise as above",
            Aim(2.0, "time"), few["bare"],
        ),
    ]  # fmt: skip


def _gateway(place: Place) -> tuple[Program, int]:
    """The gateway as it is served, before an upstream that also publishes the tokens' keys."""
    make_keys(place.folder / "keys", ["gateway"])
    jwks = json.dumps(KeySet([KEY.public]).to_jwks())
    upstream = place.upstream
    issuer = place.nginx("issuer", answering({"/oauth2/jwks": jwks}), SURROUNDINGS)
    port = free_port()
    environment = {
        "DATABASE_URL": place.database.url,
        "PUBLIC_URL": "http://localhost:8080",
        "PORT": str(port),
        "IDENTITY_URL": f"http://127.0.0.1:{issuer.port}",
        "WORKFLOW_URL": f"http://127.0.0.1:{upstream.port}",
        "SEALING_KEY": (place.folder / "keys" / "sealing.key").read_text(),
        "CLIENT_KEY_FILE": str(place.folder / "keys" / "gateway.json"),
    }
    log = place.folder / "gateway.log"
    migration = Program([sys.executable, "-m", "gateway", "migrate"], SURROUNDINGS, log, environment)
    migration.ends_well()
    program = Program([sys.executable, "-m", "gateway", "serve"], SUBJECT, log, environment)
    place.exit.callback(program.stop)
    program.listens(port)
    return program, port
