"""`make bench`, or a part of it: `make bench ROWS=bus,gateway`. A table for people, `.run/bench.json` for machines."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from launcher.errors import LauncherError

from .figures import Report, Row
from .place import Place
from .programs import CORES
from .rows import GROUPS
from .table import as_text
from .tools import require_tools

ROOT = Path(__file__).parents[3]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", default="", help=f"a comma list of {', '.join(GROUPS)}; all by default")
    wanted = [name for name in parser.parse_args().rows.split(",") if name] or list(GROUPS)
    if unknown := [name for name in wanted if name not in GROUPS]:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    try:
        require_tools()
        report = measured(wanted)
    except LauncherError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    path = Path(os.environ.get("RUN_DIR", ROOT / ".run")) / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {"at": datetime.now(UTC).isoformat(), "cores": len(CORES), "load": os.getloadavg()}
    path.write_text(report.as_json(**facts))
    sys.stdout.write(f"{as_text(report)}\n")
    return 0


def measured(wanted: list[str]) -> Report:
    rows: list[Row] = []
    with Place() as place:
        yardstick = place.yardstick
        for name in wanted:
            sys.stderr.write(f"measuring {name} ...\n")
            rows += GROUPS[name](place)
    return Report(yardstick, rows)


if __name__ == "__main__":
    sys.exit(main())
