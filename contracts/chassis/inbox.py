"""Events arrive twice, late and in batches; each is handled once, in one transaction with its inbox row."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import metrics, outbox, telemetry
from chassis.bus import MAX_VALUE_BYTES, Bus, BusError, Received, Subscription
from chassis.database import Sessions, is_away
from chassis.logs import describe
from chassis.tables import ChassisBase, DeadLetter, InboxRow
from contracts.event import Event, MalformedEvent, UnknownEvent, envelope_of, opened, parse

logger = logging.getLogger(__name__)
Handler = Callable[[Any, AsyncSession], Awaitable[None]]
Condition = Callable[[Any], bool]
Preparation = Callable[[Sequence[Event], AsyncSession], Awaitable[None]]
H = TypeVar("H", bound=Handler)
P = TypeVar("P", bound=Preparation)
ATTEMPTS = 5
FIRST_PAUSE = 0.2
LOOK_SECONDS = 5.0
"""Under load the lag is looked at this often, besides whenever there is nothing to do."""
# One parameter however many there are, so that the statement is compiled once.
CLAIM = (
    insert(ChassisBase.metadata.tables["inbox"])
    .from_select([InboxRow.event_id], select(func.unnest(bindparam("ids", type_=ARRAY(Uuid)))))
    .on_conflict_do_nothing()
    .returning(InboxRow.event_id)
)


class Handlers:
    """What a service does when something happened elsewhere. One handler for each type of event."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self._conditions: dict[str, Condition] = {}
        self._preparations: list[Preparation] = []
        self.events: list[type[Event]] = []

    def on(self, *events: type[Event], when: Condition | None = None) -> Callable[[H], H]:
        """`when`: which of these events are ours at all. Of the others nothing is kept, not even that they came."""

        def register(handler: H) -> H:
            for event in events:
                if event.type in self._by_type:
                    raise ValueError(f"{event.type} has a handler already")
                self._by_type[event.type] = handler
                if when is not None:
                    self._conditions[event.type] = when
                self.events.append(event)
            return handler

        return register

    def before(self, preparation: P) -> P:
        """Called with all that a transaction is about to handle, never handled before: to read and lock in a few statements
        (`chassis.held`) what the handlers will ask for one by one. Only a help: handlers do without it when a letter is
        replayed."""
        self._preparations.append(preparation)
        return preparation

    async def prepare(self, events: Sequence[Event], session: AsyncSession) -> None:
        for preparation in self._preparations:
            await preparation(events, session)

    @property
    def topics(self) -> set[str]:
        return {event.topic for event in self.events}

    def handler_of(self, event: Event) -> Handler | None:
        ours = self._conditions.get(event.type)
        return self._by_type.get(event.type) if ours is None or ours(event) else None

    def hears_of(self, type_: str) -> bool:
        return type_ in self._by_type


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that no handler will ever understand."""

    message: Received
    reason: str
    error: str


class NoLetter(LookupError):
    """No dead letter has this id."""


def group_of(service: str) -> str:
    """The group that a service's consumers form on the bus."""
    return f"svc-{service}"


class Consumer:
    """Takes batches from the bus: one transaction a batch, one by one when a batch fails, dead letters for what cannot be."""

    def __init__(self, sessions: Sessions, handlers: Handlers, bus: Bus, group: str, batch_size: int) -> None:
        self._sessions, self._handlers, self._bus, self._group, self._limit = sessions, handlers, bus, group, batch_size

    async def run(self) -> None:
        """Until cancelled; then the batch at hand is finished or handed back whole."""
        while True:
            try:
                async with self._bus.subscribe(self._group, self._handlers.topics) as subscription:
                    await self._follow(subscription)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("consumer waits", extra={"reason": describe(error)})
                await asyncio.sleep(1.0)

    async def _follow(self, subscription: Subscription) -> None:
        look_at = 0.0
        while True:
            batch = await subscription.batch(self._limit, 1.0)
            if not batch or monotonic() >= look_at:
                await _look(subscription)
                look_at = monotonic() + LOOK_SECONDS
            if not batch:
                continue
            await self.take(batch)
            try:
                await subscription.commit(batch)
            except BusError as error:
                logger.info("batch will come again", extra={"reason": type(error).__name__})

    async def take(self, batch: Sequence[Received]) -> int:
        """Handle a batch; returns when all of it is done or dead. How many events were handled now, not earlier."""
        events, refused = _sorted_out(batch, self._handlers)
        events = [(message, event) for message, event in events if self._handlers.handler_of(event) is not None]
        try:
            return await self._together([event for _, event in events], refused)
        except Exception as error:
            logger.info("a batch goes one by one", extra={"reason": describe(error)})
        await self._insist(None, lambda: self._together([], refused))
        handled = 0
        for message, event in events:
            handled += await self._insist(message, partial(self._together, [event], []))
        return handled

    async def _together(self, events: Sequence[Event], refused: Sequence[Refused]) -> int:
        if not events and not refused:
            return 0
        async with self._sessions.transaction() as session:
            fresh = await _claim(session, events)
            if new := _once_each(events, fresh):
                await self._handlers.prepare(new, session)
            for event in new:
                await self._handle(event, session)
            for letter in refused:
                bury(session, letter, self._group)
        for kind, number in Counter(event.type for event in events).items():
            metrics.events_handled.labels(kind).inc(number)
        return len(new)

    async def _handle(self, event: Event, session: AsyncSession) -> None:
        handler = self._handlers.handler_of(event)
        if handler is None:
            return
        with telemetry.handling(event):
            await handler(event, session)

    async def _insist(self, message: Received | None, work: Callable[[], Awaitable[int]]) -> int:
        """Try again with back-off; a database that went away is waited for, anything else ends as a dead letter."""
        attempt, pause = 0, FIRST_PAUSE
        while True:
            try:
                return await work()
            except Exception as error:
                why = describe(error)
                attempt += not is_away(error)
            logger.warning("an event is tried again", extra={"reason": why, "attempt": attempt})
            if attempt >= ATTEMPTS and message is not None:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        letter = Refused(message, "handler-failed", why)
        return await self._insist(None, lambda: self._together([], [letter]))


async def _look(subscription: Subscription) -> None:
    """How far we are behind. A bus that is away comes back to a member that stayed."""
    try:
        metrics.consumer_lag.set(await subscription.lag())
    except BusError as error:
        logger.warning("the bus is away", extra={"reason": str(error)})


def bury(session: AsyncSession, letter: Refused, group: str) -> None:
    """Keep what cannot be handled, and tell `<topic>.dlq`. Nothing behind it is blocked."""
    message, key, error = letter.message, letter.message.key.replace("\0", ""), letter.error.replace("\0", "")
    session.add(DeadLetter(topic=message.topic, key=key, value=message.value, reason=letter.reason, error=error))
    facts = {"group": group, "reason": letter.reason, "error": error[:1000]}
    notice = orjson.dumps({**facts, "event": message.value.decode(errors="replace")})
    if len(notice) > MAX_VALUE_BYTES:
        notice = orjson.dumps(facts)  # the letter is kept here; a notice that no bus takes would hold up all others
    outbox.put(session, {"topic": f"{message.topic}.dlq", "key": key, "value": notice})
    metrics.dead_letters.labels(message.topic, letter.reason).inc()
    logger.error("dead letter", extra={"topic": message.topic, "reason": letter.reason, "error": error[:1000]})


async def replay(sessions: Sessions, handlers: Handlers, letter_id: int) -> bool:
    """Handle a dead letter again, once; False when it was replayed before or needs no handling any more."""
    async with sessions.transaction() as session:
        return await replay_letter(session, handlers, letter_id)


async def replay_letter(session: AsyncSession, handlers: Handlers, letter_id: int) -> bool:
    """The same, in the caller's transaction, which must end when this raises. NoLetter: there is no such one."""
    letter = await session.get(DeadLetter, letter_id, with_for_update=True)
    if letter is None:
        raise NoLetter(letter_id)
    if letter.replayed_at is not None:
        return False
    event = parse(letter.value)
    letter.replayed_at = datetime.now(UTC)
    handler = handlers.handler_of(event)
    if handler is None or event.meta.id not in await _claim(session, [event]):
        return False
    with telemetry.handling(event):
        await handler(event, session)
        await session.flush()
    return True


async def _claim(session: AsyncSession, events: Sequence[Event]) -> set[UUID]:
    """Of these events, the ones never handled here before; their inbox rows are written."""
    ids = {event.meta.id for event in events}
    if not ids:
        return set()
    # Sorted, so that two batches that share events wait for each other instead of dead-locking.
    return set((await session.execute(CLAIM, {"ids": sorted(ids)})).scalars())


def _once_each(events: Sequence[Event], fresh: set[UUID]) -> list[Event]:
    """In their order; the bus may have brought one twice in one batch."""
    first = {event.meta.id: event for event in reversed(events)}
    return [event for event in events if event.meta.id in fresh and first[event.meta.id] is event]


def _sorted_out(batch: Sequence[Received], handlers: Handlers) -> tuple[list[tuple[Received, Event]], list[Refused]]:
    """What there is a handler for, and what nobody understands. A topic carries much that is of no concern to us."""
    events: list[tuple[Received, Event]] = []
    refused: list[Refused] = []
    for message in batch:
        try:
            envelope = envelope_of(message.value)
            if handlers.hears_of(envelope.type):
                events.append((message, opened(envelope)))
        except UnknownEvent as error:
            refused.append(Refused(message, "unknown-type", str(error)))
        except MalformedEvent as error:
            refused.append(Refused(message, "malformed", str(error)))
    return events, refused
