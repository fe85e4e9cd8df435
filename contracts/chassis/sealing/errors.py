"""What can go wrong with a sealed value. No message repeats a value or a key."""


class SealingError(Exception):
    pass


class SealBroken(SealingError):
    """The value was sealed with a key that is not at hand, for another context, or was changed since."""

    def __init__(self) -> None:
        super().__init__("the sealed value does not open: unknown key, other context, or changed")


class KeyDestroyed(SealingError):
    """The values were erased: their key no longer exists."""

    def __init__(self) -> None:
        super().__init__("the key was destroyed; what it sealed is erased")


class SealingNotConfigured(SealingError):
    def __init__(self) -> None:
        super().__init__("sealed columns need a key: set SEALING_KEY and call chassis.sealing.configure(...) at start")
