"""The primitives behind sealing, in one place, so that another suite (SM4 and SM3) can be switched in."""

import secrets
from typing import Protocol

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Suite(Protocol):
    """Authenticated encryption, a keyed hash and key derivation that belong together. Stateless."""

    @property
    def code(self) -> int:
        """One byte that stands beside everything this suite sealed; never reused for another suite."""

    @property
    def key_length(self) -> int:
        """Bytes of an encryption key."""

    def derive(self, secret: bytes, purpose: bytes, length: int) -> bytes: ...

    def encrypt(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Whatever `decrypt` needs besides key and context, nonce included. Two calls never give the same."""

    def decrypt(self, key: bytes, ciphertext: bytes, context: bytes) -> bytes:
        """Raises any exception when key, ciphertext or context is wrong."""

    def keyed_hash(self, key: bytes, message: bytes) -> bytes: ...


class AesGcm:
    """AES-256-GCM, HMAC-SHA-256, HKDF-SHA-256.

    The nonce is random, 96 bits: one key may seal 2^32 values (NIST SP 800-38D, 8.3) before it must be replaced.
    """

    code = 1
    key_length = 32
    _nonce_length = 12

    def derive(self, secret: bytes, purpose: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt=None, info=purpose).derive(secret)

    def encrypt(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        nonce = secrets.token_bytes(self._nonce_length)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, context)

    def decrypt(self, key: bytes, ciphertext: bytes, context: bytes) -> bytes:
        return AESGCM(key).decrypt(ciphertext[: self._nonce_length], ciphertext[self._nonce_length :], context)

    def keyed_hash(self, key: bytes, message: bytes) -> bytes:
        mac = hmac.HMAC(key, hashes.SHA256())
        mac.update(message)
        return mac.finalize()
