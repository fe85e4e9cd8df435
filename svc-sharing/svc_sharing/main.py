"""svc-sharing, wired together."""

from chassis.jobs import Jobs
from chassis.service import Service
from svc_sharing.documents import open_keys
from svc_sharing.handlers import handlers
from svc_sharing.jobs.exchange import PerformExchange
from svc_sharing.jobs.verification import Verify
from svc_sharing.models import Base
from svc_sharing.routes import routers
from svc_sharing.settings import SharingSettings

service = Service(
    name="sharing",
    title="OneDoor sharing",
    summary="Departments' data under grants, the access ledger, electronic licences",
    metadata=Base.metadata,
    routers=routers,
    handlers=handlers,
    jobs=Jobs(PerformExchange, Verify),
    settings=SharingSettings,
    on_start=open_keys,
    openapi_tags=[
        {"name": "resources", "description": "What departments offer and how they are reached"},
        {"name": "grants", "description": "Who may read what, for which purpose, until when"},
        {"name": "exchanges", "description": "What departments said, sealed"},
        {"name": "verifications", "description": "Whether values match a register; deaths reported"},
        {"name": "licences", "description": "Electronic licences: registered, shown, verified"},
    ],
)
