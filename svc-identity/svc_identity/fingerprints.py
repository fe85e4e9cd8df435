"""Keyed hashes by which sealed values are found again, each for its purpose, of the value's one normal form."""

import hashlib
import secrets

from chassis.sealing import keyring

NUMBER, LOGIN, LOCKOUT = "person.number", "login_name", "lockout"


def of_number(number: str) -> bytes:
    return keyring().fingerprint(number.strip().upper(), NUMBER)


def of_number_ever(number: str) -> list[bytes]:
    """Under each key that is in use: look up with IN."""
    return keyring().fingerprints(number.strip().upper(), NUMBER)


def of_login(name: str) -> bytes:
    return keyring().fingerprint(name.strip().casefold(), LOGIN)


def of_login_ever(name: str) -> list[bytes]:
    return keyring().fingerprints(name.strip().casefold(), LOGIN)


def of_attempt(kind: str, what: str) -> bytes:
    return keyring().fingerprint(f"{kind} {what.strip().casefold()}", LOCKOUT)


def new_secret() -> str:
    """256 random bits as text: cookies, codes, refresh tokens."""
    return secrets.token_urlsafe(32)


def of_secret(secret: str) -> bytes:
    """What is kept of a secret with 256 random bits; it needs no key and no salt."""
    return hashlib.sha256(secret.encode()).digest()
