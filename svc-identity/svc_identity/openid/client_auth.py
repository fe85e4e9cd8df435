"""Clients prove who they are by `private_key_jwt` (RFC 7523), and by nothing else."""

import hashlib
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose import InvalidToken, KeySet, verify
from chassis.peers import ASSERTION
from svc_identity.models import Base, Client
from svc_identity.openid.peek import unverified
from svc_identity.openid.refusals import OAuthRefusal

LONGEST_LIFE = 300
LEEWAY = 5
USED = Base.metadata.tables["used_assertion"]
USE_UP = insert(USED).on_conflict_do_nothing().returning(USED.c.hash)


async def authenticate(session: AsyncSession, form: dict[str, str], issuer: str) -> Client:
    """The client that signed the assertion. An assertion works once."""
    assertion = form.get("client_assertion", "")
    if form.get("client_assertion_type") != ASSERTION or not assertion:
        raise _refusal("The client authenticates with private_key_jwt")
    client_id = form.get("client_id") or unverified(assertion).get("iss")
    client = await session.get(Client, client_id) if isinstance(client_id, str) else None
    if client is None:
        raise _refusal("The client is not known, or its assertion is not valid")
    try:
        keys = KeySet.parse(client.jwks)
        claims = verify(assertion, keys, issuer=client.id, audience=issuer, typ="JWT", now=time.time(), leeway=LEEWAY)
    except InvalidToken:
        raise _refusal("The client is not known, or its assertion is not valid") from None
    if claims["sub"] != client.id or claims["exp"] - claims["iat"] > LONGEST_LIFE:
        raise _refusal("The assertion is for another subject, or lives too long")
    await _use_up(session, client.id, claims)
    return client


async def _use_up(session: AsyncSession, client_id: str, claims: dict[str, Any]) -> None:
    digest = hashlib.sha256(f"{client_id}\0{claims['jti']}".encode()).digest()
    row = {"hash": digest, "expires_at": datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC)}
    if (await session.execute(USE_UP, row)).one_or_none() is None:
        raise _refusal("The assertion was used before")


def _refusal(description: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_client", description, 401)
