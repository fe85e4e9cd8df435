"""What the launcher can say to the person at the keyboard."""


class LauncherError(Exception):
    """Something the person can put right; the text is one sentence that says how."""
