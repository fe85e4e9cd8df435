"""What an application still lacks, and how its list of tasks stands. Pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from svc_workflow.forms import Form


class AgreementState(StrEnum):
    NONE = "none"
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    FAILED = "failed"


class TaskState(StrEnum):
    NOT_STARTED = "not-started"
    NOT_YET = "not-yet"
    WAITING_FOR_OTHER = "waiting-for-other"
    NEEDS_YOU = "needs-you"
    DONE = "done"


@dataclass(frozen=True)
class Standing:
    """All that matters about an application. `agreement_needed` is None until the register has answered."""

    form: Form
    child_chosen: bool
    answered: Set[str]
    agreement: AgreementState
    agreement_needed: bool | None

    @property
    def missing(self) -> list[str]:
        """What submission waits for: `child`, the names of fields, `agreement`."""
        fields = [name for name, field in self.form.fields.items() if field.required and name not in self.answered]
        child = [] if self.child_chosen else ["child"]
        return child + fields + ([] if self.agreed else ["agreement"])

    @property
    def agreed(self) -> bool:
        return self.agreement_needed is False or self.agreement is AgreementState.GIVEN

    def tasks(self) -> dict[str, TaskState]:
        """The applicant's list: one state a task; `parent` is the agreement, `check` the submission."""
        states = {task: self._state(task) for task in self.form.tasks}
        if self.form.agreement is not None and self.agreement_needed is not False:
            states["parent"] = self._parent()
        states["check"] = TaskState.NOT_YET if self.missing else TaskState.NOT_STARTED
        return states

    def _state(self, task: str) -> TaskState:
        if task == "child":
            return TaskState.DONE if self.child_chosen else TaskState.NOT_STARTED
        needed = [name for name, field in self.form.fields.items() if field.task == task and field.required]
        return TaskState.DONE if all(name in self.answered for name in needed) else TaskState.NOT_STARTED

    def _parent(self) -> TaskState:
        match self.agreement:
            case AgreementState.GIVEN:
                return TaskState.DONE
            case AgreementState.ASKED:
                return TaskState.WAITING_FOR_OTHER
            case AgreementState.DECLINED | AgreementState.FAILED:
                return TaskState.NEEDS_YOU
            case _:
                return TaskState.NOT_YET if self.agreement_needed is None else TaskState.NOT_STARTED


def agreement_of(state: str | None) -> AgreementState:
    """From the newest consent step: None when none was asked."""
    if state is None or state == "cancelled":
        return AgreementState.NONE
    known = {"waiting": AgreementState.ASKED, "done": AgreementState.GIVEN, "refused": AgreementState.DECLINED}
    return known.get(state, AgreementState.FAILED)


def merged(answers: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A partial change: null takes an answer away."""
    return {name: value for name, value in {**answers, **changes}.items() if value is not None}
