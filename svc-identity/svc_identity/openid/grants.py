"""What the token endpoint gives for a code, a refresh token, or a client's own credentials."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose.encoding import encode
from svc_identity import fingerprints
from svc_identity.models import AuthorizationCode, Client, Family, RefreshToken, SignIn
from svc_identity.openid.issuing import Issuer, Subject, granted_scope, subject_of
from svc_identity.openid.refusals import OAuthRefusal
from svc_identity.openid.requests import AuthorizationRequest
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import sign_ins

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Granting:
    """What a grant works with: an authenticated client and its request."""

    session: AsyncSession
    settings: IdentitySettings
    issuer: Issuer
    client: Client
    form: dict[str, str]

    def required(self, name: str) -> str:
        if name not in self.form:
            raise OAuthRefusal("invalid_request", f"{name} is missing")
        return self.form[name]


async def give_code(
    session: AsyncSession, settings: IdentitySettings, request: AuthorizationRequest, sign_in: SignIn, scope: str
) -> str:
    """A code for what the person allowed, to be exchanged once."""
    family = Family(client_id=request.client.id, sign_in_id=sign_in.id, scope=scope)
    session.add(family)
    await session.flush()
    code = fingerprints.new_secret()
    row = AuthorizationCode(
        hash=fingerprints.of_secret(code),
        family_id=family.id,
        redirect_uri=request.redirect_uri,
        challenge=request.challenge,
        nonce=request.nonce,
        expires_at=datetime.now(UTC) + timedelta(seconds=settings.code_seconds),
    )
    session.add(row)
    return code


async def for_code(granting: Granting) -> dict[str, Any]:
    session = granting.session
    given = fingerprints.of_secret(granting.required("code"))
    query = select(AuthorizationCode).where(AuthorizationCode.hash == given).with_for_update()
    code = (await session.execute(query)).scalar_one_or_none()
    family = await session.get_one(Family, code.family_id) if code is not None else None
    if code is None or family is None or family.client_id != granting.client.id:
        raise OAuthRefusal("invalid_grant", "The code is not known")
    if code.used_at is not None:
        # RFC 6749 4.1.2: somebody else may hold it; what it led to ends.
        await sign_ins.end(session, granting.settings, [family.sign_in_id])
        raise OAuthRefusal("invalid_grant", "The code was used before")
    code.used_at = datetime.now(UTC)
    if code.expires_at <= code.used_at:
        raise OAuthRefusal("invalid_grant", "The code is too old")
    if granting.required("redirect_uri") != code.redirect_uri:
        raise OAuthRefusal("invalid_grant", "The redirect URI is another one")
    _check_verifier(granting.required("code_verifier"), code.challenge)
    return await _for_family(granting, family, nonce=code.nonce, with_id_token=True)


async def for_refresh_token(granting: Granting) -> dict[str, Any]:
    session = granting.session
    given = fingerprints.of_secret(granting.required("refresh_token"))
    query = select(RefreshToken).where(RefreshToken.hash == given).with_for_update()
    token = (await session.execute(query)).scalar_one_or_none()
    family = await session.get_one(Family, token.family_id) if token is not None else None
    if token is None or family is None or family.client_id != granting.client.id:
        raise OAuthRefusal("invalid_grant", "The refresh token is not known")
    name = granting.form.get("request_name")
    if token.used_at is not None and not await _asked_again(session, token, name):
        # RFC 9700 4.14.2: two hold it, and one of them is not the client.
        await sign_ins.end(session, granting.settings, [family.sign_in_id])
        raise OAuthRefusal("invalid_grant", "The refresh token was used before")
    token.used_at, token.used_by = datetime.now(UTC), None if name is None else fingerprints.of_secret(name)
    return await _for_family(granting, family, nonce=None, with_id_token=True)


async def _asked_again(session: AsyncSession, token: RefreshToken, name: str | None) -> bool:
    """Whether this is the very request that used the token, whose answer was lost. What it gave is then taken back, unless
    somebody has used that: the answer was not lost to everybody."""
    if name is None or token.used_by != fingerprints.of_secret(name):
        return False
    rest = select(RefreshToken).where(RefreshToken.family_id == token.family_id, RefreshToken.hash != token.hash)
    later = RefreshToken.used_at.is_(None) | (RefreshToken.used_at > token.used_at)
    successors = (await session.execute(rest.where(later).with_for_update())).scalars().all()
    if len(successors) != 1 or successors[0].used_at is not None:
        return False
    successors[0].used_at = datetime.now(UTC)
    return True


async def for_client(granting: Granting) -> dict[str, Any]:
    """`resource` names the service to be called (RFC 8707)."""
    audience = granting.required("resource")
    if audience not in granting.client.audiences:
        raise OAuthRefusal("invalid_target", "The client has no business with this service")
    may = list(granting.client.audiences[audience])
    wanted = granting.form.get("scope", " ".join(may)).split()
    if not set(wanted) <= set(may):
        raise OAuthRefusal("invalid_scope", "A scope is not the client's")
    scope = " ".join(wanted)
    return _answer(granting, granting.issuer.for_client(granting.client, audience, scope), scope)


async def _for_family(granting: Granting, family: Family, *, nonce: str | None, with_id_token: bool) -> dict[str, Any]:
    session, issuer, client = granting.session, granting.issuer, granting.client
    sign_in = await session.get_one(SignIn, family.sign_in_id)
    subject = await subject_of(session, sign_in.account_id)
    if subject is None or family.ended_at is not None or not sign_ins.stands(sign_in):
        raise OAuthRefusal("invalid_grant", "The sign-in ended")
    scope = granted_scope(client, subject, _narrowed(family.scope, granting.form.get("scope")))
    answer = _answer(granting, issuer.for_person(subject, sign_in, client.id, scope), scope)
    if with_id_token:
        answer["id_token"] = issuer.id_token(subject, sign_in, client.id, scope, nonce)
    if client.first_party or "offline_access" in family.scope.split():
        answer["refresh_token"] = _next_refresh_token(session, family)
    return answer


def scope_for(client: Client, subject: Subject, wanted: str) -> str:
    """What is kept with the family: what was asked for. Each token gets what the person may at its time."""
    return wanted if client.first_party else granted_scope(client, subject, wanted)


def _narrowed(scope: str, wanted: str | None) -> str:
    if wanted is None:
        return scope
    if not set(wanted.split()) <= set(scope.split()):
        raise OAuthRefusal("invalid_scope", "A scope was not granted")
    return wanted


def _next_refresh_token(session: AsyncSession, family: Family) -> str:
    secret = fingerprints.new_secret()
    session.add(RefreshToken(hash=fingerprints.of_secret(secret), family_id=family.id))
    return secret


def _check_verifier(verifier: str, challenge: str) -> None:
    computed = encode(hashlib.sha256(verifier.encode()).digest())
    if not VERIFIER.fullmatch(verifier) or not hmac.compare_digest(computed, challenge):
        raise OAuthRefusal("invalid_grant", "The code verifier does not fit")


def _answer(granting: Granting, token: str, scope: str) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": granting.issuer.life, "scope": scope}
