"""Columns that seal what is written and open what is read, with the keyring of the process."""

import json
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ColumnElement, Null
from sqlalchemy.types import TypeDecorator

from chassis.sealing.errors import SealingNotConfigured
from chassis.sealing.keys import Keyring

_configured: Keyring | None = None


def configure(keyring: Keyring | None) -> None:
    """Give the process its keyring, once, before the first statement. None takes it away."""
    global _configured
    _configured = keyring


def keyring() -> Keyring:
    """The keyring of the process. Raises SealingNotConfigured."""
    if _configured is None:
        raise SealingNotConfigured
    return _configured


class SealedBytes(LargeBinary):
    """A comparison with a sealed column would silently find nothing; it is refused where it is written."""

    class Comparator(LargeBinary.Comparator[bytes]):
        def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            with_null = bool(other) and (other[0] is None or isinstance(other[0], Null))
            if not with_null or op not in (operators.is_, operators.is_not, operators.eq, operators.ne):
                raise TypeError("a sealed column can be neither compared nor sorted; look up by a fingerprint column")
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator


class SealedText(TypeDecorator[str]):
    """Text, sealed. `place` is `table.column`; it is authenticated with the value, so it must never change."""

    impl = SealedBytes
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().seal(value.encode(), self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else self.opened(value)

    def opened(self, value: bytes) -> str:
        """For whoever reads the column without SQLAlchemy."""
        return keyring().open(value, self.place.encode()).decode()


class SealedJSON(TypeDecorator[Any]):
    """Anything JSON, sealed; None is SQL NULL. Assign a new value to change it: changes inside are not noticed."""

    impl = SealedBytes
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return keyring().seal(text.encode(), self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keyring().open(value, self.place.encode()))
