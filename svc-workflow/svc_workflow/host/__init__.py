"""Runs the pure engine on PostgreSQL; README.md says how."""

from svc_workflow.host.attempts import attempt, attempt_again
from svc_workflow.host.holding import hold, hold_steps, write_whole
from svc_workflow.host.work import ProcessStuck, Work, at_work, begin

__all__ = ["ProcessStuck", "Work", "at_work", "attempt", "attempt_again", "begin", "hold", "hold_steps", "write_whole"]
