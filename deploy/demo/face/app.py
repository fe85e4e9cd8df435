"""The live-face verifier: a session, a page that the person decides on, a signed verdict bound to the session's nonce."""

import secrets
import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Fields, Refusal, json_fields, raw_body
from demo.base.jws import SigningKey, signing_key
from demo.base.keys import secret
from demo.base.pages import page, refusal_page
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.base.signing import admit_bearer
from demo.base.store import Row, Store
from demo.city.model import CHINA

SESSION_SECONDS, VERDICT_SECONDS = 600, 300
SCORES = {"live": 0.98, "not-live": 0.12}
SCHEMA = """
CREATE TABLE session (
    session_no TEXT PRIMARY KEY, ticket TEXT UNIQUE, nonce TEXT, subject TEXT, return_url TEXT, expires REAL, verdict TEXT
)
"""
FORM = """<p>这是演示用的活体检测：它不看任何人，由您说明它看到了什么。</p>
<p lang="en">A face check for the demo: it looks at nobody, and you say what it saw.</p>
<form method="post"><button name="outcome" value="live">我在镜头前 <span lang="en">It is me</span></button>
<button name="outcome" value="not-live" class="second">检测不通过 <span lang="en">It is not</span></button></form>"""


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "face", SCHEMA, lambda _: None)
    key = signing_key(settings.keys / "face.json")
    desk = Desk(store, key, secret(settings, "face"), settings.own_url("FACE"))
    return application(settings, store, todo, desk.routes(), refuse)


def refuse(no: Refusal) -> Response:
    return JSONResponse({"error": no.code, "message": no.message}, no.status)


class Desk:
    def __init__(self, store: Store, key: SigningKey, secret: str, url: str) -> None:
        self._store, self._key, self._secret, self._url = store, key, secret, url

    def routes(self) -> list[Route]:
        return [
            Route("/sessions", self.begin, methods=["POST"]),
            Route("/sessions/{session_no}/verdict", self.verdict),
            Route("/check/{ticket}", self.page),
            Route("/check/{ticket}", self.decide, methods=["POST"]),
            Route("/keys", self.keys),
        ]

    async def begin(self, request: Request) -> Response:
        admit_bearer(request, self._secret)
        body = await json_fields(request)
        row: Row = {
            "session_no": f"RL{secrets.token_hex(8)}", "ticket": secrets.token_urlsafe(24), "nonce": _nonce(body),
            "subject": body.text("subject_reference"), "return_url": body.url("return_url"),
            "expires": time.time() + SESSION_SECONDS,
        }  # fmt: skip
        self._store.insert("session", row)
        expires_at = datetime.fromtimestamp(row["expires"], CHINA).isoformat(timespec="seconds")
        address = f"{self._url}/check/{row['ticket']}"
        return JSONResponse({"session_no": row["session_no"], "page_url": address, "expires_at": expires_at}, 201)

    async def page(self, request: Request) -> Response:
        try:
            self._open(request)
        except Refusal as no:
            return refusal_page(no)
        return page("活体检测", FORM)

    async def decide(self, request: Request) -> Response:
        """The first decision counts."""
        outcome = parse_qs((await raw_body(request)).decode(errors="replace")).get("outcome", [""])[0]
        try:
            session = self._open(request)
            if outcome not in SCORES:
                raise Refusal("invalid-request", "请选择检测结果")
        except Refusal as no:
            return refusal_page(no)
        if session["verdict"] is None:
            signed = self._key.sign("face-verdict+jws", verdict_payload(session, outcome))
            self._store.run("UPDATE session SET verdict = ? WHERE session_no = ?", signed, session["session_no"])
        separator = "&" if "?" in session["return_url"] else "?"
        query = urlencode({"session_no": session["session_no"]})
        return RedirectResponse(f"{session['return_url']}{separator}{query}", 303)

    async def verdict(self, request: Request) -> Response:
        admit_bearer(request, self._secret)
        session = self._find("session_no", request.path_params["session_no"])
        if session["verdict"] is None:
            _check_time(session)
            raise Refusal("undecided", "nobody has come yet", 409)
        return JSONResponse({"verdict": session["verdict"]})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self._key.jwks())

    def _open(self, request: Request) -> Row:
        session = self._find("ticket", request.path_params["ticket"])
        _check_time(session)
        return session

    def _find(self, column: str, value: str) -> Row:
        session = self._store.one(f"SELECT * FROM session WHERE {column} = ?", value)  # noqa: S608
        if session is None:
            raise Refusal("unknown-session", "没有这次检测", 404)
        return session


def verdict_payload(session: Row, outcome: str) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": "demo-face", "sub": session["subject"], "session_no": session["session_no"], "nonce": session["nonce"],
        "live": outcome == "live", "score": SCORES[outcome], "iat": now, "exp": now + VERDICT_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }  # fmt: skip


def _nonce(body: Fields) -> str:
    nonce = body.text("nonce", 128)
    if len(nonce) < 16:
        raise body.wrong("nonce", "16 to 128 characters are expected")
    return nonce


def _check_time(session: Row) -> None:
    if time.time() > session["expires"]:
        raise Refusal("expired", "检测已过期，请重新开始", 410)
