"""What departments share, how their systems are spoken to, who may read what, and whose signatures count."""

import os
from typing import Any
from urllib.parse import urlsplit

from demo.city import interfaces
from demo.seed.onedoor import OneDoor, each, url_of


async def bring_exchange(onedoor: OneDoor) -> None:
    database = urlsplit(os.environ["DATABASE_URL"])
    connectors = {
        "hospital": interfaces.hospital.connector(url_of("hospital")),
        "population": interfaces.population.connector(url_of("population")),
        "vaccination": interfaces.vaccination.connector(url_of("vaccination")),
        "insurance": interfaces.insurance.connector(url_of("insurance")),
        "social-security": interfaces.social_security.connector(os.environ["SOCIAL_SECURITY_URL"]),
        "marriage": interfaces.marriage.connector(database.hostname or "127.0.0.1", database.port or 5432),
    }

    async def one_connector(entry: tuple[str, dict[str, Any]]) -> None:
        name, config = entry
        secret = os.environ[f"{name.upper().replace('-', '_')}_SECRET"]
        await onedoor.put("sharing", f"/connectors/{name}", {"config": config, "secret": secret})

    async def one_resource(entry: tuple[str, dict[str, Any]]) -> None:
        await onedoor.put("sharing", f"/resources/{entry[0]}", entry[1])

    async def one_grant(body: dict[str, Any]) -> None:
        asked = await onedoor.post("sharing", "/grant-applications", body)
        await onedoor.post("sharing", f"/grant-applications/{asked['id']}/approval", {}, accept=[409])

    await each(connectors.items(), one_connector)
    await each(interfaces.RESOURCES.items(), one_resource)
    granted = {(grant["department"], grant["resource"], grant["purpose"]) for grant in await _grants(onedoor)}
    new = [
        grant
        for grant in interfaces.GRANTS
        if (grant["department"], grant["resource"], grant["purpose"]) not in granted
    ]
    await each(new, one_grant)
    for code, issuer in interfaces.ISSUERS.items():
        keys = {"hospital": f"{url_of('hospital')}/keys"}.get(str(issuer["client_id"]))
        if keys is not None:
            await onedoor.put("sharing", f"/issuers/{code}", {**issuer, "jwks_url": keys})


async def _grants(onedoor: OneDoor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await onedoor.get("sharing", f"/grants?limit=100{cursor}")
        found += page["items"]
        if page.get("next_cursor") is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
