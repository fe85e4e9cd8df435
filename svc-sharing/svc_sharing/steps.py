"""What a case may ask of svc-sharing: the arguments of its steps."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.steps import FieldReference


class Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    resource: str
    values: dict[str, Any] = {}

    @property
    def references(self) -> dict[str, FieldReference]:
        """Values that stand in other exchanges."""
        given = {
            name: value for name, value in self.values.items() if isinstance(value, dict) and "exchange_id" in value
        }
        return {name: FieldReference.model_validate(value) for name, value in given.items()}

    @property
    def form_fields(self) -> dict[str, str]:
        """Values that the applicant wrote: our name, and the form's."""
        given = {name: value for name, value in self.values.items() if isinstance(value, dict) and "form" in value}
        return {name: str(value["form"]) for name, value in given.items()}

    @property
    def codes(self) -> dict[str, Any]:
        """Values that are no secret: codes, amounts in cents."""
        return {name: value for name, value in self.values.items() if not isinstance(value, dict | list)}


class QueryArguments(Arguments):
    """sharing.query: what a department holds about a person."""

    subject: UUID | None = None


class SubmitArguments(Arguments):
    """sharing.submit: values for a department, which decides or registers."""

    holders: list[UUID] = Field(default=[], description="Who may show the licence that follows")
    subjects: list[UUID] = Field(default=[], description="Whose data the answer is")
