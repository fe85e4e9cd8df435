"""Electronic licences: registered, linked to the submission they answer, shown, verified, suspended."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.problems import Forbidden, InvalidInput, NotFound
from contracts.events.sharing import LicenceRegistered, LicenceStatus, LicenceStatusChanged, LicenceUsed
from svc_sharing import documents
from svc_sharing.errors import PresentationUnknown
from svc_sharing.ledger import Access, record
from svc_sharing.models import Base, Exchange, Issuer, Licence, Presentation
from svc_sharing.schemas.licences import LicenceIn
from svc_sharing.use_cases import issuers

_L = Base.metadata.tables["licence"]
_NEW = ("id", "issuer", "kind", "title", "document", "jws", "holders", "case_id", "status")
_REGISTERED = insert(_L).on_conflict_do_nothing(index_elements=["document"]).returning(_L.c.id)
_KNOWN = select(Licence).where(Licence.document == bindparam("fingerprint")).with_for_update()
_SUBMISSION = select(Exchange).where(Exchange.request_id == bindparam("reference")).with_for_update()


async def register(
    session: AsyncSession, issuer: Issuer, payload: dict[str, Any], body: LicenceIn
) -> tuple[Licence, bool]:
    """A checked document becomes a licence, once; whether it is new. Then whoever waits for it hears."""
    exchange = await _submission(session, body.reference)
    is_answer = exchange is not None and exchange.licence_id is None
    licence = _licence(issuer, payload, body, exchange if is_answer else None)
    facts = {name: getattr(licence, name) for name in _NEW}
    is_new = await session.scalar(_REGISTERED, facts) is not None
    if not is_new:
        licence = (await session.scalars(_KNOWN, {"fingerprint": licence.document})).one()
    if exchange is not None and is_answer:
        _answer(exchange, licence)
    if is_new or is_answer:
        emit(session, _registered(issuer, licence, exchange))
    return licence, is_new


def _licence(issuer: Issuer, payload: dict[str, Any], body: LicenceIn, answered: Exchange | None) -> Licence:
    """As it is when it is new: not of the session, for somebody may have registered it before."""
    return Licence(
        id=new_id(),
        issuer=issuer.code,
        kind=body.kind,
        title=str(payload["licence_type"]),
        document=hashlib.sha256(body.jws.encode()).digest(),
        jws=body.jws,
        holders=list(dict.fromkeys(_named(answered))) if answered is not None else [],
        case_id=answered.case_id if answered is not None else None,
        status="valid",
    )


async def _submission(session: AsyncSession, reference: UUID | None) -> Exchange | None:
    if reference is None:
        return None
    exchange = await session.scalar(_SUBMISSION, {"reference": reference})
    if exchange is None:
        raise InvalidInput.at("#/reference", "unknown-reference", "No submission of ours has this reference")
    return exchange


def _named(exchange: Exchange) -> list[str]:
    named: list[str] = exchange.arguments.get("holders", [])
    return named


def _answer(exchange: Exchange, licence: Licence) -> None:
    """Who was named as holders of what the submission asked for may show it, and the case may refer to its fields."""
    licence.holders = list(dict.fromkeys([*licence.holders, *_named(exchange)]))
    licence.case_id = exchange.case_id
    exchange.licence_id = licence.id


def _registered(issuer: Issuer, licence: Licence, exchange: Exchange | None) -> LicenceRegistered:
    return LicenceRegistered(
        licence_id=licence.id,
        kind=licence.kind,
        holders=[UUID(holder) for holder in licence.holders],
        issuer=issuer.code,
        issuer_name=issuer.name,
        case_id=exchange.case_id if exchange else None,
        request_id=exchange.request_id if exchange else None,
        title=licence.title,
    )


async def mine(session: AsyncSession, licence_id: UUID, person_id: UUID) -> Licence:
    licence = await session.get(Licence, licence_id)
    if licence is None or str(person_id) not in licence.holders:
        raise NotFound()
    return licence


async def change_status(session: AsyncSession, licence_id: UUID, client: Caller, status: LicenceStatus) -> Licence:
    """By the body that issued it. What is revoked stays revoked."""
    licence = await session.get(Licence, licence_id, with_for_update=True)
    if licence is None:
        raise NotFound()
    if not await issuers.speaks_as(session, client, licence.issuer):
        raise Forbidden("Only the issuing body changes a licence's status")
    if licence.status == status:
        return licence
    if licence.status == LicenceStatus.REVOKED:
        raise Forbidden("A revoked licence stays revoked")
    licence.status, licence.changed_at = status, datetime.now(UTC)
    emit(session, status_changed(licence.id, licence.kind, licence.holders, status))
    return licence


def status_changed(licence_id: UUID, kind: str, holders: list[str], status: LicenceStatus) -> LicenceStatusChanged:
    return LicenceStatusChanged(
        licence_id=licence_id, kind=kind, holders=[UUID(holder) for holder in holders], status=status
    )


async def show(session: AsyncSession, licence: Licence, person_id: UUID, life: timedelta) -> tuple[str, Presentation]:
    """A fresh code that opens the licence once; only its hash is kept."""
    code = secrets.token_urlsafe(18)
    presentation = Presentation(
        licence_id=licence.id,
        shown_by=person_id,
        code_hash=_hash(code),
        expires_at=datetime.now(UTC) + life,
    )
    session.add(presentation)
    await session.flush()
    return code, presentation


async def verify(
    session: AsyncSession, code: str, reader: str, reader_name: str, case_id: UUID | None
) -> tuple[Licence, dict[str, Any]]:
    """What the code opens: the licence and its payload. The use is recorded for the person who showed it."""
    query = select(Presentation).where(Presentation.code_hash == _hash(code)).with_for_update()
    presentation = await session.scalar(query)
    now = datetime.now(UTC)
    if presentation is None or presentation.used_at is not None or presentation.expires_at <= now:
        raise PresentationUnknown()
    presentation.used_at = now
    licence = await session.get_one(Licence, presentation.licence_id)
    issuer = await session.get_one(Issuer, licence.issuer)
    access = Access(
        persons=[presentation.shown_by],
        case_id=case_id,
        resource_code=f"licence/{licence.kind}",
        source_name=issuer.name,
        reader=reader,
        reader_name=reader_name,
        purpose="presentation",
        grant_id=None,
        fields=["holder", "status", "validity"],
        at=now,
    )
    record(session, access)
    holders = [UUID(holder) for holder in licence.holders]
    used = LicenceUsed(
        licence_id=licence.id, kind=licence.kind, holders=holders, case_id=case_id, reader_name=reader_name, at=now
    )
    emit(session, used)
    return licence, documents.payload_of(licence.jws)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
