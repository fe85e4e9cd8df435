"""The history of a case: one row an advance, each sealed to the one before by its hash."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert

from svc_workflow.engine import pack_events
from svc_workflow.engine.events import Event
from svc_workflow.models import HistoryRow

GENESIS = bytes(32)
NEW_ROWS = insert(HistoryRow)
Fact = dict[str, Any]
"""Something a person can be told: `kind`, `branch` if it is one branch's, identifiers and codes."""


def row(
    case_id: UUID, sequence: int, at: datetime, facts: Sequence[Fact], happened: Iterable[Event], previous: bytes
) -> dict[str, Any]:
    """For NEW_ROWS; its `hash` is the next one's `previous`."""
    body = orjson.dumps({"facts": facts, "events": orjson.Fragment(pack_events(happened))})
    digest = _hash(previous, case_id, sequence, at, body)
    return {"case_id": case_id, "sequence": sequence, "at": at, "body": body, "hash": digest}


def facts_of(line: HistoryRow) -> list[Fact]:
    return list(_body(line)["facts"])


def packed_events_of(line: HistoryRow) -> bytes:
    """For `engine.unpack_events`: what happened in the process."""
    return orjson.dumps(_body(line)["events"])


def first_broken(rows: Iterable[HistoryRow]) -> int | None:
    """The sequence of the first row that does not follow from the one before; None when the chain is whole."""
    previous, expected = GENESIS, 1
    for line in rows:
        wanted = _hash(previous, line.case_id, line.sequence, line.at, line.body)
        if line.sequence != expected or line.hash != wanted:
            return line.sequence
        previous, expected = line.hash, expected + 1
    return None


def _body(line: HistoryRow) -> Mapping[str, Any]:
    return orjson.loads(line.body)  # type: ignore[no-any-return]


def _hash(previous: bytes, case_id: UUID, sequence: int, at: datetime, body: bytes) -> bytes:
    head = f"{case_id}/{sequence}/{int(at.timestamp() * 1_000_000)}".encode()
    return hashlib.sha256(previous + head + b"\0" + body).digest()
