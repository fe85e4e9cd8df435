"""What of a run's disagreements is excepted: `exceptions.toml`, each with its reason."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .fuzzing import Disagreement

FILE = Path(__file__).parent / "exceptions.toml"


@dataclass(frozen=True)
class Excepted:
    check: str
    why: str
    operation: str = ".*"
    refused: str = ""

    def excuses(self, disagreement: Disagreement, place: str) -> bool:
        return bool(
            re.fullmatch(self.check, disagreement.check)
            and re.fullmatch(self.operation, disagreement.operation)
            and re.fullmatch(self.refused, place, re.DOTALL)
        )


def excepted(file: Path = FILE) -> list[Excepted]:
    return [Excepted(**one) for one in tomllib.loads(file.read_text())["exception"]]


def left(disagreements: Iterable[Disagreement], exceptions: list[Excepted]) -> list[Disagreement]:
    """Those, once each, of which at least one place is excused by nothing."""
    return [each for each in dict.fromkeys(disagreements) if not _is_excused(each, exceptions)]


def _is_excused(disagreement: Disagreement, exceptions: list[Excepted]) -> bool:
    places = disagreement.refused or {""}
    return all(any(one.excuses(disagreement, place) for one in exceptions) for place in places)
