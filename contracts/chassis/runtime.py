"""What a running process of a service holds: settings, database, bus, keys, clients. Made once, at start."""

from dataclasses import dataclass, field
from typing import Any, cast

import httpx
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.bare import Bare
from chassis.bus import Bus
from chassis.database import Sessions
from chassis.sealing import Keyring
from chassis.settings import Settings
from chassis.tokens import Tokens


@dataclass(slots=True)
class Runtime:
    service: str
    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    bare: Bare
    """For single statements on measured hot paths; connects when first used."""
    bus: Bus
    http: httpx.AsyncClient
    """For systems outside OneDoor; no credentials of ours."""
    outside: httpx.AsyncBaseTransport
    """What `http` sends with: for whoever makes his requests himself, on measured hot paths. No cookies, no redirects."""
    cipher: Keyring
    tokens: Tokens
    peers: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    """Other services by name, called with a client credential for their audience."""
    rooms: dict[type, Any] = field(default_factory=dict)
    """A service's own long-lived objects by class (a compiled process, a search index), put there by its `on_start`."""

    def room(self, kind: type[Any]) -> Any:
        return self.rooms[kind]


def runtime_of(request: Request) -> Runtime:
    return cast(Runtime, request.app.state.runtime)
