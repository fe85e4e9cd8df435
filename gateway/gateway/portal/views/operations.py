"""For operators: how every service stands, its jobs, and the events that could not be handled."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gateway.portal.views.codes import Code, JobState, LetterState, Standing
from gateway.portal.views.parts import ONE_PAGE, Pages, Tab, View


class Program(Code):
    """The gateway and the services, in the order in which a request meets them."""

    GATEWAY = "gateway"
    IDENTITY = "identity"
    CATALOG = "catalog"
    WORKFLOW = "workflow"
    SHARING = "sharing"
    LOGISTICS = "logistics"
    PROFILE = "profile"
    FEEDBACK = "feedback"


MOST_COUNTED = 100


class ProcessRole(Code):
    API = "api"
    WORKER = "worker"


class Death(Code):
    """Why an event could not be handled."""

    HANDLER = "handler-failed"
    MALFORMED = "malformed"
    UNKNOWN = "unknown-type"


class ProgramTab(Code):
    STANDING = "standing"
    INCIDENTS = "incidents"
    DEAD_LETTERS = "dead_letters"
    JOBS = "jobs"


class LetterTab(Code):
    WAITING = "waiting"
    REPLAYED = "replayed"


class JobTab(Code):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class JobsOfKind:
    kind: str
    state: JobState
    count: int
    retried: int
    first_run_at: datetime


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What a service says of itself. `lag` without a number: the bus did not answer."""

    version: str
    roles: tuple[Code | str, ...]
    started_at: datetime
    outbox: int
    oldest_at: datetime | None
    handles_events: bool
    lag: int | None
    jobs: tuple[JobsOfKind, ...]
    dead_letters: int

    @property
    def incidents(self) -> int:
        return sum(one.count for one in self.jobs if one.state is JobState.INCIDENT)

    @property
    def bus_is_silent(self) -> bool:
        return self.handles_events and self.lag is None

    @property
    def under_way(self) -> int:
        return sum(one.count for one in self.jobs if one.state is not JobState.INCIDENT)


@dataclass(frozen=True, kw_only=True)
class ProgramLine:
    """Without an overview nothing is known but the standing."""

    program: Program
    standing: Standing
    overview: Overview | None = None

    @property
    def at(self) -> str:
        return f"/operations/{self.program.value}"

    @property
    def is_quiet(self) -> bool:
        found = self.overview
        return found is not None and not (found.incidents or found.dead_letters or found.bus_is_silent)


@dataclass(frozen=True, kw_only=True)
class Operations(View):
    """Every program side by side, those that need somebody first."""

    template: ClassVar = "pages/operations.html"

    looked_at: datetime
    lines: tuple[ProgramLine, ...]
    stuck: int | None
    """Cases that no department can set going, `MOST_COUNTED` at most; None: nobody knows at the moment."""

    @property
    def gravest_first(self) -> list[ProgramLine]:
        return sorted(self.lines, key=lambda line: (line.standing is Standing.READY, line.is_quiet))


@dataclass(frozen=True, kw_only=True)
class ProgramPage(View):
    template: ClassVar = "pages/program.html"

    line: ProgramLine
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """`at`: its page, where it can be looked at and, as an incident, tried again."""

    kind: str
    state: JobState
    attempts: int
    error: str | None
    created_at: datetime
    run_at: datetime
    at: str


@dataclass(frozen=True, kw_only=True)
class Jobs(View):
    """Calls to the outside: those that were given up, or those in one of the other states (`states`)."""

    template: ClassVar = "pages/jobs.html"

    program: Program
    tab: ProgramTab
    tabs: tuple[Tab, ...]
    states: tuple[Tab, ...]
    lines: tuple[JobLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class JobPage(View):
    template: ClassVar = "pages/job.html"

    program: Program
    job: JobLine
    done_at: datetime | None
    back_at: str
    retry_at: str | None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A dead letter, never its content: whom it is about stands in `key`, an identifier."""

    number: int
    type: str | None
    topic: str
    key: str
    why: Code | str
    error: str
    dead_at: datetime
    replayed_at: datetime | None
    at: str

    @property
    def state(self) -> LetterState:
        return LetterState.WAITING if self.replayed_at is None else LetterState.REPLAYED


@dataclass(frozen=True, kw_only=True)
class DeadLetters(View):
    template: ClassVar = "pages/dead_letters.html"

    program: Program
    tabs: tuple[Tab, ...]
    states: tuple[Tab, ...]
    lines: tuple[Letter, ...]
    replay_all_at: str | None
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class Replaying(View):
    """How far handling again has come. `needless`: somebody was faster, or there is nothing to do for them any more."""

    template: ClassVar = "pages/replaying.html"

    program: Program
    handled: int
    needless: int
    failed: int
    causes: tuple[str, ...]
    """Kinds of failure."""
    after: int
    """The number of the last one that was tried."""
    left: int
    at: str
    by_itself: bool = True
    """The page goes on with the next stretch, where there are scripts."""

    @property
    def tried(self) -> int:
        return self.handled + self.needless + self.failed


@dataclass(frozen=True, kw_only=True)
class DeadLetterPage(View):
    """`failed_again`: the kind of failure of the replay that was just tried."""

    template: ClassVar = "pages/dead_letter.html"

    program: Program
    letter: Letter
    back_at: str
    replay_at: str | None
    failed_again: str | None = None
