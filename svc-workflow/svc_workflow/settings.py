"""What svc-workflow is told by its environment, beside what every service is told."""

from pathlib import Path

from pydantic import Field

from chassis.settings import Settings


class WorkflowSettings(Settings):
    division: str = Field(
        default="440199",
        pattern=r"^[0-9]{6}$",
        description="The city's division (GB/T 2260); the first part of every case number",
    )
    clock_file: Path | None = Field(
        default=None,
        description="For demonstrations only: a file with the seconds by which this service's clock is ahead",
    )
