"""A key, its claims, and tokens made of them, however strange."""

import base64
import json
from typing import Any

import pytest

from chassis import jose
from chassis.jose import InvalidToken, KeySet, SigningKey

NOW = 1_780_000_000.0
ISSUER = "http://localhost:8080"
KEY = SigningKey.generate()
OTHER_KEY = SigningKey.generate()
KEYS = KeySet([KEY.public, OTHER_KEY.public])
CLAIMS: dict[str, Any] = {
    "exp": int(NOW) + 300,
    "iat": int(NOW),
    "iss": ISSUER,
    "aud": "onedoor",
    "sub": "0197e0a0-0000-7000-8000-000000000001",
    "jti": "0197e0a0-0000-7000-8000-000000000002",
    "scope": "workflow:cases:read",
}


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make(header: Any = None, payload: Any = None, *, key: SigningKey = KEY) -> str:
    """A correctly signed token of exactly this header and payload, however strange. Bytes are taken as they are."""
    header = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} if header is None else header
    payload = CLAIMS if payload is None else payload
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    signing_input = ".".join(map(encode, parts))
    return f"{signing_input}.{encode(key.key.sign(signing_input.encode()))}"


def check(token: Any, **changes: Any) -> dict[str, Any]:
    wanted = {"issuer": ISSUER, "audience": "onedoor", "typ": "at+jwt", "now": NOW, **changes}
    return jose.verify(token, KEYS, **wanted)


def refused(token: Any, **changes: Any) -> str:
    with pytest.raises(InvalidToken) as refusal:
        check(token, **changes)
    assert refusal.value.__context__ is None, "an exception that quotes the token must not hang on the refusal"
    return refusal.value.reason
