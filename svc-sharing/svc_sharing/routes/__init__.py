"""URLs of svc-sharing, by noun."""

from svc_sharing.routes import exchanges, grants, licences, resources, verifications

routers = [resources.router, grants.router, exchanges.router, verifications.router, licences.router]
