"""What a department program is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from demo.city.model import CHINA


@dataclass(frozen=True)
class Settings:
    port: int
    data: Path
    keys: Path
    speed: float
    fail_every: int
    today: date
    """The day that births are counted back from when a database is first filled."""
    environment: Mapping[str, str]

    def after(self, seconds: float) -> float:
        """Seconds of the demo's world as seconds of ours."""
        return seconds / self.speed

    def url(self, name: str, port: int) -> str:
        """The address of a program, without a slash at its end."""
        return (self.environment.get(f"{name}_URL") or f"http://127.0.0.1:{port}").rstrip("/")

    def own_url(self, name: str) -> str:
        return self.url(name, self.port)


def read_settings(default_port: int, environment: Mapping[str, str] | None = None) -> Settings:
    given = dict(os.environ if environment is None else environment)
    data = Path(given.get("DEMO_DATA") or Path(given.get("RUN_DIR") or ".run") / "demo")
    today = given.get("DEMO_TODAY")
    return Settings(
        port=int(given.get("PORT") or default_port),
        data=data,
        keys=Path(given.get("DEMO_KEYS") or data / "keys"),
        speed=float(given.get("DEMO_SPEED") or 1),
        fail_every=int(given.get("DEMO_FAIL_EVERY") or 0),
        today=date.fromisoformat(today) if today else now().date(),
        environment=given,
    )


def now() -> datetime:
    """The city's time."""
    return datetime.now(CHINA)
