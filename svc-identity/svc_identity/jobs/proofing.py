"""Asking the register, and the live-face verifier."""

import time
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import GiveUp, Job
from chassis.jose import InvalidToken, verify_document
from chassis.runtime import Runtime
from svc_identity.clients import FaceVerifier, ask_register
from svc_identity.models import Person, Proofing
from svc_identity.rooms import settings_of
from svc_identity.use_cases import evidence

VERDICT = "face-verdict+jws"
NOT_YET = {"undecided": "waiting", "expired": "expired"}
"""What the verifier says instead of a verdict when nobody came: wait on, or start again."""


@dataclass(frozen=True, slots=True)
class Elements:
    """The two elements that the register compares."""

    proofing_id: UUID
    person_id: UUID
    name: str
    number: str


class AskRegister(Job):
    kind: ClassVar = "identity.ask-register"
    proofing_id: UUID

    async def prepare(self, session: AsyncSession) -> Elements | None:
        proofing = await session.get_one(Proofing, self.proofing_id)
        person = await session.get_one(Person, proofing.person_id)
        if proofing.register_match != "waiting":
            return None
        return Elements(proofing.id, person.id, person.name, person.number)

    async def call(self, runtime: Runtime, plan: Elements) -> None:
        await ask_register(runtime, plan.proofing_id, plan.person_id, plan.name, plan.number)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await evidence.keep_register(session, self.proofing_id, "unknown", reason)


class OpenFaceSession(Job):
    kind: ClassVar = "identity.open-face-session"
    attempts: ClassVar = 4
    proofing_id: UUID

    async def prepare(self, session: AsyncSession) -> Proofing | None:
        proofing = await session.get_one(Proofing, self.proofing_id)
        return proofing if proofing.face == "opening" else None

    async def call(self, runtime: Runtime, plan: Proofing) -> tuple[str, str]:
        return await _verifier(runtime).open(plan.nonce, plan.id, plan.return_url)

    async def finish(self, session: AsyncSession, answer: tuple[str, str]) -> None:
        proofing = await session.get_one(Proofing, self.proofing_id, with_for_update=True)
        if proofing.face == "opening":
            proofing.face_session, proofing.face_page = answer
            proofing.face = "waiting"

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await evidence.keep_face(session, self.proofing_id, "unavailable", reason)


class CheckFace(Job):
    """Verifies the verdict that the person brought, or fetches it."""

    kind: ClassVar = "identity.check-face"
    attempts: ClassVar = 4
    proofing_id: UUID

    async def prepare(self, session: AsyncSession) -> Proofing | None:
        proofing = await session.get_one(Proofing, self.proofing_id)
        return proofing if proofing.face == "checking" else None

    async def call(self, runtime: Runtime, plan: Proofing) -> tuple[str, str]:
        verifier, issuer = _verifier(runtime), settings_of(runtime).face_issuer
        try:
            verdict = plan.verdict or await verifier.verdict(plan.face_session or "")
            payload = verify_document(verdict, await verifier.keys(), VERDICT)
        except InvalidToken:
            return "refused", issuer
        except GiveUp as refusal:
            if refusal.reason not in NOT_YET:
                raise
            return NOT_YET[refusal.reason], issuer
        return evidence.face_outcome(payload, plan, issuer, time.time()), issuer

    async def finish(self, session: AsyncSession, answer: tuple[str, str]) -> None:
        await evidence.keep_face(session, self.proofing_id, *answer)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await evidence.keep_face(session, self.proofing_id, "unavailable", reason)


def _verifier(runtime: Runtime) -> FaceVerifier:
    return FaceVerifier(runtime.http, settings_of(runtime))
