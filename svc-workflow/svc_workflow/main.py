"""svc-workflow, wired together."""

from chassis.runtime import Runtime
from chassis.service import Service
from svc_workflow.handlers import handlers
from svc_workflow.host import definitions
from svc_workflow.jobs import jobs
from svc_workflow.models import Base
from svc_workflow.routes import applications, cases, city, incidents, sealed_forms, tasks
from svc_workflow.settings import WorkflowSettings


async def start(runtime: Runtime) -> None:
    async with runtime.sessions.transaction() as session:
        await definitions.deploy_packaged(session)


service = Service(
    name="workflow",
    title="OneDoor workflow",
    summary="Applications, cases, staff's tasks, time limits",
    metadata=Base.metadata,
    routers=[
        applications.router,
        cases.router,
        tasks.router,
        incidents.router,
        sealed_forms.router,
        city.router,
    ],
    handlers=handlers,
    jobs=jobs,
    settings=WorkflowSettings,
    on_start=start,
)
