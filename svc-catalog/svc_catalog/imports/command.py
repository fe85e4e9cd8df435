"""`python -m svc_catalog import FILE [--mapping NAME]`."""

import argparse
import asyncio
import sys
from pathlib import Path

from chassis.runtime import Runtime
from svc_catalog.imports.loading import load
from svc_catalog.imports.mapping import OWN, UnknownMapping, mappings
from svc_catalog.imports.reading import Reading, read
from svc_catalog.models import ImportRun


async def import_items(runtime: Runtime, words: list[str]) -> int:
    """Exit code 0, or 1 when a line was refused, or 2 when nothing could be read."""
    parser = argparse.ArgumentParser(prog="python -m svc_catalog import", description="Import service items")
    parser.add_argument("file", type=Path, help="JSON Lines, one item a line")
    parser.add_argument("--mapping", choices=[OWN, *mappings()], help="by default chosen by the first line's fields")
    given = parser.parse_args(words)
    try:
        reading = await asyncio.to_thread(_read, given.file, given.mapping)
    except (OSError, UnknownMapping) as error:
        sys.stderr.write(f"{given.file}: {getattr(error, 'strerror', None) or 'no such mapping'}\n")
        return 2
    async with runtime.sessions.transaction() as session:
        run = await load(session, reading, "command-line", progress)
    sys.stdout.write(report(run))
    return int(bool(run.refused))


def progress(done: int, of: int) -> None:
    """While it is long: nothing is kept before the last one is done."""
    sys.stderr.write(f"{done} of {of} items\n")


def _read(file: Path, mapping: str | None) -> Reading:
    with file.open("rb") as lines:
        return read(lines, mapping)


def report(run: ImportRun) -> str:
    """What happened, for people: totals first, then each line that needs a look."""
    lines = [
        f"{run.lines} lines by mapping {run.mapping}: {run.created} new, {run.changed} changed, {run.unchanged} as before, "
        f"{len(run.refused)} refused, {len(run.warned)} with a warning"
    ]
    lines += [f"line {one['line']} refused: {'; '.join(one['reasons'])}" for one in run.refused]
    lines += [f"line {one['line']} warning: {one['code']} {'; '.join(one['warnings'])}" for one in run.warned]
    return "\n".join(lines) + "\n"
