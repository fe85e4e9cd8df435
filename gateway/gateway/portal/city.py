"""What people choose from that no service lists: clinics and banks of the city, from a file that the city gives (CITY_FILE)."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from gateway.portal.views.parts import Option

DEMO = Path(__file__).with_name("city.json")


class Office(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    name: str
    detail: str | None = None


class City(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    clinics: tuple[Office, ...]
    banks: tuple[Office, ...]


@cache
def city(path: Path) -> City:
    return City.model_validate_json(path.read_bytes())


def options(offices: tuple[Office, ...]) -> tuple[Option, ...]:
    return tuple(Option(one.code, one.name, one.detail) for one in offices)


def name_of(offices: tuple[Office, ...], code: str) -> str:
    return next((one.name for one in offices if one.code == code), code)
