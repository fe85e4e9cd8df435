"""What is measured: a function for each group of rows, by the name that `ROWS` chooses it by."""

from collections.abc import Callable

from tests.load.bench.figures import Row
from tests.load.bench.place import Place

from . import bus, gateway, house, routes

Measure = Callable[[Place], list[Row]]
GROUPS: dict[str, Measure] = {
    "starts": house.starts,
    "memory": house.memory,
    "cases": house.cases,
    "bus": bus.postgres,
    "kafka": bus.kafka,
    "routes": routes.measure,
    "gateway": gateway.measure,
}
