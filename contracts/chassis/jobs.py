"""Work that calls out of OneDoor: claim and commit, call without a transaction, commit the answer. Retried, then an incident."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import uniform
from time import monotonic
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import context, job_statements, metrics, telemetry
from chassis.database import driver_of, is_away, wake_after_commit
from chassis.identifiers import new_id
from chassis.job_statements import Claimed
from chassis.later import later
from chassis.logs import describe
from chassis.runtime import Runtime
from chassis.tables import JobRow

T = TypeVar("T")
logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=15)
"""How soon another process takes over what a dead one had at hand; the living renew it three times within."""
CALL_SECONDS = 48.0
"""No call takes longer."""
POLL_SECONDS = 1.0
APART = 0.01
"""Seconds between one claim and the next: under load a claim takes several jobs."""


class Retry(Exception):
    """The call did not work this time; `reason` is a stable code, `after` an advice in seconds."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


class GiveUp(Exception):
    """Trying again cannot help; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Job(BaseModel):
    """One kind of call. Its fields are the payload: identifiers and codes only.

    A call may be made twice when the process dies after it: give the other side a reference of yours.
    """

    model_config = ConfigDict(frozen=True)
    kind: ClassVar[str]
    attempts: ClassVar[int] = 8
    every: ClassVar[timedelta | None] = None
    """Set on a periodic job: it runs for ever, one at a time whatever the number of processes."""

    async def prepare(self, session: AsyncSession) -> Any:
        """Read what the call needs, in a transaction of its own. None: nothing is to be done any more."""
        return self

    async def call(self, runtime: Runtime, plan: Any) -> Any:
        """Talk to the other side. No transaction is open. Raise Retry or GiveUp; any other exception is retried."""
        return None

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        """Keep the answer, in the transaction that marks the job done."""

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        """Tell whoever waits, in the transaction that makes the job an incident."""


class Jobs:
    """The kinds of jobs that a service runs."""

    def __init__(self, *kinds: type[Job]) -> None:
        self.kinds = {kind.kind: kind for kind in kinds}
        if len(self.kinds) != len(kinds):
            raise ValueError("two jobs of one kind")

    @property
    def periodic(self) -> Sequence[type[Job]]:
        return [kind for kind in self.kinds.values() if kind.every is not None]


async def enqueue(session: AsyncSession, job: Job, *, key: str | None = None, at: datetime | None = None) -> None:
    """Have a job run after the commit, or at a time. With a `key`, the same kind and key is enqueued once only."""
    row = {
        "id": new_id(),
        "kind": job.kind,
        "key": key,
        "payload": job.model_dump(mode="json"),
        "run_at": at or datetime.now(UTC),
        "traceparent": context.traceparent.get(),
        "case_id": context.case_id.get(),
    }
    later(session, job_statements.ENQUEUE, row)
    wake_after_commit(session, "job")


async def retry_incident(session: AsyncSession, job_id: Any) -> bool:
    """Give a job that ended as an incident another round of attempts."""
    again = update(JobRow).where(JobRow.id == job_id, JobRow.state == "incident")
    done = await session.execute(
        again.values(state="waiting", attempts=0, run_at=func.now(), error=None).returning(JobRow.id)
    )
    wake_after_commit(session, "job")
    return done.scalar() is not None


class Worker:
    """Claims due jobs under a lease that it renews, and runs a few at a time. What a dead process had at hand is due again
    when its lease has run out. A database that goes away is waited for: the call is not made again for that."""

    def __init__(self, runtime: Runtime, jobs: Jobs, concurrency: int = 8) -> None:
        self._runtime, self._jobs = runtime, jobs
        self._woken = asyncio.Event()
        self._concurrency = concurrency
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._claimed_at = 0.0

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled; jobs at hand are finished first."""
        beats = asyncio.create_task(self._beat(), name="leases of jobs")
        try:
            while True:
                await asyncio.sleep(max(0.0, self._claimed_at + APART - monotonic()))
                self._woken.clear()
                self._claimed_at = monotonic()
                try:
                    if await self._start_due():
                        continue
                except Exception as error:
                    logger.warning("jobs wait", extra={"reason": describe(error)})
                try:
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    continue
        finally:
            if self._running:
                await asyncio.wait(self._running, timeout=5)
            beats.cancel()

    async def plant(self) -> None:
        """Make sure that each periodic job stands in the table."""
        async with self._runtime.sessions.transaction() as session:
            for kind in self._jobs.periodic:
                await enqueue(session, kind(), key=kind.kind)

    async def run_due(self, *, early: bool = False) -> int:
        """Run what is due (`early`: all that waits, back-off or not) until nothing is; how many runs. For tests and tools."""
        count = 0
        while rows := await self._claim(1, early=early):
            await self._perform(rows[0])
            count += 1
        return count

    async def _start_due(self) -> bool:
        """Whether more may be due than there was room for."""
        if len(self._running) >= self._concurrency:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        room = self._concurrency - len(self._running)
        rows = await self._claim(room)
        for row in rows:
            task = asyncio.create_task(self._perform(row))
            self._running[task] = row
            task.add_done_callback(self._ended)
        return len(rows) == room

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and task.exception() is not None:
            logger.warning("a job comes back after its lease", extra={"reason": describe(task.exception())})

    async def _claim(self, number: int, *, early: bool = False) -> Sequence[Claimed]:
        """Due jobs, so many at most, leased to us. A running one whose lease ran out counts as due."""
        kinds = set(self._jobs.kinds)
        if early:
            kinds -= {kind.kind for kind in self._jobs.periodic}
        claim = job_statements.CLAIM_WAITING if early else job_statements.CLAIM_DUE
        async with self._runtime.sessions.single() as driver:
            return [Claimed(*row) for row in await driver.fetch(claim, list(kinds), number, LEASE)]

    async def _beat(self) -> None:
        """Renew the leases of what is at hand. Where that fails, another process may take over; then our answer is dropped."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            at_hand = [row.ours for row in self._running.values()]
            if not at_hand:
                continue
            try:
                async with self._runtime.sessions.single() as driver:
                    await driver.execute(job_statements.RENEW, *zip(*at_hand, strict=True), LEASE)
            except Exception as error:
                logger.warning("leases of jobs are not renewed", extra={"reason": describe(error)})

    async def _perform(self, row: Claimed) -> None:
        with telemetry.at_job(row):
            await self._do(self._jobs.kinds[row.kind].model_validate(row.payload), row)

    async def _do(self, job: Job, row: Claimed) -> None:
        try:
            with telemetry.attempting(row):
                await self._attempt(job, row)
        except GiveUp as error:
            await self._give_up(job, row, error.reason)
        except Retry as error:
            await self._again(job, row, error.reason, error.after)
        except Exception as error:
            logger.warning("a job failed", extra={"kind": row.kind, "reason": describe(error)})
            await self._again(job, row, type(error).__name__, None)

    async def _attempt(self, job: Job, row: Claimed) -> None:
        if row.attempts > job.attempts and job.every is None:
            raise GiveUp("interrupted")  # as often as it may be tried: it may be what ends our processes
        prepares = type(job).prepare is not Job.prepare
        plan = await self._in_transaction(job.prepare) if prepares else job
        async with asyncio.timeout(CALL_SECONDS):
            answer = None if plan is None else await job.call(self._runtime, plan)

        async def finish(session: AsyncSession) -> None:
            if await self._settle(session, job, row, "done", None) and plan is not None:
                await job.finish(session, answer)

        await self._in_transaction(finish)
        metrics.jobs_finished.labels(row.kind, "done").inc()

    async def _in_transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async def once() -> T:
            async with self._runtime.sessions.transaction() as session:
                return await work(session)

        return await self._patiently(once)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Again, when the database went away meanwhile: a commit whose outcome we do not know is found settled then."""
        pause = 0.2
        while True:
            try:
                return await work()
            except Exception as error:
                if not is_away(error):
                    raise
                logger.warning("a job waits for the database", extra={"reason": describe(error)})
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _settle(self, session: AsyncSession, job: Job, row: Claimed, state: str, error: str | None) -> bool:
        """Mark our attempt's end; False when another process took the job over after our lease."""
        driver = await driver_of(session)
        if job.every is not None:
            settled = await driver.fetchval(job_statements.PLANT_AGAIN, *row.ours, datetime.now(UTC) + job.every, error)
        else:
            settled = await driver.fetchval(job_statements.SETTLE, *row.ours, state, error)
        return settled is not None

    async def _again(self, job: Job, row: Claimed, reason: str, after: float | None) -> None:
        if row.attempts >= job.attempts and job.every is None:
            await self._give_up(job, row, reason)
            return
        pause = after if after is not None else min(0.5 * 2 ** min(row.attempts, 10), 300) * uniform(0.8, 1.2)  # noqa: S311
        at = datetime.now(UTC) + timedelta(seconds=pause)

        async def put_off() -> None:
            async with self._runtime.sessions.single() as driver:
                await driver.execute(job_statements.PUT_OFF, *row.ours, at, reason)

        await self._patiently(put_off)
        metrics.jobs_finished.labels(row.kind, "retry").inc()

    async def _give_up(self, job: Job, row: Claimed, reason: str) -> None:
        async def give_up(session: AsyncSession) -> None:
            if await self._settle(session, job, row, "incident", reason):
                await job.give_up(session, reason)

        await self._in_transaction(give_up)
        metrics.jobs_finished.labels(row.kind, "incident").inc()
        logger.error("a job became an incident", extra={"kind": row.kind, "job_id": str(row.id), "reason": reason})
