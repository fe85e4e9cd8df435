"""What axe says of a page (WCAG 2.2 AA), and whether it fits: as it is looked at now, or by every eye."""

from itertools import product

from playwright.sync_api import Page

AXE = """async () => (await axe.run({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
})).violations.map(v => v.id + ': ' + v.nodes[0].html)"""
WIDTHS, SCHEMES = (360, 1280), ("light", "dark")


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    return _found(page)


def faults_by_every_eye(page: Page, axe: str) -> list[str]:
    """Narrow and wide, light and dark, without loading the page anew."""
    page.evaluate(axe)
    found = []
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{width} {scheme}: {one}" for one in _found(page)]
    return found


def _found(page: Page) -> list[str]:
    found: list[str] = page.evaluate(AXE)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["scrolls sideways"] if wide else [])]
