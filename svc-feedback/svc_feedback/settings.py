"""Settings of svc-feedback."""

from datetime import timedelta

from pydantic import Field

from chassis.settings import Settings


class FeedbackSettings(Settings):
    work_order_days: int = Field(default=5, ge=1, description="Working days a department has to answer a bad review")
    invitation_life: timedelta = Field(default=timedelta(days=90), description="How long a rating link is good")
