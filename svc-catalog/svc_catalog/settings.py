"""Settings of svc-catalog."""

from pydantic import Field

from chassis.settings import Settings


class CatalogSettings(Settings):
    body_limit: int = Field(default=16_000_000, description="Largest request body in bytes; imports are large")
