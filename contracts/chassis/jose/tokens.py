"""Signing and verifying: claims tokens with their rules, documents without."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from jose import jws

from chassis.jose.encoding import decode, read_object, write_object
from chassis.jose.errors import InvalidToken, UnknownKey, refuse
from chassis.jose.keys import ALGORITHM, KeySet, SigningKey, VerifyingKey, is_name

REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "jti")
MAX_TOKEN_BYTES = 8 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024
_HEADER = {"alg", "kid", "typ"}
_LATEST = 253_402_300_799  # the last second of the year 9999

T = TypeVar("T")


def sign(claims: Mapping[str, Any], key: SigningKey, typ: str) -> str:
    """A token that `verify` accepts in its time. Raises ValueError for claims that it would refuse whatever the time."""
    require_family(typ, claims_token=True)
    try:
        check_claims(claims)
    except InvalidToken as refusal:
        raise ValueError(refusal.reason) from None
    return _sign(claims, key, typ, MAX_TOKEN_BYTES)


def verify(
    token: str | bytes,
    keys: KeySet,
    *,
    issuer: str,
    audience: str | Collection[str],
    typ: str,
    now: float,
    leeway: float = 0,
) -> dict[str, Any]:
    """The claims of a valid token, or InvalidToken. `now` and `leeway` in seconds; of several audiences one must be meant."""
    require_family(typ, claims_token=True)
    claims, _ = guarded(lambda: verified_claims(token, keys, issuer, names(audience), typ, now, leeway))
    return claims


def sign_document(payload: Mapping[str, Any], key: SigningKey, typ: str) -> str:
    """A signed JSON document such as an electronic licence; `typ` ends with `+jws`. Raises ValueError beyond 64 kB."""
    require_family(typ, claims_token=False)
    return _sign(payload, key, typ, MAX_DOCUMENT_BYTES)


def verify_document(document: str | bytes, keys: KeySet, typ: str) -> dict[str, Any]:
    """The payload of a document signed by one of `keys`, or InvalidToken."""
    require_family(typ, claims_token=False)
    payload, _ = guarded(lambda: opened(document, keys, typ, MAX_DOCUMENT_BYTES))
    return payload


def guarded(work: Callable[[], T], otherwise: str = "malformed") -> T:
    """Whatever goes wrong inside, the caller sees InvalidToken, and no exception that quotes the token hangs on it."""
    try:
        return work()
    except InvalidToken as refusal:
        failure = refusal
    except Exception as error:
        failure = InvalidToken(f"{otherwise} ({type(error).__name__})")
    raise failure


def verified_claims(
    token: str | bytes, keys: KeySet, issuer: str, audiences: frozenset[str], typ: str, now: float, leeway: float
) -> tuple[dict[str, Any], VerifyingKey]:
    claims, key = opened(token, keys, typ, MAX_TOKEN_BYTES)
    check_claims(claims)
    if claims["iss"] != issuer:
        refuse("wrong issuer")
    if audiences.isdisjoint(names(claims["aud"])):
        refuse("wrong audience")
    if now >= claims["exp"] + leeway:
        refuse("expired")
    if max(claims["iat"], claims.get("nbf", 0)) > now + leeway:
        refuse("not yet valid")
    return claims, key


def check_claims(claims: Mapping[str, Any]) -> None:
    """What must hold whatever the time and whoever reads it."""
    for name in REQUIRED_CLAIMS:
        if name not in claims:
            refuse(f"{name} is missing")
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, 0)
        if type(value) is not int or not 0 <= value <= _LATEST:  # True is an int to isinstance
            refuse(f"{name} is not a time")
    if claims["exp"] <= claims["iat"]:
        refuse("exp is not after iat")
    for name in ("iss", "sub", "jti"):
        if not is_name(claims[name]):
            refuse(f"{name} is not text")
    audience = claims["aud"]
    if not is_name(audience) and not (isinstance(audience, list) and audience and all(map(is_name, audience))):
        refuse("aud is not text")


def opened(token: str | bytes, keys: KeySet, typ: str, limit: int) -> tuple[dict[str, Any], VerifyingKey]:
    """The payload of a correctly signed token, and the key that signed it."""
    if len(token) > limit:
        refuse("too large")
    text = token if isinstance(token, str) else token.decode("ascii")
    parts = text.split(".")
    if len(parts) != 3:
        refuse("not three parts")
    key = _key_named_by(read_object(decode(parts[0])), keys, typ)
    signature = decode(parts[2])
    if len(signature) != 64 or not key.key.verify(f"{parts[0]}.{parts[1]}".encode("ascii"), signature):
        refuse("wrong signature")
    return read_object(decode(parts[1])), key


def require_family(typ: str, *, claims_token: bool) -> None:
    fits = (typ == "JWT" or typ.endswith("+jwt")) if claims_token else typ.endswith("+jws")
    if not fits:
        raise ValueError(f"{typ!r} is not a typ of this kind of token")


def names(one_or_many: str | Collection[str]) -> frozenset[str]:
    return frozenset((one_or_many,) if isinstance(one_or_many, str) else one_or_many)


def _key_named_by(header: dict[str, Any], keys: KeySet, typ: str) -> VerifyingKey:
    if header.get("alg") != ALGORITHM:
        refuse("wrong alg")
    if header.get("typ") != typ:
        refuse("wrong typ")
    if header.keys() != _HEADER:
        refuse("kid is missing" if "kid" not in header else "header parameter not allowed")
    if not is_name(header["kid"]):
        refuse("kid is not text")
    key = keys.get(header["kid"])
    if key is None:
        raise UnknownKey
    return key


def _sign(payload: Mapping[str, Any], key: SigningKey, typ: str, limit: int) -> str:
    data = write_object(payload)
    token = jws.sign(data, key.key, headers={"typ": typ, "kid": key.kid}, algorithm=ALGORITHM)
    if len(token) > limit:
        raise ValueError(f"the token is longer than {limit} bytes")
    return token
