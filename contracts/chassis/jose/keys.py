"""ES256 keys, constructed once: parsed strictly from JWK, named by their RFC 7638 thumbprint."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk
from jose.backends.base import Key

from chassis.jose.encoding import decode, encode
from chassis.jose.errors import InvalidKey, InvalidToken

ALGORITHM = "ES256"
_CURVE = {"kty": "EC", "crv": "P-256"}
_SECRET_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A P-256 public key."""

    kid: str
    x: str
    y: str
    key: Key = field(repr=False, compare=False)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "VerifyingKey":
        """A public ES256 JWK. `kid` defaults to the thumbprint (RFC 7638). Raises InvalidKey, also for private material."""
        if _SECRET_MEMBERS & set(document):
            raise InvalidKey("private key material where a public key belongs")
        x, y = _checked_point(document, purpose="verify")
        return cls(_checked_kid(document, x, y), x, y, _construct({**_CURVE, "x": x, "y": y}))

    @property
    def thumbprint(self) -> str:
        return thumbprint(self.x, self.y)

    def to_jwk(self) -> dict[str, str]:
        return {**_CURVE, "alg": ALGORITHM, "use": "sig", "kid": self.kid, "x": self.x, "y": self.y}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A P-256 private key with its public half. Its text form never shows the secret."""

    public: VerifyingKey
    key: Key = field(repr=False, compare=False)

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key; its `kid` is its thumbprint."""
        numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        point = numbers.public_numbers
        x, y, d = (encode(number.to_bytes(32, "big")) for number in (point.x, point.y, numbers.private_value))
        return cls.parse({**_CURVE, "x": x, "y": y, "d": d})

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "SigningKey":
        """A private ES256 JWK. `kid` defaults to the thumbprint. Raises InvalidKey."""
        x, y = _checked_point(document, purpose="sign")
        key = _construct({**_CURVE, "x": x, "y": y, "d": _checked_coordinate(document, "d")})
        public = VerifyingKey.parse({**_CURVE, "x": x, "y": y, "kid": _checked_kid(document, x, y)})
        return cls(public, key)

    @property
    def kid(self) -> str:
        return self.public.kid

    def to_jwk(self) -> dict[str, str]:
        """The private JWK: only for a file that nobody else can read."""
        return {**self.public.to_jwk(), "d": str(self.key.to_dict()["d"])}


class KeySet:
    """Verifying keys by `kid`; never changes once made."""

    def __init__(self, keys: Iterable[VerifyingKey] = ()) -> None:
        keys = tuple(keys)
        self._keys = MappingProxyType({key.kid: key for key in keys})
        if len(self._keys) != len(keys):
            raise InvalidKey("two keys with one kid")

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "KeySet":
        """A JWKS in which every key must be acceptable. Raises InvalidKey."""
        entries = document.get("keys")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise InvalidKey("not a key set")
        return cls(VerifyingKey.parse(entry) for entry in entries)

    def get(self, kid: str) -> VerifyingKey | None:
        return self._keys.get(kid)

    def __iter__(self) -> Iterator[VerifyingKey]:
        return iter(self._keys.values())

    def __len__(self) -> int:
        return len(self._keys)

    def to_jwks(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": [key.to_jwk() for key in self]}


def thumbprint(x: str, y: str) -> str:
    """RFC 7638 thumbprint of a P-256 public key."""
    canonical = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    return encode(hashlib.sha256(canonical.encode()).digest())


def is_name(value: object) -> bool:
    """Text fit to name something: printable, of sensible length."""
    return isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable()


def _construct(document: dict[str, str]) -> Key:
    try:
        return jwk.construct(document, ALGORITHM)
    except Exception:
        raise InvalidKey("not a point of the curve, or not its secret") from None


def _checked_point(document: Mapping[str, Any], purpose: str) -> tuple[str, str]:
    if document.get("kty") != "EC" or document.get("crv") != "P-256" or document.get("alg", ALGORITHM) != ALGORITHM:
        raise InvalidKey("not an ES256 key")
    operations = document.get("key_ops", [purpose])
    if document.get("use", "sig") != "sig" or not isinstance(operations, list) or purpose not in operations:
        raise InvalidKey(f"not a key to {purpose} with")
    return _checked_coordinate(document, "x"), _checked_coordinate(document, "y")


def _checked_coordinate(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    try:
        if isinstance(value, str) and len(decode(value)) == 32:
            return value
    except (ValueError, InvalidToken):
        pass
    raise InvalidKey(f"{name} is not 32 bytes of base64url") from None


def _checked_kid(document: Mapping[str, Any], x: str, y: str) -> str:
    kid = document.get("kid", thumbprint(x, y))
    if not isinstance(kid, str) or not is_name(kid):
        raise InvalidKey("kid is not text")
    return kid
