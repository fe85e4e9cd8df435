"""Events published by svc-catalog: items and bundles as they are offered."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field

from contracts.event import Event


class LimitUnit(StrEnum):
    WORKING_DAYS = "working-days"
    NATURAL_DAYS = "natural-days"
    HOURS = "hours"


class Limit(BaseModel):
    """A time limit (办结时限) in its unit."""

    amount: int = Field(ge=0)
    unit: LimitUnit


class ItemEvent(Event):
    topic: ClassVar = "onedoor.catalog.item"
    item_code: str = Field(description="Implementation code (实施编码)")

    @property
    def key(self) -> str:
        return self.item_code


class ItemPublished(ItemEvent):
    """A version of a service item is in force."""

    type: ClassVar = "onedoor.catalog.item.published.v1"
    version: int
    name: str
    kind: str = Field(description="GB/T 39046 A.1")
    department: str
    department_name: str
    statutory_limit: Limit | None
    promised_limit: Limit | None


class ItemWithdrawn(ItemEvent):
    """The item is no longer offered; nothing new may be submitted for it."""

    type: ClassVar = "onedoor.catalog.item.withdrawn.v1"
    version: int


class BundleBranch(BaseModel):
    branch: str
    item_code: str
    name: str
    department: str
    department_name: str


class BundleEvent(Event):
    topic: ClassVar = "onedoor.catalog.bundle"
    bundle_code: str

    @property
    def key(self) -> str:
        return self.bundle_code


class BundlePublished(BundleEvent):
    """A life-event bundle (一件事) is offered with these branches; `process` names the process definition that runs it."""

    type: ClassVar = "onedoor.catalog.bundle.published.v1"
    version: int
    name: str
    process: str | None
    branches: list[BundleBranch]


class BundleWithdrawn(BundleEvent):
    """The bundle is no longer offered."""

    type: ClassVar = "onedoor.catalog.bundle.withdrawn.v1"
    version: int
