"""A small program that says what it is: `python -m mirror FILE ...`. It waits to be ended when its last word is `stay`."""

import asyncio
import gc
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

from chassis.identifiers import new_id


def confess() -> dict:
    import __main__

    return {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "session": os.getsid(0),
        "main": [__main__.__name__, __main__.__file__],
        "argv": sys.argv,
        "environment": dict(os.environ),
        "c_environment": subprocess.check_output(["env"], text=True).splitlines(),  # noqa: S607
        "cmdline": Path("/proc/self/cmdline").read_text().rstrip("\0").split("\0"),
        "name": Path("/proc/self/comm").read_text().strip(),
        "files": sorted(os.readlink(f"/proc/self/fd/{number}") for number in held_open()),
        "threads": threading.active_count(),
        "collects": gc.isenabled(),
        "signals": [str(signal.getsignal(sign)) for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE)],
        "chances": [random.random(), str(uuid4()), str(new_id()), os.urandom(8).hex()],  # noqa: S311
        "loop": type(asyncio.new_event_loop()).__name__,
        "imported": sorted(sys.modules),
    }


def held_open() -> list[str]:
    return [number for number in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{number}")]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    new = file.with_suffix(".new")
    new.write_text(json.dumps(confess()))
    new.rename(file)
    sys.stdout.write("said it\n")
    sys.stderr.write("and meant it\n")
    match sys.argv[-1]:
        case "stay":
            time.sleep(600)
        case "fall":
            raise ValueError("over its own feet")
        case "leave":
            sys.exit(7)
