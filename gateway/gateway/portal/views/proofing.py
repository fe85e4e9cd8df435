"""Proving who one is (实名认证)."""

from dataclasses import dataclass
from typing import ClassVar

from gateway.portal.views.codes import State, Tone
from gateway.portal.views.parts import Form, View


class ProofingState(State):
    """Each has a text of its own: `proofing.<state>`."""

    NOT_STARTED = "not_started"
    FACE = "face", Tone.YOU
    CHECKING = "checking", Tone.NOW
    DONE = "done", Tone.DONE
    DIFFERS = "differs", Tone.NO
    FAILED = "failed", Tone.NO
    AWAY = "away", Tone.NO


@dataclass(frozen=True, kw_only=True)
class ProofingPage(View):
    """`face_at` is the verifier's page, elsewhere: a link leads there, and the browser comes back."""

    template: ClassVar = "pages/proofing.html"

    state: ProofingState
    back_at: str
    form: Form
    face_at: str | None = None
