"""Judges the committed documents; exits with 1 when anything is found, or excepted without need."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.documents import ROOT, differences

from . import judging, release, workshop
from .findings import Finding, excepted, left


def findings(folder: Path) -> Iterator[Finding]:
    for judge in (judging.schemas, judging.asyncapi, judging.redocly, judging.spectral, judging.typescript):
        _say(f"{judge.__name__} ...")
        yield from judge(folder)
    _say(f"breaking changes since {release.commit()[:12]} ...")
    with TemporaryDirectory() as before:
        release.documents_into(Path(before))
        yield from judging.breaking(folder, Path(before))


def main() -> int:
    if stale := differences():
        _say("The code says something else now: run `make contracts` first.\n" + "\n".join(stale))
        return 1
    try:
        workshop.prepared()
        faults, needless = left(findings(ROOT), excepted())
    except (workshop.NotInstalled, judging.Broken, release.NoHistory) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for fault in faults:
        _say(str(fault))
    for one in needless:
        _say(f"excepted without need: {one}")
    _say(f"{len(faults)} found, {len(needless)} needless exceptions" if faults or needless else "The documents pass.")
    return int(bool(faults or needless))


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
