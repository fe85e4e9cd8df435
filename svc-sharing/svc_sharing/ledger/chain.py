"""What makes the ledger tell-tale: each line's hash covers the line and the hash before. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from svc_sharing.models import LedgerLine

SHARDS = 16
START = bytes(32)


@dataclass(slots=True)
class NewLine:
    """A line of the ledger; its place in a chain is given to it last."""

    id: UUID
    at: datetime
    person_id: UUID
    case_id: UUID | None
    resource_code: str
    source_name: str
    reader: str
    reader_name: str
    purpose: str
    grant_id: UUID | None
    fields: list[str]
    shard: int = -1
    seq: int = 0
    previous: bytes = b""
    hash: bytes = b""


Line = NewLine | LedgerLine
"""One that is being written, or one that was read again."""


def line_hash(line: Line, previous: bytes) -> bytes:
    """SHA-256 over the hash before and the line's canonical JSON (members sorted, no blanks, UTF-8)."""
    facts = {
        "id": str(line.id),
        "shard": line.shard,
        "seq": line.seq,
        "at": line.at.astimezone(UTC).isoformat(),
        "person_id": str(line.person_id),
        "case_id": line.case_id and str(line.case_id),
        "resource_code": line.resource_code,
        "source_name": line.source_name,
        "reader": line.reader,
        "reader_name": line.reader_name,
        "purpose": line.purpose,
        "grant_id": line.grant_id and str(line.grant_id),
        "fields": line.fields,
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(previous + canonical).digest()


def chain(lines: Iterable[Line], shard: int, seq: int, previous: bytes) -> tuple[int, bytes]:
    """Gives the lines their places after (seq, previous); the new head."""
    for line in lines:
        seq += 1
        line.shard, line.seq, line.previous = shard, seq, previous
        line.hash = previous = line_hash(line, previous)
    return seq, previous


def follows(line: Line, place: int, previous: bytes) -> bool:
    """Whether a line is the one of this place, after the line with this hash, and unchanged."""
    return line.seq == place and line.previous == previous and line.hash == line_hash(line, previous)
