"""A house of throw-away programs on real PostgreSQL, run as the command line runs the real one."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from launcher.ports import free_house_port
from launcher.processes import POSTGRES_OFFSET, Program

HERE = Path(__file__).parent
SCRIPT = """
import sys
from argparse import Namespace
from pathlib import Path
from launcher import __main__, commands
from launcher.house import House
from launcher.processes import Program
programs = {programs}
small = {{"preparations": ["demo.keys"], "preloaded": ["chassis.jose"]}}
__main__.House = lambda run_dir, port: House(run_dir, port, programs=programs, **small)
sys.exit(__main__.main(sys.argv[1:]))
"""
FRONT = Program("front", 0, "throwaway", ("serve",), migrates=True, client_id="svc-front", stage=2)
BACK = Program("back", 1, "throwaway", ("serve",), migrates=True, registers=("bootstrap",), stage=1)
SECRET = "known to two"


class TestHouse:
    __test__ = False

    def __init__(self, folder: Path, *programs: Program, **environment: str) -> None:
        self.programs = programs or (FRONT, BACK)
        self.run_dir = folder / "run"
        self.port = free_house_port([POSTGRES_OFFSET, *(program.offset for program in self.programs)])
        self.diary = folder / "diary"
        self.output = folder / "output"
        seed = folder / "demo" / "seed.py"
        seed.parent.mkdir(exist_ok=True)
        seed.with_name("__init__.py").touch()
        seed.write_text(
            "import os, pathlib\n"
            "open(os.environ['DIARY'], 'a').write('seeded city\\n')\n"
            "pathlib.Path(os.environ['RUN_DIR'], 'demo-sign-ins.txt').write_text('a mother: 440199')\n"
        )
        seed.with_name("keys.py").write_text(
            "import os, pathlib\n"
            "folder = pathlib.Path(os.environ['RUN_DIR'], 'demo', 'keys')\n"
            "folder.mkdir(parents=True, exist_ok=True)\n"
            f"(folder / 'social-security.secret').write_text('{SECRET}')\n"
        )
        inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PUBLIC_URL"}}
        self.environment = {
            **inherited,
            "PYTHONPATH": f"{folder}:{HERE}",
            "RUN_DIR": str(self.run_dir),
            "PORT": str(self.port),
            "DIARY": str(self.diary),
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", SCRIPT.format(programs=self.programs), *arguments]

    def ask(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            self.command(*arguments), env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )

    def start(self) -> None:
        with self.output.open("w") as output:
            self.process = subprocess.Popen(self.command("run"), env=self.environment, stdout=output, text=True)  # noqa: S603
        self.wait_for(lambda: self.status().get("phase") == "ready")

    def status(self) -> dict:
        return json.loads(self.ask("status", "--format", "json").stdout)

    def program(self, name: str) -> dict:
        return next(program for program in self.status()["processes"] if program["name"] == name)

    def said(self) -> str:
        return self.output.read_text()

    def happened(self) -> list[str]:
        places = {str(self.port + program.offset): program.name for program in self.programs}
        words = [line.split() for line in self.diary.read_text().splitlines()]
        return [f"{event} {places.get(place, place)}" for event, place in words]

    def wait_for(self, condition, patience: float = 60) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; the house said: {self.said()}"
            assert self.process.poll() is None, f"the house ended; it said: {self.said()}"
            time.sleep(0.05)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(sign)
        return self.process.wait(60)
