"""svc-logistics, wired together."""

from chassis.service import Service
from svc_logistics.checks import checks
from svc_logistics.handlers import handlers
from svc_logistics.jobs import jobs
from svc_logistics.models import Base
from svc_logistics.routes import addresses, bills, parcels
from svc_logistics.settings import LogisticsSettings
from svc_logistics.short_cuts import PAYMENT

service = Service(
    name="logistics",
    title="OneDoor logistics",
    summary="Documents by courier, pick-up by code, bills and payments",
    metadata=Base.metadata,
    routers=[addresses.router, parcels.router, bills.router],
    handlers=handlers,
    jobs=jobs,
    settings=LogisticsSettings,
    checks=checks,
    short_cuts=[PAYMENT],
    openapi_tags=[
        {"name": "addresses", "description": "People's addresses, departments and halls"},
        {"name": "parcels", "description": "Parcels in and out, pick-up"},
        {"name": "bills", "description": "Bills and payments"},
    ],
)
