"""The access ledger as it is shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer


class AccessOut(Answer):
    id: UUID
    at: datetime
    case_id: UUID | None
    resource: str = Field(validation_alias="resource_code")
    source_name: str = Field(description="Whose data it was, as people know the department")
    reader: str = Field(description="Credit code of the department that read, or a service's name")
    reader_name: str
    purpose: str
    grant_id: UUID | None
    fields: list[str]


class HeadOut(Answer):
    shard: int
    seq: int = Field(description="How many lines the chain had")
    hash: str = Field(description="Hash of its last line, hexadecimal")


class PublishedHeadsOut(Answer):
    id: UUID
    at: datetime
    heads: list[HeadOut]
    jws: str = Field(description="The same, signed; typ ledger-heads+jws")


class LedgerKeysOut(Answer):
    keys: list[dict[str, Any]]
