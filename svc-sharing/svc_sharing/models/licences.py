"""Electronic licences (电子证照) as their issuing bodies signed them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_sharing.models.base import Base


class Issuer(Base):
    """A body whose signature we accept. `client_id`: the OAuth client its system speaks as."""

    __tablename__ = "issuer"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    client_id: Mapped[str | None] = mapped_column(unique=True)
    jwks_url: Mapped[str | None]
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Licence(Base):
    __tablename__ = "licence"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(ForeignKey("issuer.code"))
    kind: Mapped[str]
    title: Mapped[str]
    document: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the JWS: the same document is the same licence."""
    jws: Mapped[str] = mapped_column(SealedText("licence.jws"))
    holders: Mapped[list[str]]
    case_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default="valid")
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime | None]
    __table_args__ = (Index("licence_holders", "holders", postgresql_using="gin"),)


class Presentation(Base):
    """A licence being shown: a short code, good once and for minutes; only its hash is kept."""

    __tablename__ = "presentation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    licence_id: Mapped[UUID] = mapped_column(ForeignKey("licence.id"))
    shown_by: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
