"""Signatures by shared secret, and the bearer keys of the simpler interfaces."""

import hmac
import time

from starlette.requests import Request

from demo.base.bodies import Refusal

FRESH_SECONDS = 5 * 60


def sign(secret: str, *parts: str | bytes) -> str:
    """`sha256=<hex>` over the parts joined by full stops."""
    text = b".".join(part.encode() if isinstance(part, str) else part for part in parts)
    return f"sha256={hmac.new(secret.encode(), text, 'sha256').hexdigest()}"


def is_signed(secret: str, signature: str, timestamp: str, *parts: str | bytes) -> bool:
    """Whether the signature covers timestamp and parts, and the timestamp (seconds) is fresh."""
    right = sign(secret, timestamp, *parts)
    fresh = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= FRESH_SECONDS
    return hmac.compare_digest(signature.encode(), right.encode()) and fresh


def admit_bearer(request: Request, key: str) -> None:
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise Refusal("unauthorized", "a valid key is needed", 401)
