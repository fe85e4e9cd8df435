"""A person who has a keyboard and nothing else: tab, arrows, space, enter, letters."""

import re

from playwright.sync_api import Page

PATIENCE = 150


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Press tab until this has the focus."""
        for _ in range(PATIENCE):
            if self.page.locator(selector).and_(self.page.locator(":focus")).count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tab key does not reach {selector} on {self.page.url}")

    def press(self, words: str) -> None:
        """A button or a link, by its words."""
        exactly = re.compile(rf"^\s*{re.escape(words)}")
        for _ in range(PATIENCE):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus").filter(has_text=exactly)
            if focused.and_(self.page.locator("a, button, summary")).count():
                self.page.keyboard.press("Enter")
                self.page.wait_for_load_state()
                return
        raise AssertionError(f"the tab key does not reach {words!r} on {self.page.url}")

    def type(self, name: str, words: str) -> None:
        self.to(f'[name="{name}"]')
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def choose(self, name: str, value: str) -> None:
        """One of several: tab to the group, arrows within it."""
        self.to(f'input[name="{name}"]')
        self.page.keyboard.press("Space")
        wanted = self.page.locator(f'input[name="{name}"][value="{value}"]')
        for _ in range(20):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} of {name} cannot be chosen on {self.page.url}")

    def tick(self, name: str, value: str) -> None:
        self.to(f'input[name="{name}"][value="{value}"]')
        self.page.keyboard.press("Space")
