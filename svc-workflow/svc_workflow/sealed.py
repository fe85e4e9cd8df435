"""Values sealed with the key of one case, which was its application's. Destroy the key and they are erased."""

from typing import Any
from uuid import UUID

import orjson

from chassis.sealing import DataKey, keyring

SUPPLEMENT_ITEMS = "supplement.items"
"""Where a clerk's words lie: what is missing, and why."""


def new_key(case_id: UUID) -> bytes:
    """A fresh data key, wrapped: the form to store."""
    return keyring().new_data_key(_owner(case_id))[1]


def seal(wrapped: bytes | None, case_id: UUID, place: str, value: Any) -> bytes:
    """`place` is authenticated with the value: it opens nowhere else. Raises KeyDestroyed."""
    return _key(wrapped, case_id).seal(orjson.dumps(value), _context(case_id, place))


def unseal(wrapped: bytes | None, case_id: UUID, place: str, sealed: bytes) -> Any:
    """Raises KeyDestroyed, SealBroken."""
    return orjson.loads(_key(wrapped, case_id).open(sealed, _context(case_id, place)))


def _key(wrapped: bytes | None, case_id: UUID) -> DataKey:
    return keyring().data_key(wrapped, _owner(case_id))


def _owner(case_id: UUID) -> bytes:
    return f"case/{case_id}".encode()


def _context(case_id: UUID, place: str) -> bytes:
    return f"{place}/{case_id}".encode()
