"""The gateway on real PostgreSQL, before a provider of somebody else's making."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from chassis.jose import SigningKey
from chassis.testing import ServiceUnderTest, open_service
from gateway.main import service

sys.path.insert(0, str(Path(__file__).parent))

from browser import Browser
from issuer import Issuer, running

SERVICES = ("identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback")


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest_asyncio.fixture
async def gateway(database_server: str, issuer: Issuer, tmp_path: Path) -> AsyncIterator[ServiceUnderTest]:
    key = tmp_path / "gateway.json"
    key.write_text(json.dumps(SigningKey.generate().to_jwk()))
    async with running(issuer.app()) as address:
        urls = {f"{name}_url": address for name in SERVICES}
        async with open_service(service, database_server, client_key_file=str(key), port=1, **urls) as opened:
            yield opened


@pytest_asyncio.fixture
async def browser(gateway: ServiceUnderTest, issuer: Issuer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=gateway.http._transport, base_url="http://localhost:8080") as http:
        yield Browser(http, issuer)
