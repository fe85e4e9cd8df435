"""Signed tokens and documents: one strict wrapper around python-jose, and its only importer.

ES256 only, three parts, a header of exactly `alg`, `kid` and `typ`. A claims token (`JWT`, `at+jwt`, `logout+jwt`, …) must carry
`exp iat iss aud sub jti`; a document (`licence+jws`, …) is a signed JSON object without rules about its claims. The two families
of `typ` never overlap, so one can never be taken for the other. Whatever is wrong with a token, the caller sees `InvalidToken`.
"""

from chassis.jose.errors import InvalidKey, InvalidToken, UnknownKey
from chassis.jose.keys import ALGORITHM, KeySet, SigningKey, VerifyingKey, thumbprint
from chassis.jose.tokens import (
    MAX_DOCUMENT_BYTES,
    MAX_TOKEN_BYTES,
    REQUIRED_CLAIMS,
    sign,
    sign_document,
    verify,
    verify_document,
)
from chassis.jose.verifier import TokenVerifier

__all__ = [
    "ALGORITHM",
    "MAX_DOCUMENT_BYTES",
    "MAX_TOKEN_BYTES",
    "REQUIRED_CLAIMS",
    "InvalidKey",
    "InvalidToken",
    "KeySet",
    "SigningKey",
    "TokenVerifier",
    "UnknownKey",
    "VerifyingKey",
    "sign",
    "sign_document",
    "thumbprint",
    "verify",
    "verify_document",
]
