"""Settings of the gateway."""

from datetime import timedelta, timezone

from pydantic import Field

from chassis.settings import Settings


class GatewaySettings(Settings):
    session_idle: timedelta = Field(
        default=timedelta(minutes=30), description="A browser session unused for this long ends"
    )
    session_life: timedelta = Field(default=timedelta(hours=12), description="No browser session lives longer")
    sign_in_life: timedelta = Field(default=timedelta(minutes=15), description="How long a sign-in may take")
    trusted_peers: list[str] = Field(
        default=[], description="Networks (CIDR) of proxies before the gateway that are believed"
    )
    rate_limit: int = Field(
        default=200, ge=0, description="Requests a second of one token's subject or one browser session; 0: no limit"
    )
    rate_limit_burst: int = Field(default=1000, ge=0, description="The same at once, after a pause; 0: no limit")
    rate_limit_of_address: int = Field(
        default=1000,
        ge=0,
        description="Requests a second of all together who come from one address and are not signed in; 0: no limit",
    )
    rate_limit_burst_of_address: int = Field(
        default=5000, ge=0, description="The same at once, after a pause; 0: no limit"
    )

    city_offset: int = Field(default=8, ge=-12, le=14, description="Hours by which the city is ahead of UTC")
    helpline: str = Field(default="12345", description="The number people are told to call")

    def url_of(self, service: str) -> str:
        """The gateway is asked at its own port, like the services."""
        return f"http://127.0.0.1:{self.port or 8080}" if service == "gateway" else super().url_of(service)

    def shows_metrics_at(self, port: int | None) -> bool:
        """Never where the public comes in."""
        return self.metrics_port is not None and self.metrics_port == port

    @property
    def city_zone(self) -> timezone:
        return timezone(timedelta(hours=self.city_offset))

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the session's cookie. The prefix binds it to this host and to HTTPS."""
        return "__Host-onedoor" if self.is_https else "onedoor"
