"""The launcher's command line; the Makefile calls it."""

import argparse
import os
import sys
from pathlib import Path

from launcher import commands
from launcher.errors import LauncherError
from launcher.house import House

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    try:
        house = House(options.run_dir, options.port)
        return int(getattr(commands, options.command)(house, options))
    except LauncherError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="launcher", description=__doc__)
    parser.add_argument("--run-dir", type=Path, default=os.environ.get("RUN_DIR", ROOT / ".run"), help="default: .run")
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8080"), help="the gateway's; default: 8080"
    )
    commands_ = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands_.add_parser("run", help="start everything and watch over it until Ctrl-C")
    commands_.add_parser("stop", help="stop the house that runs in another shell")
    status = commands_.add_parser("status", help="each program: port, pid, ready, restarts, memory")
    status.add_argument("--format", choices=["text", "json"], default="text")
    logs = commands_.add_parser("logs", help="follow what the programs say")
    logs.add_argument("service", nargs="?", help="only this one")
    reset = commands_.add_parser("reset", help="erase all data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    commands_.add_parser("migrate", help="bring every service's database up to date")
    commands_.add_parser("verify", help="have every service prove that nothing is lost, doubled or stuck")
    trace = commands_.add_parser("trace", help="a case's path through the services, with durations")
    trace.add_argument("case", help="its number or its id; before it is handed in, the application's id")
    trace.add_argument("--all", action="store_true", help="also what nothing followed from")
    execute = commands_.add_parser("exec", help="run a command with the environment of the house")
    execute.add_argument("--as", dest="service", help="with the port and key of this service")
    execute.add_argument("words", nargs="+", metavar="WORD")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 65_000:
        raise argparse.ArgumentTypeError(f"PORT must be a number between 1 and 65000, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
