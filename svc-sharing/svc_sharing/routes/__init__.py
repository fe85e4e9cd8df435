"""URLs of svc-sharing, by noun."""

from svc_sharing.routes import corrections, exchanges, grants, ledger, licences, resources, verifications

routers = [
    resources.router,
    grants.router,
    exchanges.router,
    ledger.router,
    corrections.router,
    verifications.router,
    licences.router,
]
