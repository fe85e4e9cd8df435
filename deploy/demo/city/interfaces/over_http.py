"""What the interfaces over HTTP have in common."""

from typing import Any

HEADER = {"style": "header"}


def http(base_url: str, auth: dict[str, Any], operations: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"kind": "http", "base_url": base_url, "auth": auth, "operations": operations, **options}
