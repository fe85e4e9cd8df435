"""Writes each page, phone and desktop, light and dark, to `.run/screenshots/LANGUAGE/`: `make screenshots`, or
`python tests/portal/screenshots.py NAME ...` for some of them.

The pages are the sample views of the gateway's own tests, drawn by the real renderer in a real browser."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "gateway"), str(ROOT / "gateway" / "tests" / "portal")]

from portal_samples import SAMPLES  # noqa: E402
from portal_samples.browser import ARGUMENTS, CHROMIUM  # noqa: E402
from portal_samples.server import served  # noqa: E402

FOLDER = ROOT / ".run" / "screenshots"
WIDTHS = {"phone": 360, "desktop": 1280}
SCHEMES = {"light": "", "dark": "-dark"}


def shoot(browser: Browser, site: str, names: list[str]) -> int:
    taken = 0
    for device, width in WIDTHS.items():
        window = browser.new_page(base_url=site, viewport={"width": width, "height": 740})
        for language in ("zh", "en"):
            for name in names:
                window.goto(f"/page/{name}?language={language}")
                for scheme, ending in SCHEMES.items():
                    window.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    window.screenshot(path=FOLDER / language / f"{name}-{device}{ending}.png", full_page=True)
                    taken += 1
        window.close()
    return taken


def main(names: list[str]) -> None:
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        taken = shoot(browser, site, names or list(SAMPLES))
        browser.close()
    print(f"{taken} screenshots in {FOLDER.relative_to(ROOT)}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
