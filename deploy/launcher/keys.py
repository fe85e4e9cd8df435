"""Secrets of a house, made once: `python -m launcher.keys FOLDER CLIENT...`.

A program of its own, so that the launcher, which stays in memory, need not carry cryptography.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chassis.jose import SigningKey


def make_keys(folder: Path, clients: list[str]) -> None:
    """What exists is kept: values sealed yesterday must open tomorrow."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep(folder / "sealing.key", lambda: base64.b64encode(os.urandom(32)).decode())
    for client in clients:
        _keep(folder / f"{client}.json", _new_key)
        private = SigningKey.parse(json.loads((folder / f"{client}.json").read_text()))
        _keep(folder / f"{client}.pub.json", partial(json.dumps, private.public.to_jwk()))


def _new_key() -> str:
    return json.dumps(SigningKey.generate().to_jwk())


def _keep(path: Path, make: Callable[[], str]) -> None:
    if path.exists():
        return
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(make())
    new.rename(path)


if __name__ == "__main__":
    make_keys(Path(sys.argv[1]), sys.argv[2:])
