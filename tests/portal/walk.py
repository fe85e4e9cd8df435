"""The newborn application as two parents and a clerk walk it, by the keyboard, in one of the portal's languages."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from keyboard import Keyboard
from playwright.sync_api import Browser, Page, expect

from gateway.portal.catalogue import catalogue

PASSWORD = "yunxi-2026-demo"
ANSWERS = (("household", "mother"), ("clinic", "4401960102"), ("bank", "YXB"), ("insurance", "440197"))
PHONE = {"viewport": {"width": 360, "height": 740}}


@dataclass(frozen=True)
class Look:
    """How somebody looks at the portal, and what is looked at on every page that they come by."""

    language: str
    locale: str
    options: dict = field(default_factory=dict)
    at_each: Callable[[Page], None] = lambda page: None


def beginning(text: str) -> str:
    """What stands before the first value of a text of the catalogue."""
    return text.partition("{")[0].strip()


class Walk:
    def __init__(self, page: Page, look: Look) -> None:
        self.page, self.keys, self.look = page, Keyboard(page), look
        self._texts = catalogue(look.language)

    def words(self, key: str) -> str:
        return beginning(str(self._texts.texts[key]))

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look.at_each(self.page)

    def press(self, words: str) -> None:
        self.keys.press(words)
        self.look.at_each(self.page)

    def says(self, key: str, *, within: str = "main", timeout: float | None = None) -> None:
        expect(self.page.locator(within).first).to_contain_text(self.words(key), timeout=timeout)

    def link(self, key: str):
        return self.page.get_by_role("link", name=re.compile("^" + re.escape(self.words(key))))


@contextmanager
def person(browser: Browser, url: str, name: str, look: Look) -> Iterator[Walk]:
    """Signed in on a phone, by the keyboard."""
    context = browser.new_context(base_url=url, locale=look.locale, **PHONE, **look.options)
    walk = Walk(context.new_page(), look)
    walk.page.set_default_timeout(20_000)
    walk.go("/session/start?to=/")
    walk.keys.type("name", name)
    walk.keys.type("password", PASSWORD)
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url(lambda at: "/sign-in" not in at)
    look.at_each(walk.page)
    yield walk
    context.close()


def prove(walk: Walk) -> None:
    walk.go("/security/proofing")
    walk.press(walk.words("proofing.start"))
    expect(walk.link("proofing.look")).to_be_visible(timeout=30_000)
    # The page renews itself while it waits, which would take the focus away between two keys.
    camera = walk.link("proofing.look").get_attribute("href")
    assert camera is not None
    walk.page.goto(camera)
    walk.keys.to('button[value="live"]')
    walk.page.keyboard.press("Enter")
    walk.says("proofing.says.done", timeout=30_000)


def fill(walk: Walk, *, given_name: str, recipient: str) -> None:
    walk.go("/life-events/newborn")
    walk.press(walk.words("guide.start"))
    walk.press(walk.words("apply.start.begin"))
    walk.press(walk.words("apply.go_on"))
    walk.says("apply.child.title", within="h1")
    walk.press(walk.words("apply.save"))
    walk.keys.choose("surname-1", "mother")
    walk.keys.type("given-1", given_name)
    walk.page.keyboard.press("Enter")
    for name, value in ANSWERS:
        expect(walk.page.locator(f'[name="{name}"]').first).to_be_visible()
        walk.keys.choose(name, value)
        walk.press(walk.words("apply.save"))
    walk.keys.choose("address", "new")
    walk.keys.type("recipient", recipient)
    walk.keys.choose("district", "440196")
    walk.keys.type("street", "听雨巷 9 号 1 栋 201")
    walk.keys.type("phone", "13900000009")
    walk.page.keyboard.press("Enter")
    walk.press(walk.words("apply.parent.ask"))
    walk.says("codes.agreement_state.asked")


def agree(walk: Walk) -> None:
    prove(walk)
    asked = walk.words("codes.waiting_for.agree")
    for _ in range(20):
        walk.go("/")
        if walk.page.get_by_text(asked).count():
            break
    walk.press(asked)
    walk.press(walk.words("agreement.agree"))
    expect(walk.page.locator("main")).to_contain_text(agreed(walk))


def agreed(walk: Walk) -> str:
    """What is said once they have: what stands after the time."""
    return str(walk._texts.texts["agreement.agreed"]).partition("}")[2].strip()


def submit(walk: Walk) -> str:
    check = walk.words("codes.task.check")
    for _ in range(20):
        walk.go("/")
        walk.go(walk.link("codes.waiting_for.finish").first.get_attribute("href") or "/")
        if walk.page.get_by_role("link", name=check).count():
            break
    walk.press(check)
    walk.keys.tick("promise", "true")
    walk.keys.tick("promise", "grants")
    walk.press(walk.words("apply.check.submit"))
    walk.says("apply.submitted.title", within="h1")
    return walk.page.locator(".big .number").inner_text()


def receive(walk: Walk, number: str) -> None:
    for _ in range(40):
        walk.go("/staff/inbox")
        if walk.page.get_by_role("link", name=number).count():
            break
        walk.page.wait_for_timeout(500)
    walk.press(number)
    walk.press(walk.words("codes.decision.receive"))
    walk.says("codes.flash.decided", within='[role="status"]')
