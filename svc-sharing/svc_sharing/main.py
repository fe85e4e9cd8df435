"""svc-sharing, wired together."""

from chassis.jobs import Jobs
from chassis.service import Service
from svc_sharing.checks import checks
from svc_sharing.documents import open_keys
from svc_sharing.handlers import handlers
from svc_sharing.jobs.exchange import PerformExchange
from svc_sharing.jobs.heads import PublishHeads
from svc_sharing.jobs.verification import Verify
from svc_sharing.ledger.audit import verify_ledger
from svc_sharing.models import Base
from svc_sharing.routes import routers
from svc_sharing.settings import SharingSettings
from svc_sharing.short_cuts import LICENCE, LICENCE_STATUS

service = Service(
    name="sharing",
    title="OneDoor sharing",
    summary="Departments' data under grants, the access ledger, electronic licences",
    metadata=Base.metadata,
    routers=routers,
    handlers=handlers,
    jobs=Jobs(PerformExchange, Verify, PublishHeads),
    settings=SharingSettings,
    checks=checks,
    on_start=open_keys,
    short_cuts=[LICENCE, LICENCE_STATUS],
    commands={"verify-ledger": verify_ledger},
    openapi_tags=[
        {"name": "resources", "description": "What departments offer and how they are reached"},
        {"name": "grants", "description": "Who may read what, for which purpose, until when"},
        {"name": "exchanges", "description": "What departments said, sealed"},
        {"name": "ledger", "description": "Who used whose data, for what; chained and signed"},
        {"name": "corrections", "description": "What a person says is wrong in a department's data"},
        {"name": "verifications", "description": "Whether values match a register; deaths reported"},
        {"name": "licences", "description": "Electronic licences: registered, shown, verified"},
    ],
)
