"""Programs without a browser: what integrators write, what attackers try, and what operators do at the command line."""

import json
import os
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from chassis.bus import Message
from chassis.jose import SigningKey
from chassis.peers import ASSERTION, client_assertion
from chassis.settings import Settings
from chassis.transport import bus_of
from gateway.sessions.provider import Asked
from launcher.house import House

from .people import Visitor, ok

SERVICES = ("identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback")
Json = dict[str, Any]


def address(house: House, service: str) -> str:
    """The service itself, behind the gateway's back."""
    return f"http://127.0.0.1:{house.port + house.program(service).offset}"


class Program:
    """A client with a key of its own, at the gateway."""

    def __init__(self, house: House, client_id: str) -> None:
        self._house, self._id = house, client_id
        self._key = SigningKey.parse(json.loads((house.keys / f"{client_id}.json").read_text()))
        self._http = httpx.AsyncClient(timeout=30, trust_env=False)
        self._tokens: dict[str, str] = {}

    async def token(self, service: str) -> str:
        if service not in self._tokens:
            grant = {"grant_type": "client_credentials", "resource": f"svc-{service}"}
            self._tokens[service] = (await self.grant(grant))["access_token"]
        return self._tokens[service]

    async def grant(self, grant: dict[str, str]) -> Json:
        assertion = client_assertion(self._id, self._key, self._house.url)
        form = {**grant, "client_id": self._id, "client_assertion_type": ASSERTION, "client_assertion": assertion}
        return ok(await self._http.post(f"{self._house.url}/oauth2/token", data=form))

    async def request(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {await self.token(service)}"}
        return await self._http.request(method, f"{self._house.url}/api/{service}/v1{path}", headers=headers, **options)

    async def get(self, service: str, path: str, **parameters: Any) -> Any:
        return ok(await self.request("GET", service, path, params=parameters))

    async def post(self, service: str, path: str, body: Any = None) -> Any:
        return ok(await self.request("POST", service, path, json={} if body is None else body))

    async def put(self, service: str, path: str, body: Any) -> Any:
        return ok(await self.request("PUT", service, path, json=body))

    async def close(self) -> None:
        await self._http.aclose()


@asynccontextmanager
async def program(house: House, client_id: str = "demo-operator") -> AsyncIterator[Program]:
    one = Program(house, client_id)
    try:
        yield one
    finally:
        await one.close()


async def stolen_token(house: House, visitor: Visitor) -> str:
    """An access token of the visitor's present sign-in, as the gateway holds one; browsers never see it."""
    asked = Asked.new()
    back = await visitor.browser.get(asked.url(house.url, None, "zh"), follow_redirects=False)
    [code] = parse_qs(urlsplit(back.headers["location"]).query)["code"]
    async with program(house, "gateway") as gateway:
        redirect = f"{house.url}/session/callback"
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": asked.verifier}
        return (await gateway.grant({**grant, "redirect_uri": redirect}))["access_token"]


def minted(house: House, *claims: Json) -> list[str]:
    """Tokens as only the issuer could sign them, saying whatever a test wants."""
    environment = os.environ | house.environment(house.program("identity"))
    line = [sys.executable, str(Path(__file__).with_name("minting.py"))]
    given = "".join(json.dumps(one) + "\n" for one in claims)
    done = subprocess.run(line, env=environment, check=True, input=given, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout.split()


def claims_of(token: str) -> Json:
    payload = token.split(".")[1]
    claims: Json = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


async def with_token(house: House, token: str, service: str, path: str, *, direct: bool = False) -> httpx.Response:
    base = address(house, service) if direct else f"{house.url}/api/{service}/v1"
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(base + path, headers={"authorization": f"Bearer {token}"})


# ---------------------------------------------------------------------- events and their graves


async def publish(house: House, topic: str, *values: bytes, key: str | None = None) -> None:
    """As anybody could who reaches the bus."""
    told = house.common_environment()
    bus = bus_of(Settings.model_validate({name.lower(): told[name] for name in ("DATABASE_URL", *house.bus())}))
    try:
        await bus.publish([Message(topic, key or str(uuid4()), value) for value in values])
    finally:
        await bus.close()


def envelope(kind: str, data: Json) -> bytes:
    meta = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "elsewhere",
        "subject": "x",
        "time": "2026-11-23T08:00:00Z",
    }
    return json.dumps({**meta, "type": kind, "data": data}).encode()


async def metric(house: House, service: str, name: str, **labels: str) -> float:
    """The sum over what has these labels; zero when nothing was counted yet."""
    async with httpx.AsyncClient(trust_env=False) as http:
        text = (await http.get(f"{address(house, service)}/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith(f"{name}{{") or line.startswith(f"{name} ")]
    wanted = [line for line in lines if all(f'{label}="{value}"' in line for label, value in labels.items())]
    return sum(float(line.rpartition(" ")[2]) for line in wanted)


def command(house: House, service: str, *words: str, code: int = 0) -> list[Json]:
    """`python -m svc_x WORDS...`: the lines it printed; it must end with this code."""
    environment = os.environ | house.environment(house.program(service))
    line = [sys.executable, "-m", f"svc_{service}", *words]
    done = subprocess.run(line, env=environment, check=False, stdout=subprocess.PIPE)  # noqa: S603
    assert done.returncode == code, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---------------------------------------------------------------------- processes


def kill(house: House, service: str) -> int:
    """SIGKILL: no good-byes. The pid that was."""
    pid = pid_of(house, service)
    assert pid is not None
    os.kill(pid, 9)
    return pid


def pid_of(house: House, service: str) -> int | None:
    state = house.state()
    assert state is not None
    [process] = [process for process in state.processes if process.name == service]
    return process.pid


async def is_ready(house: House, service: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{address(house, service)}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


def seconds_from_now(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
