"""Signing in and out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Sessions
from chassis.outbox import emit
from chassis.revocations import revoke
from contracts.claims import Strength
from contracts.events.identity import SessionRevoked
from svc_identity import fingerprints
from svc_identity.models import Account, Family, Lockout, LoginName, Password, SignIn
from svc_identity.passwords import Passwords
from svc_identity.rules import attempts_so_far, wait_after
from svc_identity.settings import IdentitySettings

TOKEN_SLACK = timedelta(seconds=30)


class MustWait(Exception):
    """Too many wrong attempts for this name or from this address."""

    def __init__(self, until: datetime) -> None:
        super().__init__("must wait")
        self.until = until


async def check_password(
    sessions: Sessions, passwords: Passwords, settings: IdentitySettings, name: str, password: str, address: str
) -> UUID | None:
    """The account, or None. Raises MustWait. The attempt is counted and committed before the password is looked at, and
    taken back when it was right; no database connection is held while it is hashed."""
    counters = {fingerprints.of_attempt("name", name): settings.free_attempts}
    if address:
        counters[fingerprints.of_attempt("address", address)] = settings.free_attempts_of_address
    async with sessions.transaction() as session:
        await _count_attempt(session, counters, timedelta(seconds=settings.longest_wait_seconds))
        account_id, known = await _account_named(session, name)
    if not await passwords.matches(password, known):
        return None
    dated = known is not None and passwords.is_dated(known)
    renewed = await passwords.hash(password) if dated else None
    async with sessions.transaction() as session:
        await _forgive(session, list(counters))
        if renewed is not None:
            mine = update(Password).where(Password.account_id == account_id, Password.hash == known)
            await session.execute(mine.values(hash=renewed))
    return account_id


async def start(session: AsyncSession, settings: IdentitySettings, account_id: UUID) -> tuple[SignIn, str]:
    """A sign-in and the secret for its cookie."""
    secret, now = fingerprints.new_secret(), datetime.now(UTC)
    sign_in = SignIn(
        account_id=account_id,
        secret_hash=fingerprints.of_secret(secret),
        strength=int(Strength.ONE_FACTOR),
        signed_in_at=now,
        expires_at=now + timedelta(hours=settings.sign_in_hours),
    )
    session.add(sign_in)
    await session.flush()
    return sign_in, secret


async def by_secret(session: AsyncSession, secret: str | None) -> SignIn | None:
    """The sign-in of a cookie, if it still stands."""
    if not secret:
        return None
    query = select(SignIn).where(SignIn.secret_hash == fingerprints.of_secret(secret))
    sign_in = (await session.execute(query)).scalar_one_or_none()
    return sign_in if sign_in is not None and stands(sign_in) else None


def stands(sign_in: SignIn) -> bool:
    return sign_in.ended_at is None and sign_in.expires_at > datetime.now(UTC)


async def end(session: AsyncSession, settings: IdentitySettings, sign_in_ids: Sequence[UUID]) -> None:
    """Sign out: what follows from these sign-ins is dead, here at once and everywhere by event."""
    now = datetime.now(UTC)
    alive = update(SignIn).where(SignIn.id.in_(sign_in_ids), SignIn.ended_at.is_(None))
    ended = (await session.execute(alive.values(ended_at=now).returning(SignIn.id))).scalars().all()
    families = update(Family).where(Family.sign_in_id.in_(sign_in_ids), Family.ended_at.is_(None))
    await session.execute(families.values(ended_at=now))
    for sign_in_id in ended:
        event = SessionRevoked(session_id=str(sign_in_id), until=now + settings.access_token_life + TOKEN_SLACK)
        await revoke(session, event)
        emit(session, event)


async def end_named(session: AsyncSession, settings: IdentitySettings, session_id: str) -> None:
    """Sign out what a token of ours named by its `sid`."""
    await end(session, settings, [UUID(session_id)])


async def end_all(session: AsyncSession, settings: IdentitySettings, account_id: UUID, but: UUID | None = None) -> None:
    """Sign an account out everywhere, but perhaps not here."""
    query = select(SignIn.id).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    ids = (await session.execute(query)).scalars().all()
    await end(session, settings, [sign_in_id for sign_in_id in ids if sign_in_id != but])


async def _account_named(session: AsyncSession, name: str) -> tuple[UUID | None, str | None]:
    """The account that signs in with this name, and the hash of its password."""
    query = (
        select(Account.id, Password.hash)
        .join(LoginName, LoginName.account_id == Account.id)
        .join(Password, Password.account_id == Account.id)
        .where(LoginName.fingerprint.in_(fingerprints.of_login_ever(name)), Account.closed_at.is_(None))
    )
    row = (await session.execute(query)).first()
    return (None, None) if row is None else (row.id, row.hash)


async def _count_attempt(session: AsyncSession, counters: dict[bytes, int], longest: timedelta) -> None:
    now = datetime.now(UTC)
    rows = [{"key": key, "attempts": 0, "last_at": now} for key in sorted(counters)]
    await session.execute(insert(Lockout).values(rows).on_conflict_do_nothing())
    locked = select(Lockout).where(Lockout.key.in_(counters)).order_by(Lockout.key).with_for_update()
    known = (await session.execute(locked)).scalars().all()
    waits = [row.locked_until for row in known if row.locked_until is not None and row.locked_until > now]
    if waits:
        raise MustWait(max(waits))
    for row in known:
        row.attempts = attempts_so_far(row.attempts, row.last_at, now) + 1
        row.last_at = now
        row.locked_until = now + wait_after(row.attempts, counters[row.key], longest)


async def _forgive(session: AsyncSession, keys: Sequence[bytes]) -> None:
    """The name's count ends, the address's goes back by this one attempt."""
    name, *address = keys
    await session.execute(update(Lockout).where(Lockout.key == name).values(attempts=0, locked_until=None))
    counted = update(Lockout).where(Lockout.key.in_(address), Lockout.attempts > 0)
    await session.execute(counted.values(attempts=Lockout.attempts - 1, locked_until=None))
