"""Every setting that a program reads from its environment, as a table, made from the settings models."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from chassis.documents import SERVICES
from chassis.settings import Settings
from inspector.events import programs
from inspector.rendering import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- settings: made by `make contracts` -->", "<!-- end of settings -->"
LIBRARIES = {
    "PGUSER": "Whom the database's driver logs in as when `DATABASE_URL` names nobody",
    "PGPASSWORD": "With which password",
    "PGSSLMODE": "How the driver proves the server: `verify-full` in a cluster",
    "PGSSLROOTCERT": "File with the certificate of who signed the server's",
}
"""Read by the database's driver, not by us."""
OPTIONAL = {"DATABASE_NAME", "CLOCK_FILE", "TRACES_DIR", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"}
"""Need not be told though they have no default, or one of a single machine."""


@dataclass(frozen=True)
class Setting:
    name: str
    """As the environment has it."""
    readers: tuple[str, ...]
    kind: str
    default: str
    description: str
    is_secret: bool

    @property
    def is_local(self) -> bool:
        """Whether its default is none, or means this machine: a city has to say something else."""
        return self.default == "none" or any(word in self.default for word in ("127.0.0.1", "localhost", "demo"))

    @property
    def row(self) -> str:
        who = "all" if len(self.readers) == len(programs()) else ", ".join(self.readers)
        return f"| `{self.name}` | {who} | {self.kind} | {self.default} | {self.description} |"


def settings() -> list[Setting]:
    """One entry a name; a program that has another default for it has an entry of its own."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    secrets: set[str] = set()
    for name, program in programs().items():
        for field_name, info in program.settings.model_fields.items():
            variable = field_name.upper()
            if "Secret" in str(info.annotation):
                secrets.add(variable)
            key = (variable, _kind(info.annotation), _default(info), _description(field_name, info))
            found.setdefault(key, []).append(name)
    order = [field.upper() for field in Settings.model_fields]
    place = {name: number for number, name in enumerate(order)}
    entries = [
        Setting(name, tuple(readers), kind, default, description, name in secrets)
        for (name, kind, default, description), readers in found.items()
    ]
    return sorted(entries, key=lambda each: (place.get(each.name, len(order)), -len(each.readers), each.readers))


def readers_of(variable: str) -> set[str]:
    """The programs that read a variable; empty for one that none reads."""
    return {reader for setting in settings() if setting.name == variable for reader in setting.readers}


def table() -> str:
    rows = [setting.row for setting in settings()]
    rows += [f"| `{name}` | all | text | none | {text} |" for name, text in LIBRARIES.items()]
    head = ["| variable | read by | kind | default | what it is |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def readme() -> str:
    """The root README with the table as it should be."""
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _kind(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in get_args(annotation) if part is not type(None)))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if origin is list:
        return f"JSON list of {_kind(get_args(annotation)[0])}"
    names = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "`true` or `false`",
        Path: "file",
        SecretStr: "secret",
    }
    if annotation is timedelta:
        return "ISO 8601 duration"
    return names.get(annotation, "network" if "Network" in str(annotation) else str(annotation))


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    if value is None or value == "" or (isinstance(value, SecretStr) and not value.get_secret_value()):
        return "none"
    if isinstance(value, Path):
        return f"`{value.resolve().relative_to(ROOT)}`"
    if isinstance(value, timedelta):
        return f"`{TypeAdapter(timedelta).dump_python(value, mode='json')}`"
    if isinstance(value, list):
        return f"`{json.dumps([str(each) for each in value])}`"
    return f"`{value}`"


def _description(name: str, info: FieldInfo) -> str:
    service = name.removesuffix("_url")
    if info.description is None and service in SERVICES:
        return f"Where svc-{service} listens"
    return (info.description or "").replace("|", "\\|").replace("<", "&lt;")
