"""The whole city, in an order in which everything finds what it stands on."""

import asyncio

import httpx

from demo.seed.exchange import bring_exchange
from demo.seed.offers import bring_offers
from demo.seed.onedoor import OneDoor
from demo.seed.people import bring_people, write_sign_ins
from demo.seed.places import bring_places

TIMEOUT = httpx.Timeout(60.0)


async def furnish() -> None:
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as http:
        onedoor = OneDoor(http)
        await asyncio.gather(
            bring_people(onedoor), bring_places(onedoor), bring_exchange(onedoor), bring_offers(onedoor)
        )
    write_sign_ins()
