"""The browser that tests and screenshots use: Debian's chromium, quiet; and how it looks at a page."""

from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PHONE, DESK = 360, 1280
AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""


def look(page: Page, width: int, scheme: str = "light", letters: str = "standard") -> None:
    """From here on by this eye, on the page as it stands: loading it anew costs more than all checks."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(
        color_scheme=scheme, reduced_motion="reduce"
    )  # a colour half-way through a transition is no colour
    page.evaluate("size => { document.documentElement.dataset.letters = size; }", letters)
