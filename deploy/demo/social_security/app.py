"""The interface of human resources: form bodies in; JSON out in which every value is a string."""

import hmac
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Fields, Refusal, raw_body
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.social_security.cards import INVALID, SCHEMA, Cards, fill


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "social_security", SCHEMA, fill)
    desk = Desk(Cards(store, todo), secret(settings, "social-security"))
    return application(settings, store, todo, desk.routes(), refuse)


def refuse(no: Refusal) -> Response:
    field = {"field": no.field} if no.field else {}
    return JSONResponse({"success": "false", "errorCode": no.code, "errorText": no.message, **field}, no.status)


class Desk:
    def __init__(self, cards: Cards, token: str) -> None:
        self._cards, self._token = cards, token.encode()

    def routes(self) -> list[Route]:
        return [
            Route("/sbk/banks", self.banks),
            Route("/sbk/orders", self.order, methods=["POST"]),
            Route("/sbk/orders/{order_no}", self.progress),
        ]

    async def banks(self, request: Request) -> Response:
        self._admit(request)
        return _done({"banks": self._cards.banks()})

    async def order(self, request: Request) -> Response:
        self._admit(request)
        body = (await raw_body(request, INVALID)).decode(errors="replace")
        return _done(self._cards.order(Fields(dict(parse_qsl(body)), INVALID)))

    async def progress(self, request: Request) -> Response:
        self._admit(request)
        return _done(self._cards.progress(request.path_params["order_no"]))

    def _admit(self, request: Request) -> None:
        if not hmac.compare_digest(request.headers.get("token", "").encode(), self._token):
            raise Refusal("TOKEN_INVALID", "a valid token is needed", 401)


def _done(result: dict[str, Any]) -> Response:
    return JSONResponse({"success": "true", "result": result})
