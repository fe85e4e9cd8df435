"""Clerks who take whatever lies in their inbox and say yes."""

import asyncio
from typing import Any

from .callers import Caller, Refused

DECISIONS = {"receive": "receive", "accept": "accept", "decide": "approve"}
AT_ONCE = 8
PAUSE = 0.2


class Desk:
    def __init__(self, clerk: Caller) -> None:
        self._clerk = clerk
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._at_hand: dict[str, asyncio.Task[None]] = {}

    async def work(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                if len(self._at_hand) < AT_ONCE:  # otherwise there is enough to do, and no need to look for more
                    for task in await self._inbox():
                        if task["id"] not in self._at_hand:
                            self._at_hand[task["id"]] = group.create_task(self._decide(task))
                await asyncio.sleep(PAUSE)

    async def _inbox(self) -> list[dict[str, Any]]:
        page = await self._clerk.get("workflow", "/tasks?limit=100")
        found: list[dict[str, Any]] = page["items"]
        while page["next_cursor"] is not None:
            page = await self._clerk.get("workflow", f"/tasks?limit=100&cursor={page['next_cursor']}")
            found += page["items"]
        return found

    async def _decide(self, task: dict[str, Any]) -> None:
        path = f"/tasks/{task['id']}"
        async with self._turns:
            try:
                await self._clerk.post("workflow", f"{path}/claim")
                await self._clerk.post("workflow", f"{path}/completion", {"decision": DECISIONS[task["action"]]})
            except Refused as refused:
                if refused.answer.status not in (404, 409):  # a colleague was quicker, or nobody needs it any more
                    raise
            finally:
                self._at_hand.pop(task["id"])
