"""What the person at the keyboard reads."""

import sys
from contextlib import suppress


def say(text: str = "") -> None:
    """A closed terminal is no reason to fall over halfway through stopping."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
