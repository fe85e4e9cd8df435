"""`python -m svc_identity bootstrap KEYS_DIR` and `rotate-keys`."""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from chassis.jose import InvalidKey, VerifyingKey
from chassis.runtime import Runtime
from contracts.scopes import CLIENTS
from svc_identity.models import Client
from svc_identity.openid.keys import rotate

SUFFIX = ".pub.json"
FIRST_PARTY = "gateway"
"""The browser's back end: people sign in to it without being asked what it may do."""


async def bootstrap(runtime: Runtime, words: list[str]) -> int:
    """Registers the clients whose public keys lie in a folder (`NAME.pub.json`), with what `contracts.scopes` gives them.
    A service's key may be called by its short name. Safe to repeat: keys and scopes are brought up to date."""
    rows = _clients(Path(words[0]), runtime.settings.issuer) if len(words) == 1 else []
    if not rows:
        sys.stderr.write("bootstrap wants one folder with public keys of clients, each NAME.pub.json\n")
        return 2
    async with runtime.sessions.transaction() as session:
        for row in rows:
            add = insert(Client).values(row)
            changed = {name: add.excluded[name] for name in row if name != "id"}
            await session.execute(add.on_conflict_do_update(index_elements=["id"], set_=changed))
    sys.stdout.write(f"clients: {', '.join(row['id'] for row in rows)}\n")
    return 0


async def rotate_keys(runtime: Runtime, words: list[str]) -> int:
    """A new key signs within half a minute, in every process; the old one verifies for another hour."""
    async with runtime.sessions.transaction() as session:
        kid = await rotate(session)
    sys.stdout.write(f"new signing key: {kid}\n")
    return 0


def _clients(folder: Path, issuer: str) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.glob(f"*{SUFFIX}")) if (row := _client(path, issuer)) is not None]


def _client(path: Path, issuer: str) -> dict[str, Any] | None:
    """A row for the table; nothing for a name that no client has."""
    name = path.name.removesuffix(SUFFIX)
    client_id = name if name in CLIENTS else f"svc-{name}"
    if client_id not in CLIENTS:
        sys.stderr.write(f"{path.name}: no client of this name; left out\n")
        return None
    try:
        key = VerifyingKey.parse(json.loads(path.read_text()))
    except (InvalidKey, ValueError) as error:
        raise SystemExit(f"{path}: not a public key: {error}") from None
    browser = client_id == FIRST_PARTY
    return {
        "id": client_id,
        "name": client_id,
        "jwks": {"keys": [key.to_jwk()]},
        "first_party": browser,
        "audiences": CLIENTS[client_id],
        "person_scopes": [],
        "redirect_uris": [f"{issuer}/session/callback"] if browser else [],
        "post_logout_redirect_uris": [f"{issuer}/"] if browser else [],
    }
