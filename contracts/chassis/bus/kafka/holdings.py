"""What a member holds: how far each partition is handed out and how far it is committed. Pure bookkeeping."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from chassis.bus.interface import Received


@dataclass(slots=True)
class Held:
    """Positions are of the next message, as Kafka counts. Unknown until something was handed out."""

    committed: int
    read: int

    @property
    def busy(self) -> bool:
        return self.read > self.committed


class Holdings:
    """`idle` is set while nothing that was handed out waits for its commit."""

    def __init__(self) -> None:
        self._held: dict[TopicPartition, Held | None] = {}
        self.idle = asyncio.Event()
        self.idle.set()

    def __iter__(self) -> Iterable[TopicPartition]:
        return iter(tuple(self._held))

    def take(self, places: Iterable[TopicPartition]) -> None:
        """A new assignment replaces all that was."""
        self._held = dict.fromkeys(places)
        self.idle.set()

    def lose(self, places: Iterable[TopicPartition]) -> None:
        for place in tuple(places):
            self._held.pop(place, None)
        self._settle()

    def handed_out(self, messages: Iterable[Received]) -> list[Received]:
        """Of what was fetched, what is ours to hand out."""
        ours = []
        for message in messages:
            place = TopicPartition(message.topic, message.partition)
            if place not in self._held:
                continue
            held = self._held[place]
            if held is None:
                held = self._held[place] = Held(message.position, message.position)
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
            place = TopicPartition(message.topic, message.partition)
            if (held := self._held.get(place)) is not None:
                back[place] = min(held.read, max(message.position, held.committed), back.get(place, held.read))
        for place, position in back.items():
            if (held := self._held.get(place)) is not None:
                held.read = position
        self._settle()
        return back

    def progress(self) -> Mapping[TopicPartition, int | None]:
        """Up to where each partition is committed; None where nothing was handed out yet."""
        return {place: None if held is None else held.committed for place, held in self._held.items()}

    def _settle(self) -> None:
        if any(held is not None and held.busy for held in self._held.values()):
            self.idle.clear()
        else:
            self.idle.set()


def _next_positions(batch: Sequence[Received]) -> dict[TopicPartition, int]:
    furthest: dict[TopicPartition, int] = {}
    for message in batch:
        place = TopicPartition(message.topic, message.partition)
        furthest[place] = max(message.position + 1, furthest.get(place, 0))
    return furthest
