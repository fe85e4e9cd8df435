"""How a person or staff member signs in, and the sign-ins that stand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from svc_identity.models.base import Base


class Account(Base):
    """Shares its id with the person or staff member who holds it. Credentials hang on it, one table a kind."""

    __tablename__ = "account"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class LoginName(Base):
    """What may be typed to sign in: a username, a phone or an identity number; only its keyed hash is kept."""

    __tablename__ = "login_name"
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)


class Password(Base):
    __tablename__ = "password"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SignIn(Base):
    """One sign-in; its id is the `sid` of every token that follows from it. The cookie's secret is kept hashed."""

    __tablename__ = "sign_in"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    strength: Mapped[int]
    signed_in_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class Lockout(Base):
    """Attempts counted against a name that was typed, known here or not, and against a network address."""

    __tablename__ = "lockout"
    key: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]
