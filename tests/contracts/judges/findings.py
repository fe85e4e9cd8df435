"""What a judge found, and what is excepted from its rules: `exceptions.toml` says where and why."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EXCEPTIONS = Path(__file__).parent / "exceptions.toml"


@dataclass(frozen=True, order=True)
class Finding:
    judge: str
    document: str
    rule: str
    place: str
    words: str
    side: str = ""
    """`requests` or `answers`: of what the place is a part, where that is known."""

    def __str__(self) -> str:
        return f"{self.judge}: {self.document} {self.place}\n    {self.rule}: {self.words}"


@dataclass(frozen=True)
class Excepted:
    """`rule`, `document` and `place` are regular expressions that match the whole; `side` limits it to one side."""

    judge: str
    rule: str
    why: str
    document: str = ".*"
    place: str = ".*"
    side: str = ""

    def covers(self, finding: Finding) -> bool:
        pairs = [(self.rule, finding.rule), (self.document, finding.document), (self.place, finding.place)]
        return (self.judge, self.side or finding.side) == (finding.judge, finding.side) and all(
            re.fullmatch(wanted, found) for wanted, found in pairs
        )

    def __str__(self) -> str:
        return f"{self.judge}: {self.rule} in {self.document} at {self.place}"


def excepted(path: Path = EXCEPTIONS) -> list[Excepted]:
    with path.open("rb") as file:
        entries: list[dict[str, str]] = tomllib.load(file)["exception"]
    return [Excepted(**entry) for entry in entries]


def left(findings: Iterable[Finding], exceptions: list[Excepted]) -> tuple[list[Finding], list[Excepted]]:
    """What nothing excuses, and the exceptions that excuse nothing."""
    needed: set[Excepted] = set()
    remaining = []
    for finding in sorted(set(findings)):
        covering = {one for one in exceptions if one.covers(finding)}
        needed |= covering
        if not covering:
            remaining.append(finding)
    return remaining, [one for one in exceptions if one not in needed]
