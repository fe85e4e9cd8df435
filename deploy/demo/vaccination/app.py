"""The interface of disease control: POST, `{code,msg,data}`, always HTTP 200, Basic authentication."""

import base64
import hmac
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Fields, Refusal, json_fields
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.vaccination.archives import BAD_PARAMETER, SCHEMA, Archives, fill

UNAUTHORIZED = "401"
Answer = Callable[[Fields], Any]


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "vaccination", SCHEMA, fill)
    archives = Archives(store)
    pair = f"onedoor:{secret(settings, 'vaccination')}".encode()
    door = f"Basic {base64.b64encode(pair).decode()}"
    routes = [
        _route("/imms/clinic/list", door, archives.clinics),
        _route("/imms/archive/open", door, archives.open),
        _route("/imms/archive/get", door, archives.get),
    ]
    return application(settings, store, todo, routes, refuse)


def _route(path: str, door: str, answer: Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), door.encode()):
            raise Refusal(UNAUTHORIZED, "unauthorized", 401)
        return JSONResponse({"code": 0, "msg": "success", "data": answer(await json_fields(request, BAD_PARAMETER))})

    return Route(path, endpoint, methods=["POST"])


def refuse(no: Refusal) -> Response:
    body = {"code": int(no.code), "msg": no.message, "data": None}
    if no.code == UNAUTHORIZED:
        return JSONResponse(body, 401, {"WWW-Authenticate": 'Basic realm="imms"'})
    return JSONResponse(body)
