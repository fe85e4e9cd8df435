"""What one request has to say to its service."""

from gateway.proxy.upstream import UpstreamConnection

HELD_BACK = 64 * 1024


class Sending:
    """Held until there is a connection; then a copy is kept while it may have to be said a second time."""

    __slots__ = ("_again", "_connection", "_size", "_unsent")

    def __init__(self) -> None:
        self._connection: UpstreamConnection | None = None
        self._unsent: list[bytes] = []
        self._again: list[bytes] | None = None
        self._size = 0

    @property
    def full(self) -> bool:
        """More should not be held back for want of a connection."""
        return self._connection is None and self._size > HELD_BACK

    def start(self, head: bytes) -> None:
        self._unsent.insert(0, head)

    def send(self, data: bytes) -> None:
        self._size += len(data)
        if self._connection is None:
            self._unsent.append(data)
            return
        if self._again is not None:
            self._again.append(data)
            if self._size > HELD_BACK:
                self._again = None
        self._connection.write(data)

    def connected(self, connection: UpstreamConnection, keep: bool) -> list[bytes]:
        """What is to be sent at once; the rest goes to the connection as it comes."""
        self._connection = connection
        unsent, self._unsent = self._unsent, []
        self._again = unsent if keep else None
        return unsent

    def once_more(self) -> bool:
        """Hold everything again for another connection, if a copy of it is there."""
        if self._again is None:
            return False
        self._connection = None
        self._unsent, self._again = self._again, None
        return True

    def heard(self) -> None:
        """The service has begun to answer: nothing is said a second time."""
        self._again = None
