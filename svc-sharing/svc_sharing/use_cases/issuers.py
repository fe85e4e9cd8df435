"""Bodies whose signatures we accept."""

from collections.abc import Collection

import httpx
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.jose import InvalidKey, KeySet
from chassis.problems import InvalidInput
from svc_sharing.models import Issuer
from svc_sharing.schemas.licences import IssuerIn
from svc_sharing.use_cases import departments


async def put(session: AsyncSession, code: str, body: IssuerIn, hosts: Collection[str]) -> Issuer:
    if body.jwks_url is not None and (httpx.URL(body.jwks_url).host or "").lower() not in hosts:
        raise InvalidInput.at("#/jwks_url", "host-not-allowed", "This host is not among CONNECTOR_HOSTS")
    if body.jwks is not None:
        try:
            body.jwks = KeySet.parse(body.jwks).to_jwks()
        except InvalidKey as error:
            raise InvalidInput.at("#/jwks", "invalid-key", str(error)) from None
    taken = select(Issuer.code).where(Issuer.client_id == body.client_id, Issuer.code != code)
    if body.client_id is not None and await session.scalar(taken) is not None:
        raise InvalidInput.at("#/client_id", "taken", "Another issuer speaks as this client")
    values = body.model_dump()
    row = insert(Issuer).values(code=code, **values)
    changed = {**values, "changed_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=["code"], set_=changed))
    await departments.learn(session, {code: body.name})
    return await session.get_one(Issuer, code, populate_existing=True)


async def speaks_as(session: AsyncSession, client: Caller, code: str) -> bool:
    """Whether this client is a system of the body: its department's, or the one that speaks for it."""
    if client.claims.department == code:
        return True
    spoken_for = select(Issuer.code).where(Issuer.client_id == client.id, Issuer.code == code)
    return await session.scalar(spoken_for) is not None


async def names(session: AsyncSession, codes: Collection[str]) -> dict[str, str]:
    issuers = await session.scalars(select(Issuer).where(Issuer.code.in_(codes)))
    return {issuer.code: issuer.name for issuer in issuers}
