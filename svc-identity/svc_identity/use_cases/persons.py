"""Natural persons: registered, found, shown."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.claims import Kind, Proofing
from contracts.events.identity import PersonRegistered
from svc_identity import fingerprints
from svc_identity import person_statements as statements
from svc_identity.errors import PersonDiffers, PersonNotFound
from svc_identity.models import Person
from svc_identity.passwords import Passwords
from svc_identity.schemas.people import IdentifiersOut, PersonIn
from svc_identity.use_cases import accounts, waiting


async def by_number(session: AsyncSession, number: str) -> Person | None:
    known = await session.execute(statements.BY_NUMBER, {"numbers": fingerprints.of_number_ever(number)})
    return known.scalar_one_or_none()


async def id_of(session: AsyncSession, number: str) -> UUID | None:
    """Of the person with this number; nothing personal is read."""
    known = await session.execute(statements.ID_BY_NUMBER, {"numbers": fingerprints.of_number_ever(number)})
    return known.scalar_one_or_none()


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
    person = await add(session, name, number, phone, Proofing.BASIC)
    if person is not None:
        return person, True
    known = await by_number(session, number)
    if known is None:
        raise RuntimeError("a number that is taken has its person")
    if known.name != name:
        raise PersonDiffers()
    return known, False


async def add(session: AsyncSession, name: str, number: str, phone: str | None, level: Proofing) -> Person | None:
    """Somebody new, who is not the session's; None where the number has its person. Until the transaction ends nobody else
    registers this number or asks something of it."""
    person_id = new_id()
    row = {
        "id": person_id, "name": name, "number": number, "number_fingerprint": fingerprints.of_number(number), "phone": phone,
        "proofing": int(level), "registered_at": datetime.now(UTC),
    }  # fmt: skip
    guards = {"numbers": fingerprints.of_number_ever(number), "lock": lock_of(number)}
    if (await session.execute(statements.ADD, row | guards)).one_or_none() is None:
        return None
    emit(session, PersonRegistered(person_id=person_id))
    await waiting.hand_over(session, person_id, number)
    return Person(**row)


def lock_of(number: str) -> int:
    """The advisory lock that whoever registers a number or asks something of it holds until the end of the transaction."""
    return int.from_bytes(fingerprints.of_number(number)[:8], signed=True)


async def identifiers(
    session: AsyncSession, person_id: UUID, reader: str, purpose: str, reference: str
) -> IdentifiersOut:
    """In the clear, with a line about who read them and why."""
    line = {"line": new_id(), "person": person_id, "reader": reader, "purpose": purpose, "reference": reference}
    person = (await session.execute(statements.READ_IDENTIFIERS, line)).one_or_none()
    if person is None:
        raise PersonNotFound()
    return IdentifiersOut(name=person.name, number=person.number, phone=person.phone)
