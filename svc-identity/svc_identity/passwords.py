"""Passwords, as argon2id hashes."""

import asyncio
from dataclasses import dataclass, field

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
"""Hashes computed at the same time in a process; each takes the memory below and one processor."""


def _hasher() -> PasswordHasher:
    # RFC 9106 and OWASP: argon2id with 19 MiB, two passes, one lane; some 20 ms on a small server.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


@dataclass(slots=True)
class Passwords:
    """Hashes and compares in threads, a few at a time, so that the event loop goes on."""

    hasher: PasswordHasher = field(default_factory=_hasher)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    nobodys: str = ""
    """The hash compared with where there is no account, so that both cost the same."""

    @classmethod
    async def ready(cls) -> "Passwords":
        passwords = cls()
        passwords.nobodys = await passwords.hash("nobody has this password")
        return passwords

    async def hash(self, password: str) -> str:
        async with self.slots:
            return await asyncio.to_thread(self.hasher.hash, password)

    async def matches(self, password: str, known: str | None) -> bool:
        """Whether it is the password; the same work where there is none to compare with."""
        async with self.slots:
            right = await asyncio.to_thread(self._verify, password, known or self.nobodys)
        return right and known is not None

    def is_dated(self, known: str) -> bool:
        """Whether the hash was made with parameters that are no longer ours."""
        return self.hasher.check_needs_rehash(known)

    def _verify(self, password: str, known: str) -> bool:
        try:
            return self.hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False
