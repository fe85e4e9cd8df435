"""Why a token or a key is refused."""

from typing import NoReturn


class InvalidToken(Exception):
    """The token is refused. `reason` is for logs and metrics: a fixed phrase that never repeats a part of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKey(InvalidToken):
    """No key of that `kid` is known. With keys fetched from elsewhere, a fresh copy may help."""

    def __init__(self) -> None:
        super().__init__("unknown key")


class InvalidKey(Exception):
    """The JWK is refused; the message never repeats key material."""


def refuse(reason: str) -> NoReturn:
    raise InvalidToken(reason)
