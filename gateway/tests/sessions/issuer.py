"""An OpenID provider as strangers write them, and behind the same address the services a page asks."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.jose import sign
from chassis.testing import ISSUER, KEY, token
from contracts.claims import Kind, Proofing


class Issuer:
    """`questions` by state, as browsers brought them; `refreshes` counts how often new tokens were fetched."""

    def __init__(self) -> None:
        self.person, self.refreshes, self.refuses = uuid4(), 0, False
        self.named: list[str] = []
        self.loses_answers = False
        self.nonces: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.answers: dict[str, Any] = {}
        self.kind, self.proofing = Kind.PERSON, Proofing.HIGH
        self.roles: tuple[str, ...] = ()

    def allow(self, url: str) -> dict[str, str]:
        """What the browser is sent back with, once the person has signed in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = uuid4().hex
        self.nonces[code] = query["nonce"]
        return {"code": code, "state": query["state"], "iss": ISSUER}

    async def give_token(self, request: Request) -> Response:
        form = await request.form()
        if form["grant_type"] == "refresh_token":
            self.refreshes += 1
            self.named.append(str(form["request_name"]))
            await asyncio.sleep(0.05)
            if self.loses_answers:
                return JSONResponse({"error": "temporarily_unavailable"}, 503)
            return self._refused() if self.refuses else JSONResponse(self._tokens())
        nonce = self.nonces.pop(str(form["code"]), None)
        return self._refused() if nonce is None or self.refuses else JSONResponse(self._tokens(nonce))

    def _refused(self) -> Response:
        return JSONResponse({"error": "invalid_grant"}, 400)

    def _tokens(self, nonce: str | None = None) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": ISSUER, "sub": str(self.person), "aud": "gateway", "iat": now, "exp": now + 300, "nonce": nonce,
            "name": "李晓雯", "kind": self.kind.value, "sid": "s-1", "jti": uuid4().hex,
        }  # fmt: skip
        staff = (
            {"department": "11440199MB2Y00056G", "post": "household-registration"} if self.kind is Kind.STAFF else {}
        )
        access = token(self.person, kind=self.kind, proofing=self.proofing, roles=self.roles, **staff)
        return {"access_token": access, "refresh_token": "r", "id_token": sign(claims, KEY, "JWT"), "expires_in": 300}

    async def give_keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [KEY.public.to_jwk()]})

    async def serve(self, request: Request) -> Response:
        """Any service: answers what the test has laid out for the path, 404 otherwise."""
        body = await request.body()
        self.asked.append((request.method, request.url.path, dict(request.headers)))
        answer = self.answers.get(request.url.path)
        if answer is None:
            return JSONResponse({"type": "https://onedoor.example/problems/not-found", "status": 404}, 404)
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        return Response(
            json.dumps(content if content != "echo" else body.decode()), status, media_type="application/json"
        )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/oauth2/token", self.give_token, methods=["POST"]),
                Route("/oauth2/jwks", self.give_keys),
                Route("/{path:path}", self.serve, methods=["GET", "POST", "PATCH", "DELETE"]),
            ]
        )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[str]:
    """The app's address."""
    server = _Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task
