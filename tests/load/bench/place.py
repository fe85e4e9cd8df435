"""Where the rows are measured: a folder, a database server, an upstream; each is started when first asked for."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from launcher.ports import free_port
from launcher.postgres import Server

from . import wrk
from .figures import ROUNDS
from .nginx import Nginx, answering, proxying
from .programs import SUBJECT, SURROUNDINGS, on

SECONDS = 2
"""How long one round loads."""
CONNECTIONS = 32


class Place:
    """Used as a context; everything that was started in it is stopped at its end."""

    def __init__(self) -> None:
        self.exit = ExitStack()
        self.rooms: dict[str, object] = {}
        """What several groups of rows use, put there by the first of them."""

    def __enter__(self) -> "Place":
        self.folder = Path(self.exit.enter_context(TemporaryDirectory(prefix="onedoor-bench-")))
        return self

    def __exit__(self, *error: object) -> None:
        self.exit.close()

    @cached_property
    def database(self) -> Server:
        """A server that keeps what it was told, as a house's does."""
        server = Server(self.folder / "postgres", free_port())
        with on(SURROUNDINGS):
            server.start()
        self.exit.callback(server.stop)
        return server

    def nginx(self, name: str, content: str, cores: list[int]) -> Nginx:
        started = Nginx(self.folder / name, content, cores)
        self.exit.callback(started.program.stop)
        return started

    @cached_property
    def upstream(self) -> Nginx:
        """Answers everything at once with a small JSON text."""
        return self.nginx("upstream", answering({"": '{"state": "open"}'}), SURROUNDINGS)

    @cached_property
    def bare_proxy(self) -> Nginx:
        return self.nginx("proxy", proxying(self.upstream.port), SUBJECT)

    @cached_property
    def yardstick(self) -> list[float]:
        """Requests that nginx proxies in a second of one core's time."""
        self.proxied()
        return [self.proxied() for _ in range(ROUNDS)]

    def proxied(self) -> float:
        proxy = self.bare_proxy
        request = [wrk.get("/state")]
        return wrk.cost(proxy.program, self.folder, proxy.port, request, CONNECTIONS, SECONDS).per_core
