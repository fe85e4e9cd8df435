"""svc-identity under test, with a browser's cookies and a client's key."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from chassis.testing import KEY, ServiceUnderTest, open_service
from svc_identity.main import service as identity
from svc_identity.models import SigningKeyRow
from svc_identity.openid.keys import IssuerKeys

from .browser import Browser, register_client, register_person


@pytest_asyncio.fixture(name="service")
async def fixture(database_server: str) -> AsyncIterator[ServiceUnderTest]:
    """The tests' key is a former key of the issuer, so that the fixture's own tokens are good here too."""
    async with open_service(identity, database_server) as opened:
        async with opened.session() as session:
            session.add(SigningKeyRow(kid=KEY.kid, private=KEY.to_jwk(), retired_at=datetime.now(UTC)))
        await opened.runtime.room(IssuerKeys).read()
        yield opened


@pytest_asyncio.fixture
async def browser(service: ServiceUnderTest) -> Browser:
    """A registered client and a person with an account, before any sign-in."""
    await register_client(service)
    await register_person(service)
    return Browser(service)
