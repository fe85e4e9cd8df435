"""A program of OneDoor served for measuring: on the first core, before an issuer whose tokens we sign ourselves."""

import json
import sys
from pathlib import Path

from chassis.jose import KeySet
from chassis.testing import KEY
from launcher.keys import make_keys
from launcher.ports import free_port

from .nginx import Nginx, answering
from .place import Place
from .programs import SUBJECT, SURROUNDINGS, Program


def issuer(place: Place) -> Nginx:
    """Publishes the keys of `chassis.testing.token`."""
    if not isinstance(known := place.rooms.get("issuer"), Nginx):
        jwks = json.dumps(KeySet([KEY.public]).to_jwks())
        known = place.rooms["issuer"] = place.nginx("issuer", answering({"/oauth2/jwks": jwks}), SURROUNDINGS)
    return known


def environment(place: Place, client: str, **more: str) -> dict[str, str]:
    keys = place.folder / "keys"
    make_keys(keys, [client])
    return {
        "DATABASE_URL": place.database.url,
        "PUBLIC_URL": "http://localhost:8080",
        "IDENTITY_URL": f"http://127.0.0.1:{issuer(place).port}",
        "SEALING_KEY": (keys / "sealing.key").read_text(),
        "CLIENT_KEY_FILE": str(keys / f"{client}.json"),
        **more,
    }


def migrated(module: str, surroundings: dict[str, str], log: Path) -> None:
    Program([sys.executable, "-m", module, "migrate"], SURROUNDINGS, log, surroundings).ends_well()


def served(place: Place, module: str, surroundings: dict[str, str]) -> tuple[Program, int]:
    port, log = free_port(), place.folder / f"{module}.log"
    program = Program([sys.executable, "-m", module, "serve"], SUBJECT, log, {**surroundings, "PORT": str(port)})
    place.exit.callback(program.stop)
    program.listens(port)
    return program, port
