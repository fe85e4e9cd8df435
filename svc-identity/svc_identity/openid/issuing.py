"""Tokens: who they speak of, what they say."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign
from chassis.tokens import ACCESS_TOKEN
from contracts.claims import PEOPLE, AccessClaims, Kind, Proofing, Strength
from svc_identity.models import Account, Client, Person, SignIn, Staff
from svc_identity.rules import allowed_scopes

OPENID = ("openid", "profile", "offline_access")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who signed in, as tokens name them."""

    id: UUID
    kind: Kind
    name: str
    proofing: Proofing
    department: str | None = None
    post: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def may(self) -> list[str]:
        return allowed_scopes(self.kind, self.roles)


async def subject_of(session: AsyncSession, account_id: UUID) -> Subject | None:
    """None when the account was closed."""
    account = await session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        return None
    if account.kind == Kind.STAFF:
        staff = await session.get_one(Staff, account_id)
        place = (staff.department, staff.post, tuple(staff.roles))
        return Subject(staff.id, Kind.STAFF, staff.name, Proofing.CERTIFIED, *place)
    person = await session.get_one(Person, account_id)
    return Subject(person.id, Kind.PERSON, person.name, Proofing(person.proofing))


def granted_scope(client: Client, subject: Subject, wanted: str) -> str:
    """Of what is wanted, what the person may and may let this client do. A first-party client that names nothing of
    OneDoor's gets all that the person may."""
    words = wanted.split()
    own = [word for word in words if word not in OPENID]
    may = set(subject.may)
    if client.first_party:
        allowed = [scope for scope in own if scope in may] if own else subject.may
    else:
        allowed = [scope for scope in own if scope in may and scope in client.person_scopes]
    return " ".join([word for word in OPENID if word in words] + allowed)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs with one key, in one name, now."""

    name: str
    key: SigningKey
    life: int

    def for_person(self, subject: Subject, sign_in: SignIn, client_id: str, scope: str) -> str:
        claims = AccessClaims(
            **self._frame(str(subject.id), PEOPLE, client_id, scope),
            kind=subject.kind,
            sid=str(sign_in.id),
            auth_time=seconds(sign_in.signed_in_at),
            proofing=subject.proofing,
            strength=Strength(sign_in.strength),
            department=subject.department,
            post=subject.post,
            roles=list(subject.roles),
        )
        return self._signed(claims)

    def for_client(self, client: Client, audience: str, scope: str) -> str:
        frame = self._frame(client.id, audience, client.id, scope)
        return self._signed(AccessClaims(**frame, kind=Kind.CLIENT, department=client.department))

    def id_token(self, subject: Subject, sign_in: SignIn, client_id: str, scope: str, nonce: str | None) -> str:
        claims = self._frame(str(subject.id), client_id, client_id, scope)
        del claims["scope"], claims["client_id"]
        claims |= {
            "sid": str(sign_in.id),
            "auth_time": seconds(sign_in.signed_in_at),
            "acr": f"proofing-{subject.proofing.name.lower()}",
            "amr": ["pwd"],
            "kind": subject.kind.value,
        }
        if nonce is not None:
            claims["nonce"] = nonce
        if "profile" in scope.split():
            claims["name"] = subject.name
        return sign(claims, self.key, "JWT")

    def _frame(self, sub: str, audience: str, client_id: str, scope: str) -> dict[str, Any]:
        now = int(time.time())
        times = {"iat": now, "exp": now + self.life, "jti": str(new_id())}
        return {"iss": self.name, "sub": sub, "aud": audience, "client_id": client_id, "scope": scope, **times}

    def _signed(self, claims: AccessClaims) -> str:
        return sign(claims.model_dump(mode="json", exclude_none=True), self.key, ACCESS_TOKEN)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
