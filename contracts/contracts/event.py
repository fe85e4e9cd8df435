"""The base of all events and the CloudEvents 1.0 envelope they travel in (JSON, structured mode)."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError


class UnknownEvent(Exception):
    """An envelope of a type or version that no module of `contracts.events` declares."""


class MalformedEvent(Exception):
    """Bytes that are no envelope, or data that does not fit the declared type. Never carries the data."""


class Meta(BaseModel):
    """What the envelope knows about an event: its id (the same at every delivery) and the time of the fact, in UTC."""

    model_config = ConfigDict(frozen=True)
    id: UUID
    time: datetime
    source: str
    traceparent: str | None = None


class Event(BaseModel):
    """A fact: past tense, named once, owned by one service. Carries identifiers and codes, never personal values.

    A concrete event sets `type`; its family sets `topic` and `key`, so that order is kept per aggregate.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: ClassVar[str]
    topic: ClassVar[str]
    _meta: Meta | None = PrivateAttr(default=None)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        declared = cls.__dict__.get("type")
        if declared is None:
            return
        if declared in _declared:
            raise TypeError(f"{declared} is declared twice")
        _declared[declared] = cls

    @property
    def key(self) -> str:
        """The aggregate's id; events with one key arrive in order."""
        raise NotImplementedError

    @property
    def meta(self) -> Meta:
        """The envelope's facts. Only an event that was received has them."""
        # Where pydantic keeps private attributes; its own way to them is slow, and every event is asked several times.
        meta: Meta | None = (self.__pydantic_private__ or {}).get("_meta")
        if meta is None:
            raise LookupError(f"{type(self).__name__} was not received from the bus")
        return meta

    def received(self, meta: Meta) -> Self:
        self._meta = meta
        return self


_declared: dict[str, type[Event]] = {}


def declared_events() -> dict[str, type[Event]]:
    """Every declared event by its type. Import `contracts.events` first: it declares them."""
    return dict(_declared)


class Envelope(BaseModel):
    """CloudEvents 1.0, structured mode."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | None = None
    data: dict[str, Any]


def wrap(event: Event, meta: Meta) -> Envelope:
    return Envelope(
        id=meta.id,
        source=meta.source,
        type=event.type,
        subject=event.key,
        time=meta.time,
        traceparent=meta.traceparent,
        data=event.model_dump(mode="json"),
    )


def parse(value: bytes) -> Event:
    """The event in an envelope's bytes. Raises UnknownEvent or MalformedEvent."""
    return opened(envelope_of(value))


def envelope_of(value: bytes) -> Envelope:
    """The envelope alone, of a type that is declared. Raises UnknownEvent or MalformedEvent."""
    try:
        envelope = Envelope.model_validate_json(value)
    except ValidationError:
        raise MalformedEvent("not a CloudEvents 1.0 envelope") from None
    if envelope.type not in _declared:
        raise UnknownEvent(envelope.type)
    return envelope


def opened(envelope: Envelope) -> Event:
    """The event in an envelope. Raises MalformedEvent."""
    declared = _declared[envelope.type]
    try:
        event = declared.model_validate(envelope.data)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in detail["loc"]) for detail in error.errors(include_input=False)})
        raise MalformedEvent(f"{envelope.type}: {', '.join(places)}") from None
    meta = Meta(id=envelope.id, time=envelope.time, source=envelope.source, traceparent=envelope.traceparent)
    return event.received(meta)
