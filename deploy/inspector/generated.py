"""Files that are made from the code: topics and users of the events, the table of settings. Never edited by hand."""

from pathlib import Path

import yaml

from inspector import events, settings
from inspector.rendering import KUBERNETES, ROOT

HEADER = "# Made from the code by `make contracts`; never edited by hand.\n"


def documents() -> dict[Path, str]:
    folder = KUBERNETES / "base" / "events"
    return {
        folder / "topics.yaml": HEADER + _yaml(events.topic_manifests()),
        folder / "users.yaml": HEADER + _yaml(events.user_manifests()),
        settings.README: settings.readme(),
    }


def write() -> None:
    for path, content in documents().items():
        path.write_text(content)


def differences() -> list[str]:
    wanted = documents()
    return sorted(str(path.relative_to(ROOT)) for path, content in wanted.items() if path.read_text() != content)


def _yaml(manifests: list[dict[str, object]]) -> str:
    return yaml.dump_all(manifests, Dumper=_Plain, sort_keys=False, width=120)


class _Plain(yaml.SafeDumper):
    """Says everything where it stands: no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True
