"""A PostgreSQL server whose disk is small and can be filled: `python small_disk.py FOLDER PORT`, in a mount namespace of its own.

Says its URL, then obeys words on its input and answers `done` to each: stop, start, kill, fill, free. Ends when they end.
"""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from launcher import postgres
from launcher.errors import LauncherError
from launcher.postgres import Server

SIZE = "1g"
SETTINGS = {"max_wal_size": "96MB", "min_wal_size": "32MB"}
CHUNK = bytes(1 << 20)


def mount(folder: Path) -> None:
    options = ["-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)]
    subprocess.run(["mount", *options], check=True)  # noqa: S603, S607


def fill(ballast: Path) -> None:
    """Whatever is left: first by the megabyte, then by the page."""
    with ballast.open("ab", buffering=0) as file:
        for piece in (CHUNK, CHUNK[:4096]):
            try:
                while True:
                    file.write(piece)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def kill(data: Path) -> None:
    """All of it at once, as if the machine had lost power; what it had written is there."""
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def start(server: Server) -> None:
    """Patient with what a killed one leaves behind: its sessions end a little later than it."""
    for _ in range(30):
        try:
            return server.start()
        except LauncherError as error:
            print(error, file=sys.stderr)  # noqa: T201
            time.sleep(0.5)
    raise SystemExit("the database does not start any more")


def free(server: Server, ballast: Path) -> None:
    """There is space again. A server that could not even write its log of changes has ended: somebody starts it again."""
    ballast.unlink()
    time.sleep(1)
    if not server.ready():
        server.stop()
        start(server)


def main(folder: Path, port: int) -> None:
    mount(folder)
    postgres.SETTINGS |= SETTINGS
    server = Server(folder / "data", port, log=folder.with_name("postgres.log"))
    start(server)
    words = {
        "stop": server.stop,
        "start": lambda: start(server),
        "kill": lambda: kill(server.data),
        "fill": lambda: fill(folder / "ballast"),
        "free": lambda: free(server, folder / "ballast"),
    }
    print(server.url, flush=True)  # noqa: T201
    try:
        for line in sys.stdin:
            words[line.strip()]()
            print("done", flush=True)  # noqa: T201
    finally:
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
