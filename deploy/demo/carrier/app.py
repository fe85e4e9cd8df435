"""The carrier's interface: JSON, a bearer key, and signed callbacks for each state."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Refusal, json_fields
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.base.signing import admit_bearer
from demo.carrier.tracks import Tracks
from demo.carrier.waybills import SCHEMA, Waybills


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "carrier", SCHEMA, lambda _: None)
    key = secret(settings, "carrier")
    desk = Desk(Waybills(store, Tracks(store, todo, key)), key)
    return application(settings, store, todo, desk.routes(), refuse)


def refuse(no: Refusal) -> Response:
    return JSONResponse({"error": no.code, "message": no.message}, no.status)


class Desk:
    def __init__(self, waybills: Waybills, key: str) -> None:
        self._waybills, self._key = waybills, key

    def routes(self) -> list[Route]:
        return [
            Route("/waybills", self.create, methods=["POST"]),
            Route("/waybills/{waybill_no}", self.show),
            Route("/waybills/{waybill_no}/cancellation", self.cancel, methods=["POST"]),
            Route("/demo/tracks", self.plan, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        admit_bearer(request, self._key)
        waybill, is_new = self._waybills.create(await json_fields(request))
        return JSONResponse(waybill, 201 if is_new else 200)

    async def show(self, request: Request) -> Response:
        admit_bearer(request, self._key)
        return JSONResponse(self._waybills.show(request.path_params["waybill_no"]))

    async def cancel(self, request: Request) -> Response:
        admit_bearer(request, self._key)
        self._waybills.cancel(request.path_params["waybill_no"])
        return JSONResponse({"state": "cancelled"})

    async def plan(self, request: Request) -> Response:
        self._waybills.plan(await json_fields(request))
        return Response(status_code=204)
