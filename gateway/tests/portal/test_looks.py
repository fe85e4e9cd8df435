"""How pages look to the eye: colours that say the right thing in the light and in the dark, lines of a length one can read."""

import pytest
from portal_samples.browser import AXE, DESK, PHONE, look


def test_axe_would_find_pale_letters_in_the_dark_alone(window, axe):
    """The looks differ: what is wrong by one of them only is found."""
    window.goto("/page/thanks")
    window.evaluate(axe)
    pale = "@media (prefers-color-scheme: dark) { p { color: #333 !important; } }"
    window.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", pale
    )

    wrong = {}
    for scheme in ("light", "dark"):
        look(window, PHONE, scheme)
        wrong[scheme] = [one.partition(":")[0] for one in window.evaluate(AXE)]

    assert wrong["light"] == []
    assert set(wrong["dark"]) == {"color-contrast"}


def test_work_that_is_done_is_not_drawn_in_red(window):
    """Of departments side by side the one that refused does not colour its neighbours."""
    window.goto("/page/case-refused")
    look(window, PHONE)
    bars = window.locator(".lanes > .done .bar rect:not(.excluded), .lanes > .no .bar rect:not(.excluded)")

    done, refused = bars.evaluate_all("them => them.map((one) => getComputedStyle(one).fill)")

    assert done != refused


LINES = """() => [...document.querySelectorAll('main :is(p, li, small, dd)')].flatMap((one) => {
  const text = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const size = parseFloat(getComputedStyle(one).fontSize);
  return text.flatMap((node) => {
    const range = document.createRange();
    range.selectNode(node);
    return [...range.getClientRects()].map((box) => [Math.round(box.width / size * 10) / 10, node.data.trim().slice(0, 60)]);
  });
}).filter(([wide]) => wide > %s)"""
MEASURE = {"zh": 36, "en": 35}
"""In the width of a Chinese character; of Latin letters 66 and their spaces fill about 35."""


@pytest.mark.parametrize("name", ["bundle", "apply-parent", "case-refused", "agreement", "my-data", "operations-quiet"])
@pytest.mark.parametrize("language", MEASURE)
def test_no_line_is_too_long_to_read(window, name, language):
    window.goto(f"/page/{name}?language={language}")
    look(window, DESK)

    assert window.evaluate(LINES % MEASURE[language]) == []


ACCENT = """() => {
  const [ink, paper] = [document.querySelector('main a'), document.documentElement].map((one, at) => {
    const style = getComputedStyle(one);
    const shares = (at ? style.backgroundColor : style.color).match(/[0-9]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = shares.map((share) => share <= .03928 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b + .05;
  });
  return Math.max(ink, paper) / Math.min(ink, paper);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accent_stands_out_from_the_paper(window, scheme):
    window.goto("/page/help")
    look(window, PHONE, scheme)

    assert window.evaluate(ACCENT) >= 7


NAVIGATION = """() => new Set([...document.querySelectorAll('header nav a')].map((one) => one.getBoundingClientRect().top)).size"""


@pytest.mark.parametrize(
    "name", ["home", "search", "my-cases", "message", "inbox", "work-orders", "operations", "desk", "help"]
)
@pytest.mark.parametrize("language", MEASURE)
def test_on_a_phone_the_ways_in_the_header_stand_in_one_line(window, name, language):
    """The one that is current is bold, and needs the most room."""
    window.goto(f"/page/{name}?language={language}")
    look(window, PHONE)

    assert window.evaluate(NAVIGATION) == 1
