"""URLs of svc-sharing, by noun."""

from svc_sharing.routes import exchanges, grants, resources

routers = [resources.router, grants.router, exchanges.router]
