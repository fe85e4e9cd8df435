"""svc-identity: its rooms wired together."""

from chassis.service import Service
from svc_identity import commands
from svc_identity.checks import checks
from svc_identity.handlers import handlers
from svc_identity.jobs import jobs
from svc_identity.models import Base
from svc_identity.openid.routes import authorize, metadata, people, tokens
from svc_identity.pages import routes as pages
from svc_identity.rooms import furnish
from svc_identity.routes import consents, me, organisations, persons, proofings
from svc_identity.settings import IdentitySettings

service = Service(
    name="identity",
    title="OneDoor identity",
    summary="Who people, staff, companies and programs are, how surely that is known, and who may act",
    metadata=Base.metadata,
    routers=[
        metadata.router, authorize.router, tokens.router, people.router, pages.router,
        me.router, persons.router, organisations.router, proofings.router, consents.router,
    ],
    handlers=handlers,
    jobs=jobs,
    settings=IdentitySettings,
    checks=checks,
    on_start=furnish,
    commands={"bootstrap": commands.bootstrap, "rotate-keys": commands.rotate_keys},
    openapi_tags=[
        {"name": "openid", "description": "OpenID Connect and OAuth 2.0"},
        {"name": "me", "description": "Oneself"},
        {"name": "persons", "description": "Natural persons (自然人)"},
        {"name": "proofing", "description": "How surely it is known who a person is (实名等级)"},
        {"name": "consents", "description": "Agreements of other people (同意)"},
        {"name": "organisations", "description": "Departments, staff, companies (法人), clients"},
    ],
)  # fmt: skip
