"""The hospital's interface: REST, English camelCase JSON, an API key."""

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Refusal, json_fields
from demo.base.jws import signing_key
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.hospital.certificates import Office
from demo.hospital.onedoor import OneDoor
from demo.hospital.records import SCHEMA, Records, fill


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "hospital", SCHEMA, lambda store: fill(store, settings.today))
    records = Records(store)
    office = Office(records, todo, signing_key(settings.keys / "hospital.json"), OneDoor(settings))
    desk = Desk(records, office, secret(settings, "hospital"))
    return application(settings, store, todo, desk.routes(), refuse)


def refuse(no: Refusal) -> Response:
    error = {"code": no.code, "message": no.message} | ({"field": no.field} if no.field else {})
    return JSONResponse({"error": error}, no.status)


class Desk:
    def __init__(self, records: Records, office: Office, key: str) -> None:
        self._records, self._office, self._key = records, office, key.encode()

    def routes(self) -> list[Route]:
        return [
            Route("/api/v1/deliveries/search", self.search, methods=["POST"]),
            Route("/api/v1/certificate-requests", self.ask, methods=["POST"]),
            Route("/api/v1/certificate-requests/{request_no}", self.progress),
            Route("/demo/deaths", self.death, methods=["POST"]),
            Route("/keys", self.keys),
        ]

    async def search(self, request: Request) -> Response:
        self._admit(request)
        mother = (await json_fields(request)).text("motherIdNumber")
        items = self._records.deliveries_of(mother)
        return JSONResponse({"total": len(items), "items": items})

    async def ask(self, request: Request) -> Response:
        self._admit(request)
        return JSONResponse(self._office.accept(await json_fields(request)), 202)

    async def progress(self, request: Request) -> Response:
        self._admit(request)
        asked = self._records.request(request.path_params["request_no"])
        return JSONResponse({**asked.answer(), "certificateNo": asked.certificate_no})

    async def death(self, request: Request) -> Response:
        body = await json_fields(request)
        child = self._records.child(body.text("deliveryNo"), body.whole("birthOrder"))
        self._office.report_death(child)
        return JSONResponse({"status": "deceased"}, 202)

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self._office.jwks())

    def _admit(self, request: Request) -> None:
        if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self._key):
            raise Refusal("unauthorized", "a valid X-Api-Key is needed", 401)
