"""What can come of asking a department, besides an answer. Reasons are stable codes; nothing here repeats a value."""


class ConnectorError(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Down(ConnectorError):
    """It does not answer, or says that it cannot now: worth another try."""

    def __init__(self) -> None:
        super().__init__("department-down")


class NotReady(ConnectorError):
    """It is working on it; ask again `after` seconds."""

    def __init__(self, after: float) -> None:
        super().__init__("department-working")
        self.after = after


class Refused(ConnectorError):
    """The department decided against it."""


class Failed(ConnectorError):
    """The question or the configuration is wrong: trying again the same way cannot help."""


class Misread(Failed):
    """The answer has another shape than was configured; `what` names the kind of thing, never the thing."""

    def __init__(self, what: str) -> None:
        super().__init__("department-answer-unreadable")
        self.what = what
