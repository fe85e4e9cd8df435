"""Keys: the service's own, which rotate, and one per case or person, which can be destroyed."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chassis.sealing.errors import KeyDestroyed, SealBroken
from chassis.sealing.suites import AesGcm, Suite

SECRET_LENGTH = 32
_KEY_ID_LENGTH = 4
_HEADER_LENGTH = 1 + _KEY_ID_LENGTH


class Cipher(Protocol):
    """What seals and opens. The context says where the value lives and must be the same at both ends."""

    def seal(self, plaintext: bytes, context: bytes) -> bytes: ...

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises SealBroken."""


@dataclass(frozen=True, slots=True)
class _Key:
    """One secret under one suite: separate keys for sealing and for look-up, and an id that tells nothing about them."""

    suite: Suite
    header: bytes
    sealing: bytes = field(repr=False)
    looking_up: bytes = field(repr=False)

    @classmethod
    def derived(cls, secret: bytes, suite: Suite) -> "_Key":
        key_id = suite.derive(secret, b"onedoor key id", _KEY_ID_LENGTH)
        sealing = suite.derive(secret, b"onedoor sealing", suite.key_length)
        return cls(
            suite, bytes([suite.code]) + key_id, sealing, suite.derive(secret, b"onedoor look-up", SECRET_LENGTH)
        )

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        return self.header + self.suite.encrypt(self.sealing, plaintext, self.header + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        try:
            return self.suite.decrypt(self.sealing, sealed[_HEADER_LENGTH:], self.header + context)
        except Exception:
            raise SealBroken from None

    def fingerprint(self, value: str, purpose: str) -> bytes:
        return self.suite.keyed_hash(self.looking_up, purpose.encode() + b"\0" + value.encode())


class _Ring:
    """Keys by the header of what they sealed: the newest seals, all open."""

    def __init__(self, masters: Sequence[bytes], suites: Sequence[Suite]) -> None:
        if not masters or any(len(master) != SECRET_LENGTH for master in masters):
            raise ValueError(f"a sealing key has {SECRET_LENGTH} bytes")
        keys = [_Key.derived(master, suite) for suite in suites for master in masters]
        self._keys = {key.header: key for key in keys}
        if len(self._keys) != len(keys):
            raise ValueError("the same sealing key stands twice")
        self._newest = keys[0]

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        return self._newest.seal(plaintext, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises SealBroken."""
        key = self._keys.get(sealed[:_HEADER_LENGTH])
        if key is None:
            raise SealBroken
        return key.open(sealed, context)


class DataKey(_Ring):
    """The key of one case or one person. It exists only wrapped by the service's key: overwrite the wrapped key
    with NULL, and everything sealed with it is erased, in backups too once the backup of the wrapped key is gone."""


class Keyring(_Ring):
    """The service's keys, newest first; likewise the suites, when one replaces another."""

    def __init__(self, masters: Sequence[bytes], suites: Sequence[Suite] = (AesGcm(),)) -> None:
        super().__init__(masters, suites)
        self._suites = tuple(suites)

    @classmethod
    def parse(cls, setting: str) -> "Keyring":
        """From SEALING_KEY: base64 of 32 bytes, several with commas between, newest first. Raises ValueError."""
        try:
            masters = [base64.b64decode(part.strip(), validate=True) for part in setting.split(",")]
        except ValueError:
            raise ValueError("a sealing key is base64 of 32 bytes") from None
        return cls(masters)

    def is_current(self, sealed: bytes) -> bool:
        """False for what should be opened and sealed again before an old key is taken away."""
        return sealed[:_HEADER_LENGTH] == self._newest.header

    def fingerprint(self, value: str, purpose: str) -> bytes:
        """32 bytes by which a sealed value is found again. The purpose (`person.number`) keeps columns apart.
        Bring the value into its one normal form first."""
        return self._newest.fingerprint(value, purpose)

    def fingerprints(self, value: str, purpose: str) -> list[bytes]:
        """What `fingerprint` gives or gave under each key, newest first: look up with `IN` while keys rotate."""
        return [key.fingerprint(value, purpose) for key in self._keys.values()]

    def new_data_key(self, context: bytes) -> tuple[DataKey, bytes]:
        """A key for one case or person, and the same wrapped: the form to store."""
        secret = secrets.token_bytes(SECRET_LENGTH)
        return DataKey([secret], self._suites), self.seal(secret, b"data key\0" + context)

    def data_key(self, wrapped: bytes | None, context: bytes) -> DataKey:
        """The stored key back. Raises KeyDestroyed for None, SealBroken for another context."""
        if wrapped is None:
            raise KeyDestroyed
        return DataKey([self.open(wrapped, b"data key\0" + context)], self._suites)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The stored key wrapped by the newest key; what it sealed stays as it is."""
        context = b"data key\0" + context
        return self.seal(self.open(wrapped, context), context)
