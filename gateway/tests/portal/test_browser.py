"""Every page in a real browser: axe without violations, nothing to scroll sideways, targets that a thumb can hit."""

import pytest
from playwright.sync_api import Page
from portal_samples import SAMPLES

pages = pytest.mark.parametrize("name", SAMPLES)
PHONE, DESK = 360, 1280

AXE = """async () => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: %s } });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"

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


def look(page: Page, width: int, scheme: str = "light") -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


@pages
def test_axe_finds_nothing(page, axe, name):
    page.goto(f"/page/{name}")
    page.evaluate(axe)

    for width in (PHONE, DESK):
        for scheme in ("light", "dark"):
            look(page, width, scheme)
            assert page.evaluate(AXE % RULES) == [], f"{width} {scheme}"


@pages
def test_axe_finds_nothing_in_english(page, axe, name):
    look(page, PHONE)
    page.goto(f"/page/{name}?language=en")
    page.evaluate(axe)

    assert page.evaluate(AXE % RULES) == []


@pages
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_scrolls_sideways(page, name, language):
    for letters, width in (("standard", 320), ("largest", 320), ("standard", DESK // 2), ("largest", DESK)):
        look(page, width)
        page.goto(f"/page/{name}?language={language}&letters={letters}")
        assert page.evaluate(SIDEWAYS) == [], f"{width} {letters}"


@pages
def test_a_thumb_can_hit_every_target(page, name):
    for width in (PHONE, DESK):
        look(page, width)
        page.goto(f"/page/{name}")
        assert page.evaluate(SMALL_TARGETS) == [], f"{width}"
