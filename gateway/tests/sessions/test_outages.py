"""The gateway has been started again while the provider is away: nobody is signed out for that."""

import httpx
import pytest

from chassis.keyset import RemoteKeySet
from chassis.testing import ISSUER, token
from chassis.tokens import Denylist, Tokens
from gateway.proxy import Forward, Reject
from gateway.sessions.store import SessionStore

from .test_authoriser import asked, authoriser, cookie, verdict_of  # noqa: F401 - fixtures


@pytest.fixture
async def forgetful(gateway):
    """A gateway that knows no key yet, and whose provider does not answer; `back` makes it well again."""
    knowing = gateway.runtime.tokens
    async with httpx.AsyncClient() as http:
        gateway.runtime.tokens = Tokens("gateway", ISSUER, RemoteKeySet("http://127.0.0.1:1/keys", http), Denylist())
        gateway.runtime.room(SessionStore)._known.clear()

        def back() -> None:
            gateway.runtime.tokens = knowing

        yield back


async def test_a_session_outlives_a_provider_that_is_away(cookie, forgetful, authoriser):  # noqa: F811
    meanwhile = await verdict_of(authoriser, asked(cookie=cookie))
    forgetful()
    afterwards = await verdict_of(authoriser, asked(cookie=cookie))

    assert isinstance(meanwhile, Reject)
    assert meanwhile.problem.status == 503
    assert isinstance(afterwards, Forward)


async def test_a_token_that_cannot_be_verified_yet_is_not_called_wrong(forgetful, authoriser):  # noqa: F811
    verdict = await verdict_of(authoriser, asked(authorization=f"Bearer {token()}"))

    assert isinstance(verdict, Reject)
    assert verdict.problem.status == 503
