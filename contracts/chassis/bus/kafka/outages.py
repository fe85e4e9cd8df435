"""What it looks like when the cluster is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from chassis.bus.errors import BusUnavailable

OUTAGES = (KafkaError, OSError, TimeoutError)


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except OUTAGES as error:
        raise BusUnavailable(f"{type(error).__name__}: {error}") from error
