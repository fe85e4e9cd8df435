"""The systems around the service: svc-sharing's part of the contract, and the live-face verifier as a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from launcher.ports import free_port

FACE_SECRET = "f" * 64


class Sharing:
    """Answers as svc-sharing's interface says; `down` and `refusal` are its bad days."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, int, str], str | None] = {}
        self.resolved: list[dict[str, Any]] = []
        self.verifications: list[dict[str, Any]] = []
        self.down, self.refusal = False, ""
        routes = [
            Route("/exchanges/{exchange_id}/resolve", self.resolve, methods=["POST"]),
            Route("/verifications", self.verify, methods=["POST"]),
        ]
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://sharing"
        )

    async def resolve(self, request: Request) -> Response:
        body = await request.json()
        self.resolved.append(body)
        found = {
            field: self.values.get((request.path_params["exchange_id"], body["record"], field))
            for field in body["fields"]
        }
        return self._trouble() or JSONResponse({"values": found})

    async def verify(self, request: Request) -> Response:
        self.verifications.append(await request.json())
        return self._trouble() or JSONResponse({}, 202)

    def _trouble(self) -> Response | None:
        if self.down:
            return Response("<h1>503</h1>", 503, media_type="text/html")
        if self.refusal:
            return JSONResponse({"type": f"https://onedoor.example/problems/{self.refusal}"}, 403)
        return None


@contextmanager
def face_verifier(folder: Path) -> Iterator[str]:
    """The demo city's verifier, running; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "PORT": str(port), "DEMO_DATA": str(folder), "FACE_SECRET": FACE_SECRET, "FACE_URL": url, "DEMO_SPEED": "20",
    }  # fmt: skip
    with (folder / "face.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "demo.face"], env=environment, stdout=log, stderr=log)
    try:
        transport = httpx.HTTPTransport(retries=10)
        with httpx.Client(transport=transport, base_url=url) as client:
            assert client.get("/health/ready").status_code == 200
        yield url
    finally:
        process.terminate()
        process.wait()
