"""Shared secrets of the interfaces: made when missing by whoever needs them first."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from demo.base.settings import Settings

INTERFACES = (
    "hospital",
    "population",
    "vaccination",
    "insurance",
    "social-security",
    "carrier",
    "payment",
    "face",
    "marriage",
)


def secret(settings: Settings, name: str) -> str:
    """The shared secret of one interface: 64 hexadecimal characters, used as text."""
    variable = f"{name.upper().replace('-', '_')}_SECRET"
    given = settings.environment.get(variable)
    return given or keep(settings.keys / f"{name}.secret", lambda: secrets.token_hex(32)).strip()


def keep(path: Path, make: Callable[[], str]) -> str:
    """The content of a file that only its owner can read; made once, even when two programs start at the same moment."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(make())
        try:
            path.hardlink_to(new)
        except FileExistsError:
            pass  # another program was faster; its key counts
        finally:
            new.unlink()
    return path.read_text()
