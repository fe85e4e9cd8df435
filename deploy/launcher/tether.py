"""Commands that end when the process which started them ends, even by `kill -9`."""

import shutil
import signal


def tether(command: list[str], farewell: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command, sent `farewell` when the thread that starts it dies. Unchanged where `setpriv` is missing."""
    if shutil.which("setpriv") is None:
        return command
    return ["setpriv", "--pdeathsig", farewell.name.removeprefix("SIG"), "--", *command]
