"""The register's interface: POST only, pinyin fields, signed requests, result codes (结果代码) with HTTP 200."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Fields, Refusal, parse_json, raw_body
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.population.register import SCHEMA, Register, fill
from demo.population.signature import Guard

BAD_REQUEST = "09"
Answer = Callable[[Fields], dict[str, Any]]


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "population", SCHEMA, fill)
    register, guard = Register(store), Guard(store, secret(settings, "population"))
    routes = [
        _route("/rkk/hcxm", guard, register.compare),
        _route("/rkk/cxry", guard, register.person),
        _route("/rkk/cxh", guard, register.household),
        _route("/rkk/csdj", guard, register.register_newborn),
    ]
    return application(settings, store, todo, routes, refuse)


def _route(path: str, guard: Guard, answer: Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        body = await raw_body(request, BAD_REQUEST)
        guard.admit(request, body)
        return JSONResponse({"jgdm": "00", "jgsm": "成功", **answer(parse_json(body, BAD_REQUEST))})

    return Route(path, endpoint, methods=["POST"])


def refuse(no: Refusal) -> Response:
    """A refusal by rule has code `02` and its own stable code in `yydm`."""
    if no.code in ("01", BAD_REQUEST):
        return JSONResponse({"jgdm": no.code, "jgsm": no.message})
    if no.status == 401:
        return JSONResponse({"jgdm": "99", "jgsm": no.message}, 401)
    return JSONResponse({"jgdm": "02", "jgsm": no.message, "yydm": no.code})
