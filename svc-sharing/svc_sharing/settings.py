"""Settings of svc-sharing."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import Settings


class SharingSettings(Settings):
    connector_hosts: str = Field(
        default="127.0.0.1,localhost",
        description="Hosts that connectors may call, with commas between; a connector to any other host is refused",
    )
    presentation_life: timedelta = Field(
        default=timedelta(minutes=5), description="How long the code of a shown licence is good"
    )
    correction_days: int = Field(default=14, ge=1, description="Days a department has to answer a correction")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        return frozenset(host.strip().lower() for host in self.connector_hosts.split(",") if host.strip())
