"""All events, one module per owning service. Importing this package declares them."""

from contracts.events import catalog, feedback, identity, logistics, profile, sharing, workflow

__all__ = ["catalog", "feedback", "identity", "logistics", "profile", "sharing", "workflow"]
