"""The launcher, with `mortal` loaded before every program."""

import sys

from launcher import __main__ as command_line
from launcher.house import House
from launcher.processes import PRELOADED

command_line.House = lambda run_dir, port: House(run_dir, port, preloaded=(*PRELOADED, "mortal"))  # type: ignore[misc, assignment]
sys.exit(command_line.main(sys.argv[1:]))
