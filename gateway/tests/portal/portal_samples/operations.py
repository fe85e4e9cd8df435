"""An operator's night, and the cases that wait for a clerk's help."""

from dataclasses import replace

from gateway.portal.views import confirm, operations, progress
from gateway.portal.views.codes import Code, JobState, Standing
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import Branch, Reason
from gateway.portal.views.operations import JobTab, LetterTab, ProcessRole, Program, ProgramLine, ProgramTab
from gateway.portal.views.parts import Flaw, FlawCode, Form, Pages, Tab
from portal_samples.people import at, clerk, operator, signed_out

SHARING = "/operations/sharing"
BOTH = (ProcessRole.API, ProcessRole.WORKER)


def jobs_of(state: JobState, count: int, retried: int) -> operations.JobsOfKind:
    return operations.JobsOfKind(
        kind="sharing.exchange.ask", state=state, count=count, retried=retried, first_run_at=at(11, 3, 12)
    )


QUIET = operations.Overview(
    version="1.0.0",
    roles=BOTH,
    started_at=at(9, 2, 0),
    outbox=0,
    oldest_at=None,
    handles_events=True,
    lag=0,
    jobs=(),
    dead_letters=0,
)
BUSY = replace(
    QUIET,
    outbox=1204,
    oldest_at=at(11, 3, 1),
    lag=38210,
    jobs=(jobs_of(JobState.INCIDENT, 3, 3), jobs_of(JobState.WAITING, 57, 12), jobs_of(JobState.RUNNING, 8, 0)),
    dead_letters=2,
)
SILENT_BUS = replace(QUIET, lag=None, outbox=9, oldest_at=at(11, 3, 1))
READY = {program: ProgramLine(program=program, standing=Standing.READY, overview=QUIET) for program in Program}
NIGHT = READY | {
    Program.SHARING: replace(READY[Program.SHARING], overview=BUSY),
    Program.LOGISTICS: replace(READY[Program.LOGISTICS], overview=SILENT_BUS),
    Program.CATALOG: replace(READY[Program.CATALOG], overview=replace(QUIET, handles_events=False)),
    Program.IDENTITY: ProgramLine(program=Program.IDENTITY, standing=Standing.NOT_READY),
    Program.FEEDBACK: ProgramLine(program=Program.FEEDBACK, standing=Standing.UNREACHABLE),
    Program.PROFILE: ProgramLine(program=Program.PROFILE, standing=Standing.READY),
}


def side_by_side(lines: dict[Program, ProgramLine], stuck: int | None) -> operations.Operations:
    return operations.Operations(looked_at=at(11, 3, 14), lines=tuple(lines.values()), stuck=stuck)


def tabs(current: ProgramTab) -> tuple[Tab, ...]:
    return tuple(Tab(one, f"{SHARING}/{one}", None, one is current) for one in ProgramTab)


def program(line: ProgramLine) -> operations.ProgramPage:
    return operations.ProgramPage(line=line, tabs=tabs(ProgramTab.STANDING))


JOB = operations.JobLine(
    kind="sharing.exchange.ask",
    state=JobState.INCIDENT,
    attempts=8,
    error="department-down",
    created_at=at(10, 23, 40),
    run_at=at(11, 3, 2),
    at=f"{SHARING}/jobs/1",
)
INCIDENTS = operations.Jobs(
    program=Program.SHARING,
    tab=ProgramTab.INCIDENTS,
    tabs=tabs(ProgramTab.INCIDENTS),
    states=(),
    lines=(JOB, replace(JOB, kind="sharing.licence.sign", error="ConnectTimeout", at=f"{SHARING}/jobs/2")),
)
WAITING = operations.Jobs(
    program=Program.SHARING,
    tab=ProgramTab.JOBS,
    tabs=tabs(ProgramTab.JOBS),
    states=tuple(Tab(one, f"{SHARING}/jobs?state={one}", None, one is JobTab.WAITING) for one in JobTab),
    lines=(replace(JOB, state=JobState.WAITING, attempts=0, error=None),),
    pages=Pages(next_at=f"{SHARING}/jobs?cursor=x"),
)
GIVEN_UP = operations.JobPage(
    program=Program.SHARING,
    job=JOB,
    done_at=at(11, 3, 2),
    back_at=f"{SHARING}/incidents",
    retry_at=f"{JOB.at}/retry",
)
LETTER = operations.Letter(
    number=71,
    type="onedoor.workflow.step.requested.v1",
    topic="onedoor.workflow.step",
    key="0198c2a4-6d2f-7c11-9a60-3a5f3f2f6c11",
    why=operations.Death.HANDLER,
    error="ValueError at exchanges.py:88 ask < handlers.py:31 on_step < inbox.py:139 _handle; caused by KeyError at config.py:41 of",
    dead_at=at(11, 3, 12),
    replayed_at=None,
    at=f"{SHARING}/dead-letters/71",
)
UNREADABLE = replace(LETTER, number=70, type=None, why=operations.Death.MALFORMED, at=f"{SHARING}/dead-letters/70")
LETTERS = operations.DeadLetters(
    program=Program.SHARING,
    tabs=tabs(ProgramTab.DEAD_LETTERS),
    states=tuple(Tab(one, f"{SHARING}/dead-letters?state={one}", None, one is LetterTab.WAITING) for one in LetterTab),
    lines=(LETTER, UNREADABLE),
    replay_all_at=f"{SHARING}/dead-letters/replay",
)
DEAD = operations.DeadLetterPage(
    program=Program.SHARING, letter=LETTER, back_at=f"{SHARING}/dead-letters", replay_at=f"{LETTER.at}/replay"
)

REPLAYING = operations.Replaying(
    program=Program.SHARING,
    handled=112,
    needless=3,
    failed=2,
    causes=("ValueError",),
    after=188,
    left=224,
    at=f"{SHARING}/dead-letters",
    by_itself=False,
)

STUCK = progress.Incident(
    case_number="440199-2026-000117",
    branch=Branch.VACCINATION,
    why=Reason.GRANT_EXPIRED,
    raised_at=at(10, 16, 20),
    resolved_at=None,
    at="/staff/incidents/7",
)
STUCK_CASES = progress.Incidents(
    mender=progress.Mender.CLERK,
    tabs=tuple(
        Tab(one, f"/staff/incidents?tab={one}", None, one is progress.IncidentTab.OPEN) for one in progress.IncidentTab
    ),
    lines=(STUCK, replace(STUCK, case_number="440199-2026-000121", why=Reason.DOWN, at="/staff/incidents/8")),
)
STUCK_CASE = progress.IncidentPage(incident=STUCK, retry_at="/staff/incidents/7/retry", back_at="/staff/incidents")
NOBODYS = replace(STUCK, branch=progress.Extent.WHOLE, why=Reason.STUCK, at="/operations/stuck-cases/9")
ASK = progress.Progress(form=Form("/progress"), phone="12345")
MISTYPED = Form("/progress", {"number": "440199-26-123"}, (Flaw("number", FlawCode.CASE_NUMBER),))


def confirmed(deed: confirm.Deed, what: Code | str, back_at: str) -> confirm.Confirm:
    return confirm.Confirm(deed=deed, what=what, form=Form(f"{back_at}/{deed}"), back_at=back_at)


PAGES = {
    "operations": (side_by_side(NIGHT, 3), operator("/operations")),
    "operations-quiet": (side_by_side(READY, 0), operator("/operations")),
    "program": (program(NIGHT[Program.SHARING]), operator(SHARING)),
    "program-quiet": (program(READY[Program.SHARING]), operator(SHARING)),
    "program-not-ready": (program(NIGHT[Program.IDENTITY]), operator("/operations/identity")),
    "program-unreachable": (program(NIGHT[Program.FEEDBACK]), operator("/operations/feedback")),
    "program-incidents": (INCIDENTS, operator(f"{SHARING}/incidents")),
    "program-incidents-none": (replace(INCIDENTS, lines=()), operator(f"{SHARING}/incidents")),
    "program-jobs": (WAITING, operator(f"{SHARING}/jobs")),
    "job": (GIVEN_UP, operator(JOB.at)),
    "job-retried": (
        replace(GIVEN_UP, job=replace(JOB, state=JobState.WAITING), done_at=None, retry_at=None),
        operator(JOB.at, Flash.RETRIED),
    ),
    "job-confirm": (confirmed(confirm.Deed.RETRY, JOB.kind, JOB.at), operator(f"{JOB.at}/retry")),
    "dead-letters": (LETTERS, operator(f"{SHARING}/dead-letters")),
    "dead-letters-replay-all": (
        confirmed(confirm.Deed.REPLAY_ALL, Program.SHARING, f"{SHARING}/dead-letters"),
        operator(f"{SHARING}/dead-letters/replay"),
    ),
    "dead-letters-replaying": (REPLAYING, operator(f"{SHARING}/dead-letters/replay")),
    "dead-letters-replayed": (
        replace(REPLAYING, handled=338, failed=0, causes=(), left=0),
        operator(f"{SHARING}/dead-letters/replay"),
    ),
    "dead-letters-none": (replace(LETTERS, lines=(), replay_all_at=None), operator(f"{SHARING}/dead-letters")),
    "dead-letter": (DEAD, operator(LETTER.at)),
    "dead-letter-failed-again": (replace(DEAD, failed_again="ValueError"), operator(LETTER.at)),
    "dead-letter-replayed": (
        replace(DEAD, letter=replace(LETTER, replayed_at=at(11, 3, 30)), replay_at=None),
        operator(LETTER.at, Flash.REPLAYED),
    ),
    "dead-letter-confirm": (
        confirmed(confirm.Deed.REPLAY, "onedoor.workflow.step.requested.v1", LETTER.at),
        operator(f"{LETTER.at}/replay"),
    ),
    "stuck-cases": (
        replace(STUCK_CASES, mender=progress.Mender.OPERATOR, lines=(NOBODYS,)),
        operator("/operations/stuck-cases"),
    ),
    "stuck-case": (
        progress.IncidentPage(incident=NOBODYS, retry_at=f"{NOBODYS.at}/retry", back_at="/operations/stuck-cases"),
        operator(NOBODYS.at),
    ),
    "incidents": (STUCK_CASES, clerk("/staff/incidents")),
    "incidents-none": (replace(STUCK_CASES, lines=()), clerk("/staff/incidents")),
    "incident": (STUCK_CASE, clerk(STUCK.at)),
    "incident-resolved": (
        replace(STUCK_CASE, incident=replace(STUCK, resolved_at=at(11, 9, 0)), retry_at=None),
        clerk(STUCK.at, Flash.STEP_RETRIED),
    ),
    "incident-confirm": (
        confirmed(confirm.Deed.RETRY_STEP, STUCK.case_number, STUCK.at),
        clerk(f"{STUCK.at}/retry"),
    ),
    "progress": (ASK, signed_out("/progress")),
    "progress-wrong": (replace(ASK, form=MISTYPED), signed_out("/progress")),
}
