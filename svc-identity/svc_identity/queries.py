"""Lists and look-ups."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import mask_name, mask_number, mask_phone
from chassis.paging import Paging, page_of
from contracts.claims import Kind, Proofing
from contracts.paging import Page
from svc_identity import consent_statements as statements
from svc_identity.errors import ConsentNotFound, PersonNotFound
from svc_identity.models import Approval, Client, Consent, Department, Guardianship, Person, SignIn, Staff
from svc_identity.schemas.consents import ConsentOut
from svc_identity.schemas.people import ApprovalOut, ChildOut, MeOut, SignInOut


async def me(session: AsyncSession, holder_id: UUID, kind: Kind) -> MeOut:
    if kind is Kind.STAFF:
        return await _staff(session, holder_id)
    person = await session.get(Person, holder_id)
    if person is None:
        raise PersonNotFound()
    return MeOut(
        id=person.id,
        kind=kind,
        name=person.name,
        number=mask_number(person.number),
        phone=mask_phone(person.phone) if person.phone is not None else None,
        proofing=Proofing(person.proofing),
    )


async def _staff(session: AsyncSession, staff_id: UUID) -> MeOut:
    staff = await session.get(Staff, staff_id)
    if staff is None:
        raise PersonNotFound()
    department = await session.get_one(Department, staff.department)
    return MeOut(
        id=staff.id,
        kind=Kind.STAFF,
        name=staff.name,
        proofing=Proofing.CERTIFIED,
        department=department.code,
        department_name=department.name,
        post=staff.post,
        roles=staff.roles,
    )


async def children(session: AsyncSession, guardian_id: UUID) -> list[ChildOut]:
    standing = select(Person, Guardianship.established_at).join(Guardianship, Guardianship.child_id == Person.id)
    query = standing.where(Guardianship.guardian_id == guardian_id, Guardianship.ended_at.is_(None)).order_by(Person.id)
    return [
        ChildOut(id=child.id, name=child.name, number=mask_number(child.number), since=since)
        for child, since in await session.execute(query)
    ]


async def sign_ins(session: AsyncSession, account_id: UUID, this: str | None) -> list[SignInOut]:
    """Those that stand."""
    standing = SignIn.ended_at.is_(None) & (SignIn.expires_at > datetime.now(UTC))
    query = select(SignIn).where(SignIn.account_id == account_id, standing).order_by(SignIn.id.desc())
    return [
        SignInOut(id=row.id, signed_in_at=row.signed_in_at, expires_at=row.expires_at, is_this=str(row.id) == this)
        for row in (await session.execute(query)).scalars()
    ]


async def approvals(session: AsyncSession, account_id: UUID) -> list[ApprovalOut]:
    query = select(Approval, Client.name).join(Client, Client.id == Approval.client_id)
    rows = await session.execute(query.where(Approval.account_id == account_id).order_by(Client.id))
    return [
        ApprovalOut(client_id=row.client_id, client_name=name, scopes=row.scopes, given_at=row.given_at)
        for row, name in rows
    ]


async def consents_of(session: AsyncSession, person_id: UUID, state: str | None, paging: Paging) -> Page[ConsentOut]:
    """With the case and the name of who asks. Whoever waits for a question asks for this list again and again."""
    if paging.after is None:
        given = {"me": person_id, "state": state, "most": paging.limit + 1}
        newest = (await session.execute(statements.NEWEST, given)).all()
        if len(newest) <= paging.limit:
            return Page(items=[shown(row) for row in newest], next_cursor=None)
    query = select(Consent).where(Consent.person_id == person_id)
    if state is not None:
        query = query.where(Consent.state == state)
    rows, cursor = await page_of(session, query, [Consent.id], paging)
    some = await session.execute(statements.SOME, {"me": person_id, "some": [row.id for row in rows]})
    return Page(items=[shown(row) for row in some], next_cursor=cursor)


async def consent(session: AsyncSession, consent_id: UUID, person_id: UUID) -> ConsentOut:
    row = (await session.execute(statements.ONE, {"consent": consent_id, "me": person_id})).one_or_none()
    if row is None:
        raise ConsentNotFound()
    return shown(row)


def shown(row: Row[Any], **changed: Any) -> ConsentOut:
    """As its person sees an agreement that one of the statements of agreements read, but for what `changed` since."""
    name = mask_name(row.asker) if row.asker is not None else "*"
    return ConsentOut.model_validate({**row._mapping, "asked_by_name": name, **changed})
