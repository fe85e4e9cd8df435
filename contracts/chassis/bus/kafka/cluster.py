"""Where a Kafka cluster is, how to be let in, and how its topics are laid out."""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, slots=True)
class Cluster:
    bootstrap_servers: str
    security_protocol: SecurityProtocol = "PLAINTEXT"
    sasl_mechanism: SaslMechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    partitions: int = 8
    """Of a topic that we create; a key must stay in its partition, so an existing topic keeps its own number."""
    replication: int = 1

    def access(self) -> dict[str, Any]:
        """What each client of aiokafka is told."""
        encrypted = self.security_protocol in ("SSL", "SASL_SSL")
        return {
            "bootstrap_servers": self.bootstrap_servers,
            "client_id": "onedoor",
            "security_protocol": self.security_protocol,
            "ssl_context": ssl.create_default_context(cafile=self.ca_file) if encrypted else None,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }
