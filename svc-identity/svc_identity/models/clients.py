"""Programs that ask for tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from svc_identity.models.base import Base


class Client(Base):
    """An OAuth client. `audiences` says what it may do in its own name at each service; `person_scopes` what people can
    allow it to do in theirs (the empty list: nothing; a first-party client: whatever the person may)."""

    __tablename__ = "client"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    jwks: Mapped[dict[str, Any]]
    first_party: Mapped[bool]
    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"), index=True)
    audiences: Mapped[dict[str, Any]]
    person_scopes: Mapped[list[str]]
    redirect_uris: Mapped[list[str]]
    post_logout_redirect_uris: Mapped[list[str]]
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UsedAssertion(Base):
    """Client assertions seen, so that none works twice."""

    __tablename__ = "used_assertion"
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Approval(Base):
    """What a person allowed a client of somebody else to do for them (the consent page)."""

    __tablename__ = "approval"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), primary_key=True)
    scopes: Mapped[list[str]]
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())
