"""svc-workflow, wired together."""

from chassis.runtime import Runtime
from chassis.service import Service
from svc_workflow import clock
from svc_workflow.checks import checks
from svc_workflow.commands import erase_cases, tell_waits, verify_histories
from svc_workflow.handlers import handlers
from svc_workflow.host import definitions
from svc_workflow.jobs import jobs
from svc_workflow.metrics import look
from svc_workflow.models import Base
from svc_workflow.routes import applications, cases, forms, incidents, sealed_forms, supervision, tasks
from svc_workflow.routes import city as city_routes
from svc_workflow.settings import WorkflowSettings
from svc_workflow.short_cuts import APPLICATION, CASE, CLAIM, OPENED_FORM
from svc_workflow.use_cases import city


async def start(runtime: Runtime) -> None:
    assert isinstance(runtime.settings, WorkflowSettings)  # noqa: S101
    clock.follow(runtime.settings.clock_file)
    async with runtime.sessions.transaction() as session:
        await definitions.deploy_packaged(session)
        await city.check_calendars(session)


service = Service(
    name="workflow",
    title="OneDoor workflow",
    summary="Applications, cases, staff's tasks, time limits",
    metadata=Base.metadata,
    routers=[
        applications.router,
        forms.router,
        cases.router,
        tasks.router,
        incidents.router,
        incidents.stuck,
        sealed_forms.router,
        supervision.router,
        city_routes.router,
    ],
    short_cuts=[APPLICATION, CASE, CLAIM, OPENED_FORM],
    handlers=handlers,
    jobs=jobs,
    settings=WorkflowSettings,
    checks=checks,
    on_start=start,
    openapi_tags=[
        {"name": "applications", "description": "Drafts: begun, filled in, agreed to, handed in"},
        {"name": "cases", "description": "Cases (办件): where they stand, supplements (补正), withdrawal"},
        {"name": "tasks", "description": "What clerks have to do and decide"},
        {"name": "incidents", "description": "Cases that cannot go on without a person"},
        {"name": "sealed forms", "description": "What was handed in, opened field by field under a code"},
        {"name": "supervision", "description": "Reminders, yellow and red cards (红黄牌)"},
        {"name": "city", "description": "Working days, divisions, and the offices that people choose from"},
    ],
    gauges=look,
    commands={"erase": erase_cases, "verify-history": verify_histories, "waits": tell_waits},
)
