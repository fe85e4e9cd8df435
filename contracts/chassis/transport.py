"""The bus that the settings ask for."""

from chassis.bus import Bus, open_bus, prepare
from chassis.bus.kafka.cluster import Cluster
from chassis.settings import NotConfigured, Settings


def bus_of(settings: Settings) -> Bus:
    """Raises NotConfigured."""
    return open_bus(settings.database_url, settings.bus, cluster=cluster_of(settings))


async def prepare_bus(settings: Settings) -> None:
    """Make what events are written to where it is missing. Safe to repeat and to call from several processes at once."""
    cluster = cluster_of(settings)
    if cluster is None:
        return await prepare(settings.database_url)
    import contracts.events  # noqa: F401 - declares them
    from chassis.bus.kafka import topics  # only here: its client would weigh on processes of the embedded log
    from contracts.event import declared_events

    await topics.prepare(cluster, {event.topic for event in declared_events().values()})


def cluster_of(settings: Settings) -> Cluster | None:
    """Nothing where events do not go through Kafka."""
    if settings.bus != "kafka":
        return None
    if not settings.kafka_bootstrap_servers:
        raise NotConfigured(
            "KAFKA_BOOTSTRAP_SERVERS is not set: with BUS=kafka it says where the cluster is, host:port"
        )
    password = settings.kafka_password
    if settings.kafka_security_protocol.startswith("SASL") and not (settings.kafka_username and password):
        raise NotConfigured(
            f"KAFKA_USERNAME or KAFKA_PASSWORD is not set: {settings.kafka_security_protocol} signs in with them"
        )
    return Cluster(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        security_protocol=settings.kafka_security_protocol,
        sasl_mechanism=settings.kafka_sasl_mechanism,
        username=settings.kafka_username,
        password=password.get_secret_value() if password else None,
        ca_file=settings.kafka_ca_file,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replication,
    )
