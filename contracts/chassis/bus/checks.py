"""What no transport takes, whatever else it can."""

from chassis.bus.errors import MessageRefused, MessageTooLarge
from chassis.bus.interface import MAX_VALUE_BYTES, Message


def check(message: Message) -> None:
    """Raise `MessageRefused` for what no log can ever hold."""
    if len(message.value) > MAX_VALUE_BYTES:
        raise MessageTooLarge(message.topic, message.key, f"{len(message.value)} bytes, at most {MAX_VALUE_BYTES}")
    for name, text in (("topic", message.topic), ("key", message.key)):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise MessageRefused(message.topic, message.key, f"the {name} is not valid Unicode") from None
        if "\0" in text:
            raise MessageRefused(message.topic, message.key, f"the {name} contains a NUL character")
