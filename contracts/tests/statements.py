"""What a service says to its database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from chassis.testing import ServiceUnderTest


@contextmanager
def heard(service: ServiceUnderTest, *words: str) -> Iterator[list[str]]:
    """The statements that hold all of these words, in their order."""
    said: list[str] = []
    engine = service.runtime.sessions.engine.sync_engine

    def note(connection, cursor, statement, parameters, context, executemany):
        if all(word in statement for word in words):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
