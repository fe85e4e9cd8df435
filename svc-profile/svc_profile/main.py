"""svc-profile, wired together."""

from chassis.jobs import Jobs
from chassis.service import Service
from svc_profile.checks import checks
from svc_profile.handlers import handlers
from svc_profile.jobs.delivery import Deliver
from svc_profile.jobs.schedules import FetchSchedule, RemindDue
from svc_profile.models import Base
from svc_profile.routes import home, messages
from svc_profile.settings import ProfileSettings

service = Service(
    name="profile",
    title="OneDoor profile",
    summary="One person's home: what waits, what is under way, messages, reminders, who used the data",
    metadata=Base.metadata,
    routers=[home.router, messages.router],
    handlers=handlers,
    jobs=Jobs(Deliver, FetchSchedule, RemindDue),
    settings=ProfileSettings,
    checks=checks,
    openapi_tags=[
        {"name": "home", "description": "What concerns a person"},
        {"name": "messages", "description": "Messages, reminders, contact"},
    ],
)
