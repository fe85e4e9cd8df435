"""The launcher with a part of the house: PART=services, or PART=city for all others. They find each other by the switchboard."""

import os
import sys
from pathlib import Path

if os.environ["RELEASE_PYTHON"] != sys.executable:
    os.execv(os.environ["RELEASE_PYTHON"], [os.environ["RELEASE_PYTHON"], *sys.argv])  # noqa: S606

from launcher import __main__ as command_line
from launcher.house import House
from launcher.processes import PREPARATIONS, PROGRAMS

ARE_SERVICES = os.environ["PART"] == "services"


class Part(House):
    """Runs under the last release's launcher too: what it uses of `House` is old."""

    def __init__(self, run_dir: Path, port: int) -> None:
        programs = [program for program in PROGRAMS if program.migrates == ARE_SERVICES]
        super().__init__(run_dir, port, programs=programs, preparations=() if ARE_SERVICES else PREPARATIONS)

    def common_environment(self) -> dict[str, str]:
        base = int(os.environ["SWITCHBOARD"])
        addresses = {program.url_variable: f"http://127.0.0.1:{base + program.offset}" for program in PROGRAMS}
        return {**super().common_environment(), **addresses}


command_line.House = Part  # type: ignore[misc, assignment]
sys.exit(command_line.main(sys.argv[1:]))
