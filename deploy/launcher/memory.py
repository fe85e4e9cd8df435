"""Memory of a program and its children as PSS: shared pages are counted once over all who share them."""

from pathlib import Path


def pss(pid: int) -> int | None:
    """Bytes of a program with its children, or None when it has ended or may not be looked at."""
    own = pss_alone(pid)
    if own is None:
        return None
    return own + sum(pss_alone(child) or 0 for child in descendants(pid))


def pss_alone(pid: int) -> int | None:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and (parent := _parent(process)) is not None:
            children.setdefault(parent, []).append(int(process.name))
    found, open_ = [], [pid]
    while open_:
        below = children.get(open_.pop(), [])
        found += below
        open_ += below
    return found


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
