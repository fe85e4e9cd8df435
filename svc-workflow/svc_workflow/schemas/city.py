"""The city's calendar and places."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from chassis.schemas import Answer, Body, example


class CalendarBody(Body):
    """One year. Weekends are free and other days are worked, but for what is listed."""

    model_config = Body.model_config | example({"holidays": ["2026-10-01"], "make_up_days": ["2026-10-10"]})
    holidays: list[date] = Field(max_length=366, description="Free days that are not weekends already, or may be")
    make_up_days: list[date] = Field(max_length=104, description="Days of weekends that are worked (调休)")

    @model_validator(mode="after")
    def _consistent(self) -> "CalendarBody":
        if set(self.holidays) & set(self.make_up_days):
            raise ValueError("a day is either free or worked")
        if any(day.weekday() < 5 for day in self.make_up_days):
            raise ValueError("a make-up day is a Saturday or a Sunday")
        return self


class CalendarOut(Answer):
    year: int
    holidays: list[date]
    make_up_days: list[date]


class PlaceBody(Body):
    model_config = Body.model_config | example({"name": "云溪区", "insurance_timing": "certificate"})
    name: str = Field(min_length=1, max_length=100)
    insurance_timing: Literal["certificate", "registration"] = Field(
        description="Whether medical insurance begins with the birth certificate, or after the birth is registered"
    )


OfficeKind = Literal["clinic", "bank"]


class OfficeBody(Body):
    model_config = Body.model_config | example({"name": "听雨社区卫生服务中心", "street": "云江区听雨巷30号"})
    name: str = Field(min_length=1, max_length=100)
    street: str | None = Field(default=None, max_length=200)
    closed: bool = Field(default=False, description="It can be chosen no more; answers that name it keep its name")


class OfficeOut(Answer):
    kind: OfficeKind
    code: str
    name: str
    street: str | None
    closed: bool


class PlaceOut(Answer):
    division: str
    name: str
    insurance_timing: str
