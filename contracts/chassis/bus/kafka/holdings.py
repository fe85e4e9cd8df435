"""What a member holds: what is fetched ahead, how far each partition is handed out and how far it is committed. Pure bookkeeping."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from chassis.bus.interface import Received
from chassis.bus.kafka.ahead import Ahead, place_of


@dataclass(slots=True)
class Held:
    """Positions are of the next message, as Kafka counts. Unknown until something was fetched."""

    committed: int
    read: int

    @property
    def busy(self) -> bool:
        return self.read > self.committed


class Holdings:
    """`idle` is set while nothing that was handed out waits for its commit."""

    def __init__(self) -> None:
        self._held: dict[TopicPartition, Held | None] = {}
        self.ahead = Ahead()
        self.idle = asyncio.Event()
        self.idle.set()

    def __iter__(self) -> Iterable[TopicPartition]:
        return iter(tuple(self._held))

    def take(self, places: Iterable[TopicPartition]) -> None:
        """A new assignment replaces all that was."""
        self._held = dict.fromkeys(places)
        self.ahead.clear()
        self.idle.set()

    def lose(self, places: Iterable[TopicPartition]) -> None:
        for place in tuple(places):
            self._held.pop(place, None)
        self._settle()

    def fetched(self, messages: Iterable[Received]) -> None:
        """Keep of them what is ours until it is handed out."""
        ours = [message for message in messages if place_of(message) in self._held]
        for message in ours:
            if self._held[place_of(message)] is None:
                self._held[place_of(message)] = Held(message.position, message.position)
        self.ahead.add(ours)

    def handed_out(self, limit: int) -> list[Received]:
        """Of what is fetched, at most so many; without what is not ours any more."""
        ours = []
        for message in self.ahead.take(limit):
            if (held := self._held.get(place_of(message))) is not None:
                held.read = message.position + 1
                ours.append(message)
        self._settle()
        return ours

    def to_commit(self, batch: Sequence[Received]) -> tuple[dict[TopicPartition, int], set[TopicPartition]]:
        """Up to where to commit where this moves something, and the partitions that are not ours any more."""
        moves: dict[TopicPartition, int] = {}
        lost: set[TopicPartition] = set()
        for place, position in _next_positions(batch).items():
            held = self._held.get(place)
            if held is None or position > held.read:
                lost.add(place)
            elif position > held.committed:
                moves[place] = position
        return moves, lost

    def committed(self, moves: Mapping[TopicPartition, int]) -> None:
        for place, position in moves.items():
            if (held := self._held.get(place)) is not None:
                held.committed = max(held.committed, position)
        self._settle()

    def rewound(self, batch: Sequence[Received]) -> dict[TopicPartition, int]:
        """Where to read on so that the batch comes again."""
        back: dict[TopicPartition, int] = {}
        for message in batch:
            place = place_of(message)
            if (held := self._held.get(place)) is not None:
                back[place] = min(held.read, max(message.position, held.committed), back.get(place, held.read))
        for place, position in back.items():
            if (held := self._held.get(place)) is not None:
                held.read = position
        self.ahead.forget(back.keys())
        self._settle()
        return back

    def progress(self) -> Mapping[TopicPartition, int | None]:
        """Up to where each partition is committed; None where nothing was fetched yet."""
        return {place: None if held is None else held.committed for place, held in self._held.items()}

    def _settle(self) -> None:
        if any(held is not None and held.busy for held in self._held.values()):
            self.idle.clear()
        else:
            self.idle.set()


def _next_positions(batch: Sequence[Received]) -> dict[TopicPartition, int]:
    furthest: dict[TopicPartition, int] = {}
    for message in batch:
        place = place_of(message)
        furthest[place] = max(message.position + 1, furthest.get(place, 0))
    return furthest
