"""The interface of medical insurance: one URL, XML in and out, transaction codes (交易代码)."""

import hmac
from collections.abc import Callable
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Fields, Refusal, raw_body
from demo.base.keys import secret
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.insurance.enrolments import MALFORMED, SCHEMA, Enrolments, fill

UNAUTHORIZED = "401"
Answer = Callable[[str, Fields], dict[str, str]]


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "insurance", SCHEMA, lambda store: fill(store, settings.today))
    desk = Desk(Enrolments(store), secret(settings, "insurance"))
    routes = [Route("/ybjk/service", desk.serve, methods=["POST"])]
    return application(settings, store, todo, routes, refuse)


def refuse(no: Refusal) -> Response:
    """Only what happened before the envelope could be read comes here."""
    return Response(status_code=401) if no.code == UNAUTHORIZED else envelope("", "", no.code, no.message, {})


class Desk:
    def __init__(self, enrolments: Enrolments, key: str) -> None:
        self._door = f"Bearer {key}".encode()
        self._transactions: dict[str, Answer] = {
            "2201": enrolments.insured_state,
            "2301": enrolments.enrol,
            "2302": enrolments.confirm_payment,
            "2303": enrolments.state,
            "2304": enrolments.supply_number,
        }

    async def serve(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), self._door):
            raise Refusal(UNAUTHORIZED, "unauthorized", 401)
        head, body = parse(await raw_body(request, MALFORMED))
        code, serial = head.text("transcode"), head.text("serial")
        try:
            if code not in self._transactions:
                raise Refusal(MALFORMED, "transcode: unknown transaction")
            return envelope(code, serial, "0000", "成功", self._transactions[code](serial, body))
        except Refusal as no:
            return envelope(code, serial, no.code, no.message, {})


def parse(body: bytes) -> tuple[Fields, Fields]:
    """Head and body of a request. A document type is refused: it is the door for entity expansion."""
    try:
        text = body.decode("utf-8")
        if "<!DOCTYPE" in text:
            raise Refusal(MALFORMED, "a document type is not accepted")
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities of its own
    except (ElementTree.ParseError, UnicodeDecodeError):
        raise Refusal(MALFORMED, "XML in UTF-8 is expected") from None
    head, content = root.find("head"), root.find("body")
    if head is None or content is None:
        raise Refusal(MALFORMED, "head and body are expected")
    return _fields(head), _fields(content)


def _fields(element: ElementTree.Element) -> Fields:
    return Fields({child.tag: child.text or "" for child in element}, MALFORMED)


def envelope(code: str, serial: str, result: str, message: str, body: dict[str, str]) -> Response:
    head = {"transcode": code, "serial": serial, "result": result, "message": message}
    text = f"<response><head>{_elements(head)}</head><body>{_elements(body)}</body></response>"
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', media_type="application/xml")


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
