"""How a request shows who sends it, in each department's style."""

import hashlib
import hmac
import secrets
import time
from base64 import b64encode

from svc_sharing.connectors.config import Auth, BasicAuth, HeaderAuth, SignedAuth
from svc_sharing.connectors.templates import fill_text


def credentials(auth: Auth, secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    """Headers for one request; signatures are fresh for each."""
    match auth:
        case HeaderAuth():
            return {auth.header: auth.prefix + secret}
        case BasicAuth():
            return {"Authorization": "Basic " + b64encode(f"{auth.user}:{secret}".encode()).decode()}
        case SignedAuth():
            return _signed(auth, secret, method, path, body)
        case _:
            return {}


def _signed(auth: SignedAuth, secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    now = time.time()
    facts = {
        "timestamp": str(int(now)),
        "timestamp_ms": str(int(now * 1000)),
        "nonce": secrets.token_hex(16),
        "method": method,
        "path": path,
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    message = fill_text(auth.sign, facts)
    facts["signature"] = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return {name: fill_text(value, facts) for name, value in auth.headers.items()}
