"""The preloader: `python -m launcher.preload FD MODULE...` imports what all programs share, then forks one for each order.

Importing that much takes a processor seconds and tens of megabytes; forked programs have both in common instead of each
for itself. An order comes over the socket FD with two files: the order itself, and a log. The program becomes a child of
the launcher that ordered it, which so sees its end at first hand, and whose end it follows. To the preloader it owes
nothing: it has a session, arguments, an environment and output of its own, runs as `python -m MODULE ARGUMENTS...`
does, to the end of the interpreter, and does not notice when the preloader ends.

What must not be shared is not made here: no thread, no event loop, no connection, no identifier. Python and OpenSSL see to
it that a fork draws random numbers of its own. What is shared is the seed of Python's hashes, one for each start.
"""

import gc
import json
import os
import runpy
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from launcher.kernel import call_oneself, end_with_parent

READY = b"ready"
PID_BYTES = 8


@dataclass(frozen=True)
class Order:
    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    launcher: int
    """The pid of who orders."""


def main() -> None:
    orders, modules = socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]
    call_oneself([sys.executable, "-m", "launcher.preload"], "preloader")
    gc.disable()
    for module in modules:
        import_module(module)
    require_one_thread()
    gc.freeze()  # the collector writes to what it looks at, and what is written to is shared no longer
    orders.sendall(READY)
    order = next_order(orders)
    if order is not None:
        become(order)


def require_one_thread() -> None:
    if len(os.listdir("/proc/self/task")) > 1:
        raise SystemExit("a preloaded module has started a thread, which no program forked from here would have")


def next_order(orders: socket.socket) -> Order | None:
    """Returns in each program, with its order; in the preloader when nobody is left to give orders."""
    while True:
        _, files, _, _ = socket.recv_fds(orders, 1, 2)
        if not files:
            return None
        with open(files[0]) as text, open(files[1], "ab") as log:
            order = Order(**json.load(text))
            if is_fork(orders, order.launcher, log.fileno()):
                return order


def is_fork(orders: socket.socket, launcher: int, log: int) -> bool:
    """Forks twice: when the one between has ended, the program is the launcher's child, and tells it so."""
    wait, go = os.pipe()
    between = os.fork()
    if between:
        os.close(wait)
        os.waitpid(between, 0)
        os.close(go)
        return False
    if os.fork():
        os._exit(0)
    os.close(go)
    os.read(wait, 1)  # until nobody holds the other end
    os.close(wait)
    os.setsid()
    os.dup2(log, 1)
    os.dup2(log, 2)
    end_with_parent(launcher)
    with orders:
        orders.sendall(os.getpid().to_bytes(PID_BYTES, "big"))
    return True


def become(order: Order) -> None:
    gc.enable()
    os.environ.clear()
    os.environ.update(order.environment)
    call_oneself([sys.executable, "-m", order.module, *order.arguments], order.module)
    sys.argv = [order.module, *order.arguments]
    runpy.run_module(order.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
