"""Natural persons: registered, found, shown."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.claims import Kind, Proofing
from contracts.events.identity import PersonRegistered
from svc_identity import fingerprints
from svc_identity.errors import PersonDiffers, PersonNotFound
from svc_identity.models import IdentifierAccess, Person
from svc_identity.passwords import Passwords
from svc_identity.schemas.people import PersonIn
from svc_identity.use_cases import accounts, waiting


async def by_number(session: AsyncSession, number: str) -> Person | None:
    query = select(Person).where(Person.number_fingerprint.in_(fingerprints.of_number_ever(number)))
    return (await session.execute(query)).scalar_one_or_none()


async def register(session: AsyncSession, passwords: Passwords, body: PersonIn) -> tuple[Person, bool]:
    """The person with this number, and whether they are new. What is missing of an account is added; what is there stays."""
    person, is_new = await find_or_add(session, body.name, body.number, body.phone)
    if body.username is not None or body.password is not None:
        names = [name for name in (body.username, body.number, body.phone) if name is not None]
        await accounts.open_for(session, person.id, Kind.PERSON)
        await accounts.add_names(session, person.id, names, must=body.username)
        if body.password is not None and not await accounts.has_password(session, person.id):
            await accounts.set_password(session, passwords, person.id, body.password.get_secret_value())
    return person, is_new


async def find_or_add(session: AsyncSession, name: str, number: str, phone: str | None) -> tuple[Person, bool]:
    """By the number; two requests at once make one person."""
    known = await by_number(session, number)
    if known is None:
        await lock_number(session, number)
        known = await by_number(session, number)
    if known is not None:
        if known.name != name:
            raise PersonDiffers()
        return known, False
    fingerprint = fingerprints.of_number(number)
    level = int(Proofing.BASIC)
    person = Person(
        id=new_id(), name=name, number=number, number_fingerprint=fingerprint, phone=phone, proofing=level,
        registered_at=datetime.now(UTC),
    )  # fmt: skip
    session.add(person)
    await session.flush()
    emit(session, PersonRegistered(person_id=person.id))
    await waiting.hand_over(session, person)
    return person, True


async def lock_number(session: AsyncSession, number: str) -> None:
    """Until the transaction ends nobody else registers this number or asks something of it."""
    key = int.from_bytes(fingerprints.of_number(number)[:8], signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(bindparam("key", key, BigInteger))))


async def identifiers(session: AsyncSession, person_id: UUID, reader: str, purpose: str, reference: str) -> Person:
    """In the clear, with a line about who read them and why."""
    person = await session.get(Person, person_id)
    if person is None:
        raise PersonNotFound()
    session.add(IdentifierAccess(person_id=person_id, reader=reader, purpose=purpose, reference=reference))
    return person
