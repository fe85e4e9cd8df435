"""What the gateway counts is told on a port of its own, never where the public comes in."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from chassis.identifiers import new_id
from chassis.jose import SigningKey
from launcher.children import answers
from launcher.ports import free_port

READY_WITHIN = 60.0


@pytest.fixture(scope="module")
def environment(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a gateway alone needs to be told; its database is ready."""
    key = Path(tmp_path_factory.mktemp("keys")) / "gateway.json"
    key.write_text(json.dumps(SigningKey.generate().to_jwk()))
    told = {
        "DATABASE_URL": database_server, "DATABASE_NAME": f"t_gateway_{new_id().hex}", "BUS": "postgres",
        "SEALING_KEY": base64.b64encode(bytes(32)).decode(), "CLIENT_KEY_FILE": str(key),
    }  # fmt: skip
    environment = {**os.environ, **told}
    subprocess.run([sys.executable, "-m", "gateway", "migrate"], env=environment, check=True)
    return environment


@contextmanager
def gateway(environment: dict[str, str], port: int, **told: str) -> Iterator[None]:
    line = [sys.executable, "-m", "gateway", "serve", "--roles", "api"]
    process = subprocess.Popen(line, env={**environment, "PORT": str(port), **told})  # noqa: S603
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)


def test_metrics_have_a_port_of_their_own(environment):
    port, metrics_port = free_port(), free_port()
    with gateway(environment, port, METRICS_PORT=str(metrics_port)):
        public, own = ask(port), ask(metrics_port)

    assert (public.status_code, public.headers["content-type"]) == (404, "application/problem+json")
    assert (own.status_code, "onedoor_http_requests_total" in own.text) == (200, True)


def test_without_one_they_are_shown_nowhere(environment):
    port = free_port()
    with gateway(environment, port):
        assert ask(port).status_code == 404
