"""What operators of any service see and do: how it stands, its jobs, and the events that could not be handled."""

from chassis.operations.routes import router

__all__ = ["router"]
