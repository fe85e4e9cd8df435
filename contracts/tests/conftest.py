"""A small service, made of the chassis and nothing else, to see what the chassis promises."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, status
from sqlalchemy import Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.access import Caller, public, requires
from chassis.database import APPEND_ONLY, Session
from chassis.identifiers import new_id
from chassis.inbox import Handlers
from chassis.jobs import GiveUp, Job, Jobs, Retry, enqueue
from chassis.outbox import emit
from chassis.paging import PageQuery, page_of
from chassis.problems import Conflict, NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import Runtime
from chassis.schemas import Answer, Body
from chassis.service import Service
from chassis.testing import service_fixture
from contracts.claims import Proofing
from contracts.event import Event
from contracts.paging import Page


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {str: Text}


class Note(Base):
    __tablename__ = "note"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    words: Mapped[str]


class LedgerLine(Base):
    __tablename__ = "ledger"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line: Mapped[str]
    __table_args__: ClassVar = {"info": APPEND_ONLY}


class NoteWritten(Event):
    """A note stands."""

    type: ClassVar = "onedoor.sample.note.written.v1"
    topic: ClassVar = "onedoor.sample.note"
    note_id: UUID
    words: str

    @property
    def key(self) -> str:
        return str(self.note_id)


class NoteLost(Event):
    """On the same topic, and nobody here listens."""

    type: ClassVar = "onedoor.sample.note.lost.v1"
    topic: ClassVar = "onedoor.sample.note"
    note_id: UUID

    @property
    def key(self) -> str:
        return str(self.note_id)


class NoteKept(Conflict):
    """What was changed stays, though the answer is a refusal."""

    slug = "note-kept"
    keeps_changes = True


class Call(Job):
    """Fails as often as its words say, then leaves a line in the ledger."""

    kind: ClassVar = "sample.call"
    attempts: ClassVar = 3
    words: str

    async def call(self, runtime: Runtime, plan: "Call") -> str:
        if plan.words == "never":
            raise Retry("other-side-down", after=0)
        if plan.words == "forbidden":
            raise GiveUp("not-allowed")
        return plan.words

    async def finish(self, session: AsyncSession, answer: str) -> None:
        session.add(LedgerLine(line=answer))

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        session.add(LedgerLine(line=f"gave up: {reason}"))


class NoteIn(Body):
    words: str


class NoteOut(Answer):
    id: UUID
    words: str


router = APIRouter(prefix="/notes", route_class=TransactionalRoute)
Writer = Annotated[Caller, requires("sample:note:write", proofing=Proofing.MIDDLE)]


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(Conflict))
async def write_note(body: NoteIn, writer: Writer, session: Session) -> NoteOut:
    note = Note(id=new_id(), words=body.words)
    session.add(note)
    emit(session, NoteWritten(note_id=note.id, words=body.words))
    if body.words == "fail":
        raise Conflict()
    if body.words == "keep":
        raise NoteKept()
    if body.words == "break":
        raise RuntimeError("a secret in the text of an exception")
    if body.words.startswith("call "):
        await enqueue(session, Call(words=body.words.removeprefix("call ")))
    return NoteOut.model_validate(note)


@router.get("", dependencies=[public])
async def list_notes(session: Session, paging: PageQuery) -> Page[NoteOut]:
    rows, cursor = await page_of(session, select(Note), [Note.id], paging)
    return Page(items=[NoteOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/{note_id}", dependencies=[public], responses=problems(NotFound))
async def read_note(note_id: UUID, session: Session) -> NoteOut:
    note = await session.get(Note, note_id)
    if note is None:
        raise NotFound()
    return NoteOut.model_validate(note)


handlers = Handlers()
prepared: list[list[str]] = []
"""What each transaction said it was about to handle."""


@handlers.before
async def prepare(events: Sequence[Event], session: AsyncSession) -> None:
    prepared.append([event.words for event in events if isinstance(event, NoteWritten)])


@handlers.on(NoteWritten, when=lambda event: event.words != "not ours")
async def copy_note(event: NoteWritten, session: AsyncSession) -> None:
    session.add(LedgerLine(line=event.words))
    if event.words == "poison":
        raise ValueError("cannot be handled")


Commands = dict[str, Callable[[Runtime, list[str]], Awaitable[Any]]]
sample = Service(
    name="sample",
    title="Sample",
    summary="What the chassis promises",
    metadata=Base.metadata,
    routers=[router],
    handlers=handlers,
    jobs=Jobs(Call),
    scripts=Path(__file__).parent / "sample" / "migrations",
)
service = service_fixture(sample)
