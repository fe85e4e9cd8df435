"""Pictures of a running house: `python tests/portal/screenshots_live.py URL PERSON [CLERK]`, to `.run/screenshots/live/LANGUAGE/`.

Signs in as the demo city's people, opens each list and the first thing in it, on a phone and on a desk."""

import re
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parents[2] / ".run" / "screenshots" / "live"
PASSWORD = "yunxi-2026-demo"
WIDTHS = {"phone": 360, "desktop": 1280}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
EVERYBODYS = {
    "home": "/", "search": "/search?q=%E6%88%B7%E5%8F%A3", "services": "/services", "bundle": "/life-events/newborn",
    "guide": "/services/birth-registration", "help": "/help", "verify": "/verify", "nothing": "/nothing",
}  # fmt: skip
MINE = {
    "my-home": "/", "my-cases": "/cases", "licences": "/licences", "data": "/data", "parcels": "/parcels", "bills": "/bills",
    "messages": "/messages", "proofing": "/security/proofing",
}  # fmt: skip
DESK = {"inbox": "/staff/inbox", "inbox-done": "/staff/inbox?tab=done", "work-orders": "/staff/work-orders"}
ONE = re.compile(r"^/(cases|licences|parcels|bills|messages|staff/tasks|staff/work-orders)/[0-9][0-9a-f-]{15,}$")


def sign_in(page: Page, name: str) -> None:
    page.goto("/session/start?to=/")
    page.fill('[name="name"]', name)
    page.fill('[name="password"]', PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def shoot(page: Page, folder: Path, device: str, pages: dict[str, str]) -> int:
    """Each page, and the first thing that a list leads to."""
    wanted, taken = list(pages.items()), 0
    for name, path in wanted:
        page.goto(path)
        page.screenshot(path=folder / f"{name}-{device}.png", full_page=True)
        taken += 1
        links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        first = next((link for link in links if ONE.match(link)), None)
        if first is not None and not name.startswith("one-") and (f"one-{name}", first) not in wanted:
            wanted.append((f"one-{name}", first))
    return taken


def main(url: str, who: dict[str, dict[str, str]], browser: Browser) -> int:
    taken = 0
    for language, (device, width) in product(LANGUAGES, WIDTHS.items()):
        for name, pages in who.items():
            viewport = {"width": width, "height": 740}
            context = browser.new_context(base_url=url, viewport=viewport, locale=LANGUAGES[language])
            page = context.new_page()
            if name:
                sign_in(page, name)
            taken += shoot(page, FOLDER / language, device, pages)
            context.close()
    return taken


if __name__ == "__main__":
    address, person, *clerks = sys.argv[1:]
    visitors = {"": EVERYBODYS, person: MINE, **dict.fromkeys(clerks, DESK)}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        number = main(address, visitors, chromium)
        chromium.close()
    print(f"{number} screenshots in .run/screenshots/live")  # noqa: T201
