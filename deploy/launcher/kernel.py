"""What Linux lets a process say about itself and its family, and Python has no words for."""

import ctypes
import os
import signal
from collections.abc import Collection, Sequence
from pathlib import Path

DEATH_SIGNAL, NAME, ADOPT_ORPHANS = 1, 15, 36  # options of prctl
NAME_MAX = 15
ARGUMENTS = slice(45, 47)
"""Where the words of the command line begin and end in memory: in /proc/self/stat, counted from after the name."""


def adopt_orphans() -> None:
    """From now on a descendant whose parent ends becomes our own child instead of init's."""
    _prctl(ADOPT_ORPHANS, 1)


def bury_orphans(known: Collection[int]) -> None:
    """Take note of the ends of adopted children that nobody else will ask about."""
    while (pid := _ended_child()) is not None and pid not in known:
        os.waitpid(pid, 0)


def end_with_parent(parent: int, farewell: signal.Signals = signal.SIGTERM) -> None:
    """Be sent `farewell` when the parent ends; a parent that has ended already ends us here."""
    _prctl(DEATH_SIGNAL, farewell)
    if os.getppid() != parent:
        raise SystemExit("whoever started this has ended")


def call_oneself(words: Sequence[str], name: str) -> None:
    """What `ps` and `top` show of this process. Words beyond the length of those it was started with are cut off."""
    start, end = map(int, Path("/proc/self/stat").read_text().rpartition(")")[2].split()[ARGUMENTS])
    text = b"\0".join(os.fsencode(word) for word in words)[: end - start - 1]
    ctypes.memmove(start, text.ljust(end - start, b"\0"), end - start)
    _prctl(NAME, name.encode()[:NAME_MAX])


def _ended_child() -> int | None:
    try:
        end = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return end.si_pid if end is not None else None


def _prctl(option: int, value: int | bytes) -> None:
    argument = ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.c_ulong(value)
    if ctypes.CDLL(None, use_errno=True).prctl(option, argument, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
