"""svc-sharing with the demo city's departments as real programs, and its two peers as listeners on the agreed interfaces."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from chassis.jose import SigningKey
from chassis.testing import ServiceUnderTest, service_fixture
from demo.city import interfaces as bodies
from launcher.ports import free_port
from svc_sharing.main import service as sharing

from . import acting
from .acting import Peers
from .reports import Reports, listening

service = service_fixture(sharing)
PATIENCE = 20.0


@dataclass(frozen=True)
class Program:
    """A department's system, running."""

    name: str
    url: str
    data: Path

    @property
    def secret(self) -> str:
        return (self.data / "keys" / f"{self.name}.secret").read_text().strip()

    @property
    def faults(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.url}/demo/faults", trust_env=False).json()
        return answer

    def fault(self, **faults: object) -> None:
        httpx.post(f"{self.url}/demo/faults", json=faults, trust_env=False).raise_for_status()


@dataclass(frozen=True)
class Marriages:
    """The civil affairs' database: a view behind a login of its own."""

    host: str
    port: int
    secret: str


@pytest.fixture(scope="session")
def reports() -> Iterator[Reports]:
    with listening() as reports:
        yield reports


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, reports: Reports) -> Iterator[dict[str, Program]]:
    """The programs by the name of their interface, each on its own port, all on one folder."""
    data = tmp_path_factory.mktemp("demo")
    (data / "client.json").write_text(json.dumps(SigningKey.generate().to_jwk()))
    names = ("hospital", "population", "vaccination", "insurance", "social-security")
    started = [_start(name, data, reports.url) for name in names]
    try:
        for program, process in started:
            _wait(program, process)
        yield {program.name: program for program, _ in started}
    finally:
        for _, process in started:
            process.terminate()
        for _, process in started:
            process.wait(PATIENCE)


def _start(name: str, data: Path, reports_to: str) -> tuple[Program, subprocess.Popen[bytes]]:
    port = free_port()
    given = {
        "PORT": str(port),
        "DEMO_DATA": str(data),
        "DEMO_SPEED": "20",
        "IDENTITY_URL": reports_to,
        "SHARING_URL": reports_to,
        "CLIENT_KEY_FILE": str(data / "client.json"),
    }
    kept = {key: value for key, value in os.environ.items() if not key.endswith(("_URL", "_SECRET"))}
    command = [sys.executable, "-m", f"demo.{name.replace('-', '_')}"]
    with (data / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=kept | given, stderr=log, stdout=log)  # noqa: S603
    return Program(name, f"http://127.0.0.1:{port}", data), process


def _wait(program: Program, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{program.url}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError((program.data / f"{program.name}.log").read_text())


@pytest.fixture(scope="session")
def marriages(city: dict[str, Program], database_server: str) -> Marriages:
    data = city["hospital"].data
    given = {"DATABASE_URL": database_server, "DEMO_DATA": str(data)}
    subprocess.run([sys.executable, "-m", "demo.marriage"], env=os.environ | given, check=True, timeout=PATIENCE)
    server = urlsplit(database_server)
    assert server.hostname is not None
    assert server.port is not None
    return Marriages(server.hostname, server.port, (data / "keys" / "marriage.secret").read_text().strip())


@pytest.fixture
def healthy(city: dict[str, Program]) -> Iterator[dict[str, Program]]:
    """The city, and no troubles left behind."""
    yield city
    for program in city.values():
        httpx.delete(f"{program.url}/demo/faults", trust_env=False)


@pytest.fixture
async def peers(service: ServiceUnderTest) -> Peers:
    return Peers(service)


@pytest.fixture
async def town(
    service: ServiceUnderTest, healthy: dict[str, Program], peers: Peers, marriages: Marriages
) -> dict[str, Program]:
    """Every department's interface, every resource, every grant, as the demo city has them."""
    for name, describe in (
        ("hospital", bodies.hospital.connector),
        ("population", bodies.population.connector),
        ("vaccination", bodies.vaccination.connector),
        ("insurance", bodies.insurance.connector),
        ("social-security", bodies.social_security.connector),
    ):
        await acting.configure(service, name, describe(healthy[name].url), healthy[name].secret)
    await acting.configure(
        service, "marriage", bodies.marriage.connector(marriages.host, marriages.port), marriages.secret
    )
    for code, body in bodies.RESOURCES.items():
        await acting.describe(service, code, body)
    for body in bodies.GRANTS:
        await acting.grant(service, body)
    hospital = bodies.HOSPITAL["department"]
    issuer = {**bodies.ISSUERS[hospital], "jwks_url": f"{healthy['hospital'].url}/keys"}
    response = await acting.operator(service).put(f"/issuers/{hospital}", json=issuer)
    assert response.status_code == 200, response.text
    return healthy
