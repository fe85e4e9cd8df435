"""Commands that nobody waits for: what the engine cannot carry out becomes an incident and blocks nobody else."""

from typing import Any

from chassis.identifiers import new_id
from contracts.events.workflow import IncidentRaised
from svc_workflow.engine import AnswerStep, Command, CompleteTask, Message, RetryStep, TimerFired, Withdraw
from svc_workflow.host.work import ProcessStuck, Work
from svc_workflow.models import Incident

_COMMANDS: dict[str, Any] = {
    kind.__name__: kind for kind in (AnswerStep, CompleteTask, Message, RetryStep, TimerFired, Withdraw)
}


async def attempt(work: Work, command: Command, branch: str | None = None) -> bool:
    """Whether it was carried out. If not, the command is kept in an incident, to be tried again."""
    try:
        await work.carry_out(command)
    except ProcessStuck as stuck:
        await _keep(work, command, branch, stuck)
        return False
    return True


async def attempt_again(work: Work, incident: Incident) -> bool:
    """Retry what an incident stands for."""
    if incident.command is None:
        return await attempt(work, RetryStep(str(incident.id)), incident.branch)
    name, *fields = incident.command
    return await attempt(work, _COMMANDS[name](*fields), incident.branch)


async def _keep(work: Work, command: Command, branch: str | None, stuck: ProcessStuck) -> None:
    department = work.branches[branch].department if branch in work.branches else None
    incident = Incident(
        id=new_id(),
        case_id=work.case.id,
        branch=branch,
        department=department,
        command=[type(command).__name__, *command],
        reason="process-stuck",
        detail=stuck.detail,
        raised_at=work.now,
    )
    work.session.add(incident)
    work.note("incident-raised", branch, reason=incident.reason)
    work.emit(IncidentRaised(**work.about(), incident_id=incident.id, branch=branch, reason=incident.reason))
