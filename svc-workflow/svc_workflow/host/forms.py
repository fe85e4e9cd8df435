"""One-time codes for the parts of the sealed form."""

import hashlib
import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.later import later
from svc_workflow.models import SealedFormCode

_NEW_CODES = insert(SealedFormCode)


def needed(arguments: Any) -> bool:
    """Whether arguments name a field of the form: `{"form": name}` at any depth."""
    if isinstance(arguments, dict):
        return set(arguments) == {"form"} or any(needed(value) for value in arguments.values())
    return isinstance(arguments, list) and any(needed(value) for value in arguments)


def issue(session: AsyncSession, case_id: UUID, branch: str, request_id: UUID) -> str:
    """A code for the recipient of one step; only its fingerprint is kept."""
    code = secrets.token_urlsafe(32)
    row = {"fingerprint": fingerprint(code), "request_id": request_id, "case_id": case_id, "branch": branch}
    later(session, _NEW_CODES, row)
    return code


def fingerprint(code: str) -> bytes:
    """The code is random and long: a plain hash tells nothing."""
    return hashlib.sha256(code.encode()).digest()
