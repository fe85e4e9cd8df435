"""Accounts and their credentials. A passkey will stand beside the password, in a table of its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.claims import Kind
from svc_identity import fingerprints
from svc_identity.errors import LoginNameTaken, WrongPassword
from svc_identity.models import Account, Approval, Base, Family, LoginName, Password, Person, SignIn
from svc_identity.passwords import Passwords
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import sign_ins

TABLES = Base.metadata.tables
# Made once: what a statement costs is for the most part its making.
OPEN = insert(TABLES["account"]).on_conflict_do_update(index_elements=["id"], set_={"closed_at": None})
ADD_NAMES = insert(TABLES["login_name"]).on_conflict_do_nothing()
_new = insert(TABLES["password"])
SET_PASSWORD = _new.on_conflict_do_update(
    index_elements=["account_id"], set_={"hash": _new.excluded.hash, "set_at": func.now()}
)


async def open_for(session: AsyncSession, holder_id: UUID, kind: Kind) -> None:
    """An account to sign in with; one that was closed opens again."""
    await session.execute(OPEN, {"id": holder_id, "kind": kind.value})


async def close(session: AsyncSession, settings: IdentitySettings, holder_id: UUID) -> None:
    await session.execute(update(Account).where(Account.id == holder_id).values(closed_at=func.now()))
    await sign_ins.end_all(session, settings, holder_id)


async def add_names(session: AsyncSession, account_id: UUID, names: Sequence[str], must: str | None) -> None:
    """Let the account sign in with these names as far as they are free; LoginNameTaken when the one it must have is not."""
    given = sorted({fingerprints.of_login(name) for name in names})  # so that two who want the same do not dead-lock
    if given:
        rows = [{"fingerprint": fingerprint, "account_id": account_id} for fingerprint in given]
        await session.execute(ADD_NAMES, rows)
    if must is not None:
        mine = select(LoginName.account_id).where(LoginName.fingerprint.in_(fingerprints.of_login_ever(must)))
        if (await session.execute(mine)).scalars().all() != [account_id]:
            raise LoginNameTaken()


async def has_password(session: AsyncSession, account_id: UUID) -> bool:
    return await session.get(Password, account_id) is not None


async def set_password(session: AsyncSession, passwords: Passwords, account_id: UUID, password: str) -> None:
    await session.execute(SET_PASSWORD, {"account_id": account_id, "hash": await passwords.hash(password)})


async def change_password(
    session: AsyncSession, passwords: Passwords, settings: IdentitySettings, account_id: UUID,
    current: str, new: str, this_sign_in: UUID | None,
) -> None:  # fmt: skip
    """With the present one; every other sign-in of the account ends."""
    known = await session.get(Password, account_id)
    if not await passwords.matches(current, known.hash if known is not None else None):
        raise WrongPassword()
    await set_password(session, passwords, account_id, new)
    await sign_ins.end_all(session, settings, account_id, but=this_sign_in)


async def reset_password(
    session: AsyncSession, passwords: Passwords, settings: IdentitySettings, person: Person, password: str
) -> None:
    """Forgotten, and set anew before a clerk. Whoever had no account has one now, by identity number."""
    await open_for(session, person.id, Kind.PERSON)
    await add_names(session, person.id, [person.number], must=person.number)
    await set_password(session, passwords, person.id, password)
    await sign_ins.end_all(session, settings, person.id)


async def withdraw_approval(session: AsyncSession, account_id: UUID, client_id: str) -> bool:
    """Whether there was one."""
    gone = delete(Approval).where(Approval.account_id == account_id, Approval.client_id == client_id)
    if (await session.execute(gone.returning(Approval.client_id))).scalar() is None:
        return False
    mine = select(SignIn.id).where(SignIn.account_id == account_id)
    families = update(Family).where(Family.client_id == client_id, Family.sign_in_id.in_(mine))
    await session.execute(families.where(Family.ended_at.is_(None)).values(ended_at=func.now()))
    return True
