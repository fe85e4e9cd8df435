"""Every page in a real browser, in both languages: axe without violations, nothing to scroll sideways, targets that a thumb can hit."""

import pytest
from playwright.sync_api import Page
from portal_samples import ONE_OF_EACH, SAMPLES
from portal_samples.browser import AXE, DESK, PHONE, look

ZOOMED = DESK // 2
"""A desk's window zoomed to 200 % lays out as one half as wide."""

BY_DAY, BY_NIGHT = ((PHONE, "light"), (DESK, "dark")), ((PHONE, "dark"), (DESK, "light"))
EVERY = (*BY_DAY, *BY_NIGHT, (ZOOMED, "light"))
LOOKS = {"zh": BY_DAY, "en": BY_NIGHT}
"""A page is looked at in every way in both languages; the further states of a page in the same ways, half of them in each."""

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


CUT = """() => [...document.querySelectorAll('[placeholder]')].filter((one) => {
  const typed = one.value;
  one.value = one.placeholder;
  const cut = one.scrollWidth > one.clientWidth;
  one.value = typed;
  return cut;
}).map((one) => one.placeholder)"""
"""Typed in, an example would scroll; a search field keeps room for its own cross besides."""


@pytest.fixture(
    scope="module", params=[(name, language) for name in SAMPLES for language in ("zh", "en")], ids="-".join
)
def shown(request: pytest.FixtureRequest, window: Page) -> Page:
    """Every page in every language, loaded once: all that is asked of it is asked before the next is loaded."""
    name, language = request.param
    window.goto(f"/page/{name}?language={language}")
    return window


def test_axe_finds_nothing_narrow_wide_light_dark_or_zoomed(shown, axe, request):
    name, language = request.node.callspec.params["shown"]
    shown.evaluate(axe)
    found = {}
    for width, scheme in EVERY if name in ONE_OF_EACH else LOOKS[language]:
        look(shown, width, scheme)
        found[f"{width} {scheme}"] = shown.evaluate(AXE)

    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_nothing_scrolls_sideways(shown):
    for width, letters in ((320, "standard"), (320, "largest"), (ZOOMED, "standard"), (DESK, "largest")):
        look(shown, width, letters=letters)
        assert shown.evaluate(SIDEWAYS) == [], f"{width} {letters}"


def test_a_thumb_can_hit_every_target(shown):
    for width in (PHONE, DESK):
        look(shown, width)
        assert shown.evaluate(SMALL_TARGETS) == [], f"{width}"


def test_no_example_in_an_empty_field_is_cut_off(shown):
    look(shown, PHONE)

    assert shown.evaluate(CUT) == []
