"""What runs in the house: one table. A port is counted from the gateway's (`PORT`, 8080 by default)."""

from dataclasses import dataclass

POSTGRES_OFFSET = 20
KAFKA_OFFSET = 21
"""With BUS=kafka; the port behind it is the broker's as well."""


@dataclass(frozen=True)
class Program:
    """A program started as `python -m <module> <arguments>`; it answers GET /health/ready with 200 when it is."""

    name: str
    offset: int
    module: str
    arguments: tuple[str, ...] = ()
    migrates: bool = False
    """Whether `python -m <module> migrate` must have run before."""
    client_id: str | None = None
    """As whom it signs in to other services, with a key of its own."""
    registers: tuple[str, ...] = ()
    """Its command that takes in the folder of the clients' public keys, if it is the one who knows clients."""
    stage: int = 0
    """Programs with a higher stage are stopped first."""
    metrics_offset: int | None = None
    """Where it shows its metrics, if not with everything else."""

    @property
    def url_variable(self) -> str:
        """The environment variable that tells everyone where it listens."""
        return f"{self.name.upper().replace('-', '_')}_URL"


def service(name: str, offset: int, registers: tuple[str, ...] = ()) -> Program:
    return Program(name, offset, f"svc_{name}", ("serve",), True, f"svc-{name}", registers, stage=1)


OTHER_CLIENTS = ("demo-operator", "population")
"""Clients of OneDoor that are not programs of the house, or sign in only now and then."""

PREPARATIONS = ("demo.keys", "demo.marriage")
"""Modules that run to their end, beside the migrations, before anything is started."""

PRELOADED = (
    "chassis.cli",
    "chassis.migrate",
    "chassis.telemetry.exporters",
    "contracts.events",
    "jinja2",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "starlette.applications",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
"""Modules that most programs import: imported once, before any of them is started, and shared."""

PROGRAMS = (
    Program("gateway", 0, "gateway", ("serve",), migrates=True, client_id="gateway", stage=2, metrics_offset=9),
    service("identity", 1, registers=("bootstrap",)),
    service("catalog", 2),
    service("workflow", 3),
    service("sharing", 4),
    service("logistics", 5),
    service("profile", 6),
    service("feedback", 7),
    Program("hospital", 31, "demo.hospital", client_id="hospital"),
    Program("population", 32, "demo.population"),
    Program("vaccination", 33, "demo.vaccination"),
    Program("insurance", 34, "demo.insurance"),
    Program("social-security", 35, "demo.social_security"),
    Program("carrier", 36, "demo.carrier"),
    Program("payment", 37, "demo.payment"),
    Program("face", 38, "demo.face"),
)

OFFSETS = (
    *(program.offset for program in PROGRAMS),
    *(program.metrics_offset for program in PROGRAMS if program.metrics_offset is not None),
    POSTGRES_OFFSET,
    KAFKA_OFFSET,
    KAFKA_OFFSET + 1,
)
"""Every port of a house, counted from the gateway's."""
