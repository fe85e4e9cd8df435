"""Loaded into every program of a house before it starts: the program kills itself, once, at a named point.

`<MORTAL_DIR>/<package>.<point>`: whoever comes by there next removes the file and is gone, as by `kill -9`. The points lie
between what must not fall apart: before-publish (events committed, not published), before-mark (published, not marked as
sent), before-offset (events handled and committed, offset not), before-call and after-call (a job claimed; its call made, its
answer not kept), before-answer (a request committed, not answered), before-short-answer (the same of a request that two bare
statements serve).
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Received
from chassis.inbox import Consumer
from chassis.jobs import Jobs, Worker
from chassis.outbox import Relay
from chassis.short_writes import ShortWrite


def die_if(point: str) -> None:
    spec = sys.modules["__main__"].__spec__
    package = spec.name.partition(".")[0] if spec is not None else ""
    file = Path(os.environ["MORTAL_DIR"], f"{package}.{point}")
    try:
        file.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


class DyingBus:
    def __init__(self, bus: Any) -> None:
        self._bus = bus

    async def publish(self, messages: Sequence[Any]) -> None:
        die_if("before-publish")
        await self._bus.publish(messages)
        die_if("before-mark")


def _dying_relay(start: Callable[..., None]) -> Callable[..., None]:
    def init(self: Relay, engine: Any, bus: Any) -> None:
        start(self, engine, DyingBus(bus))

    return init


def _dying_consumer(take: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
    async def dying(self: Consumer, batch: Sequence[Received]) -> int:
        handled = await take(self, batch)
        if handled:
            die_if("before-offset")
        return handled

    return dying


def _dying_worker(start: Callable[..., None]) -> Callable[..., None]:
    def init(self: Worker, runtime: Any, jobs: Jobs, *rest: Any) -> None:
        for kind in jobs.kinds.values():
            kind.call = _dying_call(kind.call)  # type: ignore[method-assign]
        start(self, runtime, jobs, *rest)

    return init


def _dying_call(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def dying(self: Any, runtime: Any, plan: Any) -> Any:
        die_if("before-call")
        answer = await call(self, runtime, plan)
        die_if("after-call")
        return answer

    return dying


def _dying_commit(commit: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def dying(self: AsyncSession) -> None:
        await commit(self)
        die_if("before-answer")

    return dying


def _dying_write(done: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def dying(self: ShortWrite, *given: Any) -> Any:
        said = await done(self, *given)
        if said is not None:
            die_if("before-short-answer")
        return said

    return dying


Relay.__init__ = _dying_relay(Relay.__init__)  # type: ignore[method-assign]
Consumer.take = _dying_consumer(Consumer.take)  # type: ignore[method-assign]
Worker.__init__ = _dying_worker(Worker.__init__)  # type: ignore[method-assign]
AsyncSession.commit = _dying_commit(AsyncSession.commit)  # type: ignore[method-assign]
ShortWrite._done = _dying_write(ShortWrite._done)  # type: ignore[method-assign]
