"""What was measured, what it is compared with, and what was aimed at. Pure: no clock, no program."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

FULL_SPEED = 150_000.0
"""Aims are stated for a core on which nginx proxies so many requests a second."""
ROUNDS = 5


def interleaved(ways: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Each way once a round, in their order: whatever slows the machine down for a while slows all of them."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, measure in ways.items():
            taken[name].append(measure())
    return taken


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


@dataclass(frozen=True, slots=True)
class Aim:
    """`kind`: rates scale with the machine's speed, times against it; ratios and sizes are the same everywhere."""

    stated: float
    kind: str

    def scaled(self, speed: float) -> float:
        match self.kind:
            case "rate":
                return self.stated * speed
            case "time":
                return self.stated / speed
            case "ratio" | "size":
                return self.stated
        raise ValueError(f"no such kind of aim: {self.kind}")

    def is_met(self, value: float, speed: float) -> bool:
        if self.kind in ("rate", "ratio"):
            return value >= self.scaled(speed)
        return value <= self.scaled(speed)


@dataclass(frozen=True, slots=True)
class Row:
    """`rounds`: what each round measured; `reference`: what the same machine did bare in the same rounds.

    An aim of kind "ratio" is for the ratio, any other for the value.
    """

    name: str
    unit: str
    rounds: Sequence[float]
    how: str
    aim: Aim | None = None
    reference: Sequence[float] = field(default=())

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def bare(self) -> float | None:
        return median(self.reference) if self.reference else None

    @property
    def ratio(self) -> float | None:
        return self.value / self.bare if self.bare else None

    def is_met(self, speed: float) -> bool | None:
        if self.aim is None:
            return None
        judged = self.ratio if self.aim.kind == "ratio" else self.value
        return judged is not None and self.aim.is_met(judged, speed)

    def as_dict(self, speed: float) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "rounds": list(self.rounds),
            "reference": self.bare,
            "reference_rounds": list(self.reference),
            "ratio": self.ratio,
            "aim": None if self.aim is None else self.aim.stated,
            "aim_scaled": None if self.aim is None else self.aim.scaled(speed),
            "aim_is_for": None if self.aim is None else self.aim.kind,
            "met": self.is_met(speed),
            "how": self.how,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """`yardstick`: requests that nginx proxied in a second of one core's time, in each round of this run."""

    yardstick: Sequence[float]
    rows: Sequence[Row]

    @property
    def speed(self) -> float:
        """Of this machine's core, 1.0 being the one that aims are stated for."""
        return median(self.yardstick) / FULL_SPEED

    def as_json(self, **facts: Any) -> str:
        machine = {
            "nginx_proxied_per_core": median(self.yardstick),
            "rounds": list(self.yardstick),
            "speed": self.speed,
        }
        rows = [row.as_dict(self.speed) for row in self.rows]
        return json.dumps({**facts, "machine": machine, "rows": rows}, indent=2, ensure_ascii=False)
