"""Whether a port is free."""

import random
import socket
from collections.abc import Iterable

from launcher.errors import LauncherError


def require_free(port: int, name: str) -> None:
    """Raises LauncherError with a sentence that says what to do."""
    if is_taken(port):
        raise LauncherError(
            f"Port {port}, wanted by {name}, is taken by another program; "
            "stop that program or choose other ports with PORT, for example `make run PORT=9080`."
        )


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_house_port(offsets: Iterable[int]) -> int:
    """A gateway's port for a second house: free, and so is every port at these offsets from it."""
    wanted = [0, *offsets]
    for _ in range(100):
        port = random.randrange(10_000, 30_000)  # noqa: S311 - below the range that outgoing connections use
        if not any(is_taken(port + offset) for offset in wanted):
            return port
    raise LauncherError("No free block of ports was found.")
