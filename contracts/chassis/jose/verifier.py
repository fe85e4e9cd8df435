"""The hot path: a token seen before costs microseconds."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chassis.jose.errors import refuse
from chassis.jose.keys import KeySet, VerifyingKey
from chassis.jose.tokens import MAX_TOKEN_BYTES, guarded, names, require_family, verified_claims

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[T]):
    value: T
    expires: float
    key: VerifyingKey


class TokenVerifier(Generic[T]):
    """Verifies the tokens of one issuer, audience and typ, and remembers the verified until they expire.

    `parse` turns the claims into what the service works with; make it frozen, because one object serves many requests.
    A remembered token is refused as soon as its key leaves the key set. Revocation is the caller's: look the result up
    in the denylist at every request, or `forget` what was revoked.
    """

    def __init__(
        self,
        parse: Callable[[dict[str, Any]], T],
        *,
        issuer: str,
        audience: str | Collection[str],
        typ: str,
        leeway: float = 0,
        capacity: int = 10_000,
    ) -> None:
        require_family(typ, claims_token=True)
        self._parse, self._issuer, self._typ, self._leeway, self._capacity = parse, issuer, typ, leeway, capacity
        self._audiences = names(audience)
        self._remembered: dict[bytes, _Remembered[T]] = {}

    def verify(self, token: str, keys: KeySet, now: float) -> T:
        """What `parse` made of the claims, or InvalidToken. `now` in seconds since the epoch."""
        if not isinstance(token, str) or len(token) > MAX_TOKEN_BYTES:
            refuse("too large or not text")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._remembered.get(digest)
        if known is not None and now < known.expires and keys.get(known.key.kid) == known.key:
            return known.value
        claims, key = guarded(lambda: self._verified_claims(token, keys, now))
        value = guarded(lambda: self._parse(claims), otherwise="claims refused")
        self._remember(digest, _Remembered(value, claims["exp"] + self._leeway, key))
        return value

    def forget(self, matches: Callable[[T], bool]) -> int:
        """Drop what matches, for instance the tokens of a session that ended; the number dropped."""
        stale = [digest for digest, known in self._remembered.items() if matches(known.value)]
        for digest in stale:
            del self._remembered[digest]
        return len(stale)

    def __len__(self) -> int:
        return len(self._remembered)

    def _verified_claims(self, token: str, keys: KeySet, now: float) -> tuple[dict[str, Any], VerifyingKey]:
        return verified_claims(token, keys, self._issuer, self._audiences, self._typ, now, self._leeway)

    def _remember(self, digest: bytes, verified: _Remembered[T]) -> None:
        self._remembered.pop(digest, None)
        while len(self._remembered) >= self._capacity:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = verified
