"""Opens what a process of a service needs, and closes it again."""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from chassis import sealing
from chassis.bus import Bus
from chassis.database import Sessions, open_bare, open_engine
from chassis.jose import SigningKey
from chassis.keyset import RemoteKeySet
from chassis.peers import PeerAuth
from chassis.revocations import load_denylist
from chassis.runtime import Runtime
from chassis.settings import OFFSETS, NotConfigured, Settings
from chassis.telemetry import TracedTransport, tracing
from chassis.tokens import Denylist, Keys, Tokens
from chassis.transport import bus_of

TIMEOUT = httpx.Timeout(10.0, connect=2.0)


@asynccontextmanager
async def open_runtime(
    service: str, settings: Settings, *, keys: Keys | None = None, bus: Bus | None = None
) -> AsyncIterator[Runtime]:
    """`keys` instead of the issuer's published ones: for the issuer itself and for tests."""
    if settings.sealing_key is None:
        raise NotConfigured("SEALING_KEY is not set: base64 of 32 random bytes, which seals personal values at rest")
    cipher = sealing.Keyring.parse(settings.sealing_key.get_secret_value())
    sealing.configure(cipher)
    denylist = Denylist()
    engine = open_engine(settings, service)
    sessions = Sessions(engine, {"service": f"svc-{service}", "denylist": denylist})
    opened = bus or bus_of(settings)
    bare = open_bare(settings, service)
    trust = httpx.create_ssl_context(trust_env=False)  # one for all: each reads every authority of the world
    outside = TracedTransport(None, trust)
    async with tracing(f"svc-{service}", settings), httpx.AsyncClient(timeout=TIMEOUT, transport=outside) as http:
        source = keys or RemoteKeySet(f"{settings.url_of('identity')}/oauth2/jwks", http, cooldown=2)
        runtime = Runtime(
            service=service,
            settings=settings,
            engine=engine,
            sessions=sessions,
            bare=bare,
            bus=opened,
            http=http,
            outside=outside,
            cipher=cipher,
            tokens=Tokens(service, settings.issuer, source, denylist),
        )
        runtime.peers = _peers(service, settings, http, trust)
        await load_denylist(runtime)
        try:
            yield runtime
        finally:
            for peer in runtime.peers.values():
                await peer.aclose()
            if bus is None:
                await opened.close()
            bare.terminate()
            await engine.dispose()


def _peers(
    service: str, settings: Settings, http: httpx.AsyncClient, trust: ssl.SSLContext
) -> dict[str, httpx.AsyncClient]:
    if settings.client_key_file is None:
        return {}
    key = SigningKey.parse(json.loads(Path(settings.client_key_file).read_text()))
    endpoint = f"{settings.url_of('identity')}/oauth2/token"
    return {
        name: httpx.AsyncClient(
            base_url=settings.url_of(name),
            auth=PeerAuth(http, endpoint, settings.issuer, f"svc-{service}", key, f"svc-{name}"),
            timeout=TIMEOUT,
            transport=TracedTransport(name, trust),
        )
        for name in OFFSETS
        if name != service
    }
