"""Lists and look-ups."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import mask_name, mask_number, mask_phone
from chassis.paging import Paging, page_of
from contracts.claims import Kind, Proofing
from contracts.paging import Page
from svc_identity.errors import ConsentNotFound, PersonNotFound
from svc_identity.models import Approval, Client, Consent, Department, Guardianship, Person, SignIn, Staff, Step
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
    query = select(Consent).where(Consent.person_id == person_id)
    if state is not None:
        query = query.where(Consent.state == state)
    rows, cursor = await page_of(session, query, [Consent.id], paging)
    return Page(items=await _consents(session, rows), next_cursor=cursor)


async def consent(session: AsyncSession, consent_id: UUID, person_id: UUID) -> ConsentOut:
    row = await session.get(Consent, consent_id)
    if row is None or row.person_id != person_id:
        raise ConsentNotFound()
    return (await _consents(session, [row]))[0]


async def _consents(session: AsyncSession, rows: list[Consent]) -> list[ConsentOut]:
    """With the case and the name of who asks."""
    found = await session.execute(select(Step).where(Step.request_id.in_([row.request_id for row in rows])))
    steps = {step.request_id: step for step in found.scalars()}
    askers = {UUID(str(step.arguments["asked_by"])) for step in steps.values()}
    people = (await session.execute(select(Person).where(Person.id.in_(askers)))).scalars()
    names = {person.id: mask_name(person.name) for person in people}
    return [_consent(row, steps[row.request_id], names) for row in rows]


def _consent(row: Consent, step: Step, names: dict[UUID, str]) -> ConsentOut:
    asked_by = UUID(str(step.arguments["asked_by"]))
    own: dict[str, Any] = {
        name: getattr(row, name) for name in ("id", "title", "state", "asked_at", "expires_at", "decided_at")
    }
    about = {"case_id": step.case_id, "purpose": step.purpose, "asked_by": asked_by}
    return ConsentOut(**own, **about, asked_by_name=names.get(asked_by, "*"))
