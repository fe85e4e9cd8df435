"""svc-feedback, wired together."""

from chassis.service import Service
from svc_feedback.checks import checks
from svc_feedback.handlers import handlers
from svc_feedback.models import Base
from svc_feedback.routes import router
from svc_feedback.settings import FeedbackSettings

service = Service(
    name="feedback",
    title="OneDoor feedback",
    summary="Ratings (好差评) by link, work orders for bad ones, figures for everybody",
    metadata=Base.metadata,
    routers=[router],
    handlers=handlers,
    settings=FeedbackSettings,
    checks=checks,
    openapi_tags=[{"name": "feedback", "description": "Ratings, work orders and figures"}],
)
