"""Reads the city's files."""

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def document(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
