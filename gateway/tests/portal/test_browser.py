"""Every page in a real browser: axe without violations, nothing to scroll sideways, targets that a thumb can hit."""

from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from portal_samples import ONE_OF_EACH, SAMPLES

pages = pytest.mark.parametrize("name", SAMPLES)
PHONE, DESK = 360, 1280
ZOOMED = DESK // 2
"""A desk's window zoomed to 200 % lays out as one half as wide."""

AXE = """async () => {
  const found = await axe.run(document, { runOnly: %s });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""
ALL = "{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }"
COLOURS = "{ type: 'rule', values: ['color-contrast'] }"  # what differs between light and dark

SMALL_TARGETS = """() => {
  const inSentence = (one) => getComputedStyle(one).display === 'inline'
    && one.closest('p, li, dd, small, td') && one.closest('p, li, dd, small, td').textContent.trim() !== one.textContent.trim();
  const reach = (one) => one.matches('.choice input') ? one.closest('.choice')
    : one.matches('.whole') ? one.closest('li, .card') : one;
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }) && !one.matches('.skip') && !inSentence(one))
    .map((one) => [reach(one).getBoundingClientRect(), one.outerHTML.slice(0, 120)])
    .filter(([box]) => box.height < 43.9 || box.width < 43.9)
    .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
}"""

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => one.outerHTML.slice(0, 120));
}"""


def look(page: Page, width: int, scheme: str = "light", letters: str = "standard") -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(
        color_scheme=scheme, reduced_motion="reduce"
    )  # a colour half-way through a transition is no colour
    page.evaluate("size => { document.documentElement.dataset.letters = size; }", letters)


@pytest.fixture(scope="module")
def window(browser: Browser, site: str) -> Iterator[Page]:
    """One window for all pages: opening a window for each costs more than the checks."""
    window = browser.new_page(base_url=site)
    yield window
    window.close()


LOOKS = (
    (PHONE, "light", ALL),
    (DESK, "light", ALL),
    (PHONE, "dark", COLOURS),
    (DESK, "dark", COLOURS),
    (ZOOMED, "light", ALL),
)


def violations(window: Page, axe: str, looks: Iterable[tuple[int, str, str]]) -> dict[str, list[str]]:
    window.evaluate(axe)
    found = {}
    for width, scheme, rules in looks:
        look(window, width, scheme)
        found[f"{width} {scheme}"] = window.evaluate(AXE % rules)
    return {where: wrong for where, wrong in found.items() if wrong}


@pages
def test_axe_finds_nothing(window, axe, name):
    window.goto(f"/page/{name}")

    assert violations(window, axe, LOOKS) == {}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_axe_finds_nothing_in_english(window, axe, name):
    window.goto(f"/page/{name}?language=en")

    assert violations(window, axe, LOOKS) == {}


@pages
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_scrolls_sideways(window, name, language):
    window.goto(f"/page/{name}?language={language}")

    for width, letters in ((320, "standard"), (320, "largest"), (ZOOMED, "standard"), (DESK, "largest")):
        look(window, width, letters=letters)
        assert window.evaluate(SIDEWAYS) == [], f"{width} {letters}"


@pages
def test_a_thumb_can_hit_every_target(window, name):
    window.goto(f"/page/{name}")

    for width in (PHONE, DESK):
        look(window, width)
        assert window.evaluate(SMALL_TARGETS) == [], f"{width}"
