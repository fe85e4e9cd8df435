"""What a token says before it is verified: only to find the key or the client by which it is then verified."""

from typing import Any

from chassis.jose import MAX_TOKEN_BYTES
from chassis.jose.encoding import decode, read_object


def unverified(token: str) -> dict[str, Any]:
    """The claims of something that looks like a token; nothing when it does not."""
    try:
        return read_object(decode(token[:MAX_TOKEN_BYTES].split(".")[1]))
    except Exception:
        return {}
