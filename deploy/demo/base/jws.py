"""ES256 signatures as the departments make them: compact JWS by a private JWK of their own."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from demo.base.keys import keep


@dataclass(frozen=True)
class SigningKey:
    kid: str
    public: dict[str, str]
    private: ec.EllipticCurvePrivateKey

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": [self.public]}

    def sign(self, typ: str, payload: Mapping[str, Any]) -> str:
        """A compact JWS (RFC 7515) with algorithm ES256."""
        header = {"alg": "ES256", "kid": self.kid, "typ": typ}
        signed = ".".join(encode(json.dumps(part, ensure_ascii=False).encode()) for part in (header, payload))
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def signing_key(path: Path) -> SigningKey:
    """The key of a file; a new one is made when the file is missing."""
    return parse_key(json.loads(keep(path, lambda: json.dumps(new_jwk()))))


def parse_key(jwk: Mapping[str, str]) -> SigningKey:
    """A private P-256 JWK. Its `kid` defaults to its thumbprint (RFC 7638)."""
    private = ec.derive_private_key(int.from_bytes(decode(jwk["d"]), "big"), ec.SECP256R1())
    public = {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]}
    kid = jwk.get("kid") or thumbprint(jwk["x"], jwk["y"])
    return SigningKey(kid, {**public, "kid": kid, "alg": "ES256", "use": "sig"}, private)


def new_jwk() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    point = numbers.public_numbers
    x, y, d = (encode(number.to_bytes(32, "big")) for number in (point.x, point.y, numbers.private_value))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d, "kid": thumbprint(x, y), "alg": "ES256", "use": "sig"}


def thumbprint(x: str, y: str) -> str:
    canonical = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    return encode(hashlib.sha256(canonical.encode()).digest())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
