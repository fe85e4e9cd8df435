"""What stands behind the routes' rows: a body that issues licences, and the licences, in svc-sharing's own database."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from chassis.database import Sessions, open_engine
from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign_document
from chassis.sealing import Keyring, configure
from chassis.settings import Settings
from svc_sharing.models import Issuer, Licence

BODY, CLIENT = "12440196MB2E000011", "hospital"
NUMBER = 200


async def furnish(environment: Mapping[str, str]) -> tuple[UUID, list[UUID]]:
    """The holder, and the ids of the licences."""
    settings = Settings.model_validate({name.lower(): value for name, value in environment.items()})
    configure(Keyring.parse(environment["SEALING_KEY"]))
    engine = open_engine(settings, "sharing")
    holder, key = new_id(), SigningKey.generate()
    licences = [_licence(holder, key) for _ in range(NUMBER)]
    async with Sessions(engine, {}).transaction() as session:
        session.add(Issuer(code=BODY, name="云溪市妇幼保健院", client_id=CLIENT, jwks={"keys": []}))
        await session.flush()
        session.add_all(licences)
    await engine.dispose()
    return holder, [licence.id for licence in licences]


def _licence(holder: UUID, key: SigningKey) -> Licence:
    licence = new_id()
    facts = {
        "kind": "birth-certificate",
        "holder": {"name": "李予安"},
        "valid_from": "2026-11-23",
        "number": str(licence),
    }
    jws = sign_document(facts, key, "licence+jws")
    return Licence(
        id=licence,
        issuer=BODY,
        kind="birth-certificate",
        title="出生医学证明",
        document=hashlib.sha256(jws.encode()).digest(),
        jws=jws,
        holders=[str(holder)],
        status="valid",
    )
