"""What svc-profile does when something happened elsewhere: one file for each service it listens to."""

from svc_profile.handlers import feedback, identity, logistics, preparation, sharing, workflow
from svc_profile.handlers.registry import handlers

__all__ = ["feedback", "handlers", "identity", "logistics", "preparation", "sharing", "workflow"]
