"""Whether a port is free."""

import socket

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
