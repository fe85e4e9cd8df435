"""The gateway, wired together: the hot path in front, pages and sign-in behind it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from prometheus_client import REGISTRY

from chassis import telemetry
from chassis.keyset import RemoteKeySet
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import OFFSETS, NotConfigured, Settings
from chassis.tokens import Tokens
from gateway.authorise import INTERNAL, PROVIDER, Authoriser
from gateway.checks import checks
from gateway.models import Base
from gateway.portal.glossary import Glossaries
from gateway.portal.limited import LimitedPage
from gateway.portal.live import Streams
from gateway.portal.wiring import pages
from gateway.proxy import Callers, Proxy, ProxyTable, Quota, Route
from gateway.routes import reference, session
from gateway.sessions.provider import Provider
from gateway.sessions.store import SessionStore
from gateway.settings import GatewaySettings
from gateway.traces import trace

PROVIDER_PATHS = ("/.well-known/openid-configuration", "/oauth2", "/sign-in", "/consent")


def table(settings: Settings) -> ProxyTable:
    """`/api/<service>/v1/...` to each service, the sign-in pages to the provider."""
    services = [Route(f"/api/{name}/v1", settings.url_of(name), name) for name in OFFSETS]
    pages = [Route(path, settings.url_of("identity"), PROVIDER, strip_prefix=False) for path in PROVIDER_PATHS]
    return ProxyTable([*services, *pages])


def protocol(app: FastAPI, settings: Settings) -> Any:
    proxy = proxy_of(app, settings)
    REGISTRY.register(proxy.collector)
    return proxy.protocol()


def proxy_of(app: FastAPI, settings: Settings, clock: Callable[[], float] = time.monotonic) -> Proxy:
    assert isinstance(settings, GatewaySettings)  # noqa: S101
    authoriser = Authoriser(app, settings)
    return Proxy(
        table(settings),
        authoriser,
        identify=authoriser.identify,
        callers=Callers(
            Quota(settings.rate_limit, settings.rate_limit_burst),
            Quota(settings.rate_limit_of_address, settings.rate_limit_burst_of_address),
            free=INTERNAL,
            clock=clock,
        ),
        page=LimitedPage(app, settings),
        samples=telemetry.sampler.takes,
        on_traced=trace,
        trusted_peers=settings.trusted_peers,
        on_stop=lambda: app.state.runtime.room(Streams).stop(),
    )


async def open_rooms(runtime: Runtime) -> None:
    settings = runtime.settings
    assert isinstance(settings, GatewaySettings)  # noqa: S101
    if settings.client_key_file is None:
        raise NotConfigured("CLIENT_KEY_FILE is not set: the gateway's private key as a client of the sign-in service")
    keys = RemoteKeySet(f"{settings.url_of('identity')}/oauth2/jwks", runtime.http, cooldown=2)
    runtime.tokens = Tokens(runtime.service, settings.issuer, keys, runtime.tokens.denylist, beyond=OFFSETS)
    runtime.rooms[Streams] = Streams()
    runtime.rooms[Glossaries] = Glossaries()
    runtime.rooms[SessionStore] = SessionStore(runtime, settings, Provider(runtime, settings.client_key_file, keys))


service = Service(
    name="gateway",
    title="OneDoor gateway",
    summary="One sign-in, one address for every service, and the portal",
    metadata=Base.metadata,
    routers=[session.router, reference.router, *pages],
    settings=GatewaySettings,
    checks=checks,
    counts_callers=True,
    on_start=open_rooms,
    protocol=protocol,
    scripts=Path(__file__).parents[1] / "migrations",
    base="/",
    openapi_tags=[{"name": "session", "description": "Signing a browser in and out, and who it is"}],
)
