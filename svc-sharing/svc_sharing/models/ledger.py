"""The access ledger: who used whose data, under which grant, for what. It can only grow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from svc_sharing.models.base import Base


class LedgerLine(Base):
    """`hash` covers every other column and the hash of the line before in the shard."""

    __tablename__ = "ledger_line"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    shard: Mapped[int] = mapped_column(SmallInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    person_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    resource_code: Mapped[str]
    source_name: Mapped[str]
    reader: Mapped[str]
    reader_name: Mapped[str]
    purpose: Mapped[str]
    grant_id: Mapped[UUID | None]
    fields: Mapped[list[str]]
    previous: Mapped[bytes]
    hash: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("shard", "seq"),
        Index("ledger_line_person", "person_id", "id"),
        {"info": APPEND_ONLY},
    )


class LedgerHead(Base):
    """The last line of each shard. Its row is locked while a transaction appends."""

    __tablename__ = "ledger_head"
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class PublishedHeads(Base):
    """The heads as they were published: signed, so that a ledger rewritten later contradicts them."""

    __tablename__ = "published_heads"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    jws: Mapped[str]
    __table_args__ = {"info": APPEND_ONLY}  # noqa: RUF012
