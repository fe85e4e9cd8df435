"""What svc-identity is told by its environment, beside what every service is told."""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

from pydantic import Field, SecretStr

from chassis.settings import Settings


class IdentitySettings(Settings):
    code_seconds: int = Field(default=60, ge=10, le=600, description="How long an authorization code can be exchanged")
    access_token_seconds: int = Field(default=300, ge=60, le=900, description="Life of an access token")
    sign_in_hours: int = Field(
        default=12, ge=1, description="After this long a person signs in again, whatever happened"
    )
    free_attempts: int = Field(default=5, ge=1, description="Wrong passwords for one name before waiting begins")
    free_attempts_of_address: int = Field(
        default=50, ge=1, description="The same for one network address, behind which many people may be"
    )
    longest_wait_seconds: int = Field(default=3600, ge=1, description="No lock-out lasts longer")
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default=[IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")],
        description="Peers whose X-Forwarded-For is believed when wrong passwords are counted: the gateway",
    )
    proofing_minutes: int = Field(default=30, ge=5, description="How long a started proofing can be finished")
    consent_days: int = Field(default=14, ge=1, description="Silence for this long counts as no agreement")
    face_url: str = Field(default="http://127.0.0.1:8118", description="The live-face verifier")
    face_issuer: str = Field(default="demo-face", description="`iss` of its verdicts")
    face_secret: SecretStr | None = Field(default=None, description="Bearer key for the live-face verifier")

    @property
    def is_https(self) -> bool:
        return self.issuer.startswith("https://")

    @property
    def access_token_life(self) -> timedelta:
        return timedelta(seconds=self.access_token_seconds)
