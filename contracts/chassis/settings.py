"""Settings every service has. They come from the environment; importing this needs none."""

from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

OFFSETS = {"identity": 1, "catalog": 2, "workflow": 3, "sharing": 4, "logistics": 5, "profile": 6, "feedback": 7}
"""Where the services listen on one machine, counted from the gateway's port."""


class NotConfigured(RuntimeError):
    """A setting is missing; the text says which and what it wants."""


class Settings(BaseSettings):
    """One frozen model; a service adds its own fields in a subclass."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        default="postgresql://postgres@127.0.0.1:8100/postgres",
        description="A PostgreSQL server where the role may create databases and roles",
    )
    database_name: str | None = Field(default=None, description="Instead of onedoor_<service>")
    pool_size: int = Field(
        default=4, ge=1, description="Database connections of a process for requests, plus two for bursts"
    )
    bus: Literal["postgres", "kafka"] = Field(default="postgres", description="What carries events")
    kafka_bootstrap_servers: str | None = Field(
        default=None, description="Where the Kafka cluster is, host:port with commas between; needed with BUS=kafka"
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="Whether connections to Kafka are encrypted and whether we sign in"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How we sign in to Kafka, where the protocol is one of SASL"
    )
    kafka_username: str | None = Field(default=None, description="As whom we sign in to Kafka")
    kafka_password: SecretStr | None = Field(default=None, description="And with what password")
    kafka_ca_file: str | None = Field(
        default=None, description="Certificates in PEM that vouch for Kafka's brokers; the system's own when not set"
    )
    kafka_partitions: int = Field(default=8, ge=1, description="Partitions of a Kafka topic that we have to make")
    kafka_replication: int = Field(default=3, ge=1, description="Copies of a Kafka topic that we have to make")
    public_url: str = Field(
        default="http://localhost:8080",
        description="The gateway as browsers see it; fixes issuer, redirects and cookies",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int | None = Field(default=None, description="Port to listen on; by default the service's own on one machine")
    metrics_port: int | None = Field(
        default=None,
        description="Port on which /metrics is answered, and on no other; by default with everything else, at the gateway nowhere",
    )
    identity_url: str = "http://127.0.0.1:8081"
    catalog_url: str = "http://127.0.0.1:8082"
    workflow_url: str = "http://127.0.0.1:8083"
    sharing_url: str = "http://127.0.0.1:8084"
    logistics_url: str = "http://127.0.0.1:8085"
    profile_url: str = "http://127.0.0.1:8086"
    feedback_url: str = "http://127.0.0.1:8087"
    sealing_key: SecretStr | None = Field(
        default=None,
        description="Base64 of 32 bytes, newest first when several stand with commas between; seals personal values at rest",
    )
    client_key_file: str | None = Field(
        default=None, description="The service's private JWK for calls to other services"
    )
    body_limit: int = Field(default=1_000_000, description="Largest request body in bytes")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least that is logged"
    )
    batch_size: int = Field(default=500, ge=1, description="Most events taken in one transaction")
    trace_ratio: float = Field(default=0.01, ge=0, le=1, description="Share of reads that are traced")
    trace_command_ratio: float = Field(
        default=0.1, ge=0, le=1, description="Share of commands (POST, PUT, PATCH, DELETE) that are traced"
    )
    trace_limit: int = Field(default=20, ge=0, description="Most traces that a process begins within a second")
    traces_dir: Path | None = Field(default=None, description="Folder for traces as OTLP/JSON lines, on one machine")
    otel_exporter_otlp_endpoint: str | None = Field(
        default=None, description="Collector that takes traces by OTLP over HTTP, instead of a folder"
    )
    otel_exporter_otlp_headers: SecretStr | None = Field(
        default=None, description="Headers for the collector: name=value, with commas between"
    )

    @property
    def issuer(self) -> str:
        return self.public_url.rstrip("/")

    @property
    def otel_headers(self) -> dict[str, str]:
        given = self.otel_exporter_otlp_headers
        pairs = [pair.partition("=") for pair in given.get_secret_value().split(",")] if given else []
        return {name.strip(): unquote(value.strip()) for name, equals, value in pairs if equals}

    def shows_metrics_at(self, port: int | None) -> bool:
        """Whether /metrics is answered on the port where it was asked for."""
        return self.metrics_port in (None, port)

    def url_of(self, service: str) -> str:
        """Where another service listens, for instance `url_of("sharing")`."""
        return str(getattr(self, f"{service}_url")).rstrip("/")
