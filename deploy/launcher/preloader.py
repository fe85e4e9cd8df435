"""The launcher's side of the preloader: keeps it running, and has it fork programs."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import IO

from launcher.children import Child, NotYet
from launcher.errors import LauncherError
from launcher.house import House
from launcher.kernel import adopt_orphans
from launcher.preload import PID_BYTES, READY
from launcher.process import Adopted
from launcher.tether import tether

ANSWERS_WITHIN = 20.0


class Preloader(Child):
    """Supervised like the programs it forks; when it ends, they go on, and another takes its place."""

    def __init__(self, house: House, report: Callable[[str], None]) -> None:
        super().__init__(
            "preloader",
            None,
            house.log("preloader"),
            command=lambda: tether([sys.executable, "-m", "launcher.preload"]),
            environment=house.frugal_environment(),
            report=report,
            is_ready=self._has_spoken,
            spawn=self._open,
            stage=-1,
        )
        self._modules = house.preloaded
        self._orders: socket.socket | None = None
        self._ready = False
        adopt_orphans()

    def fork(self, command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> Adopted:
        """`command` is a module and its arguments. Raises NotYet while modules are being imported."""
        if self._orders is None or not self.is_ready():
            raise NotYet("the preloader is not ready")
        order = {
            "module": command[0],
            "arguments": command[1:],
            "environment": dict(environment),
            "launcher": os.getpid(),
        }
        with open(os.memfd_create("order"), "w+") as file:
            json.dump(order, file)
            file.seek(0)
            try:
                socket.send_fds(self._orders, [b"."], [file.fileno(), log.fileno()])
                answer = self._orders.recv(PID_BYTES)
            except OSError as error:
                self._hang_up()  # which ends it: an answer that comes late must not be taken for another's
                raise LauncherError(f"the preloader does not answer: {error}") from None
        if not answer:
            raise NotYet("the preloader has ended")
        return Adopted(int.from_bytes(answer, "big"))

    def _open(self, command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        self._hang_up()
        self._ready = False
        self._orders, theirs = socket.socketpair()
        self._orders.setblocking(False)
        with theirs:
            return subprocess.Popen(  # noqa: S603
                [*command, str(theirs.fileno()), *self._modules], pass_fds=[theirs.fileno()],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        super().kill()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None

    def _has_spoken(self) -> bool:
        if not self._ready and self._orders is not None:
            try:
                self._ready = self._orders.recv(len(READY)) == READY
            except BlockingIOError:
                return False
            self._orders.settimeout(ANSWERS_WITHIN)
        return self._ready
