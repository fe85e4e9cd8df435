"""Troubles on command: what every real department's front server does on some days."""

import asyncio
from dataclasses import asdict, dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

USUAL_DELAY = 0.03
UNDISTURBED = ("/health/", "/demo/", "/keys")
PAGE = "<html><head><title>{0}</title></head><body><h1>{0} 服务暂时不可用</h1></body></html>"


@dataclass(frozen=True)
class Faults:
    fail_next: int = 0
    status: int = 503
    delay_ms: int = 0
    down: bool = False

    def changed(self, wanted: object) -> "Faults":
        """Raises ValueError for anything but an object of known members of the right type."""
        if not isinstance(wanted, dict) or not wanted.keys() <= asdict(self).keys():
            raise ValueError
        for name, value in wanted.items():
            if type(value) is not type(getattr(self, name)) or (not isinstance(value, bool) and value < 0):
                raise ValueError
        return replace(self, **wanted)


class FaultyFront:
    """Stands before the application: slow as usual, and failing as it was told."""

    def __init__(self, app: ASGIApp, speed: float, fail_every: int) -> None:
        self.app = app
        self.faults = Faults()
        self._delay = USUAL_DELAY / max(1.0, speed)
        self._fail_every = fail_every
        self._seen = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNDISTURBED):
            scope["faults"] = self
            return await self.app(scope, receive, send)
        await asyncio.sleep(self._delay + self.faults.delay_ms / 1000)
        if self._fails():
            status = self.faults.status
            return await HTMLResponse(PAGE.format(status), status)(scope, receive, send)
        await self.app(scope, receive, send)

    def _fails(self) -> bool:
        self._seen += 1
        if self.faults.fail_next > 0:
            self.faults = replace(self.faults, fail_next=self.faults.fail_next - 1)
            return True
        return self.faults.down or (self._fail_every > 0 and self._seen % self._fail_every == 0)


async def faults(request: Request) -> Response:
    front: FaultyFront = request.scope["faults"]
    if request.method == "DELETE":
        front.faults = Faults()
    elif request.method == "POST":
        try:
            front.faults = front.faults.changed(await request.json())
        except ValueError:
            return JSONResponse({"error": "invalid-request"}, 400)
    return JSONResponse(asdict(front.faults))


ROUTE = Route("/demo/faults", faults, methods=["GET", "POST", "DELETE"])
