"""Service items and bundles."""

from demo.seed.onedoor import OneDoor


async def bring_offers(onedoor: OneDoor) -> None:
    return None
