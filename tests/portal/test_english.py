"""The main job in English, on a phone at night: two parents and a clerk meet no Chinese but names of people and places."""

import re
from collections.abc import Iterator

import pytest
from accessible import faults
from playwright.sync_api import Browser, Error, Page
from walk import Look, agree, fill, person, prove, receive, submit

MOTHER, FATHER, POLICE = "13901990026", "13901990025", "police.clerk"
PEOPLE = ("徐雅琴", "曾永康", "徐知晚", "徐", "曾", "岳明朗")
STREET = re.compile(r"^[\u3400-\u9fff]*(路|街|巷|道|村|里)? ?[0-9]+ ?号.*$|^[\u3400-\u9fff]+派出所$")
LANGUAGE = "中文"
RENEWALS = 10
CHINESE = """() => {
  const found = [[], []];
  const note = (text, element) => {
    if (!/[\\u3400-\\u9fff]/.test(text)) return;
    const language = element.closest('[lang]')?.lang ?? '';
    found[language.startsWith('zh') ? 1 : 0].push(text.trim());
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest('script, style, textarea, title')) note(walker.currentNode.data, parent);
  }
  for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
    for (const element of document.querySelectorAll(`[${name}]`)) note(element.getAttribute(name), element);
  return found;
}"""


class English:
    """Looks at each page that somebody comes by."""

    def __init__(self, axe: str) -> None:
        self.axe = axe
        self.pages: set[str] = set()
        self.wrong: list[str] = []

    def __call__(self, page: Page) -> None:
        """A page that waits renews itself now and then, in the middle of a look: then it is looked at again."""
        for _ in range(RENEWALS):
            try:
                return self._look(page)
            except Error as error:
                if "Execution context was destroyed" not in str(error):
                    raise
                page.wait_for_load_state()
        raise AssertionError(f"{page.url} does not stand still")

    def _look(self, page: Page) -> None:
        self.pages.add(re.sub("[0-9a-f]{8}-[0-9a-f-]+|[0-9]{6}-[0-9]{4}-[0-9]+", "…", page.url.partition("?")[0]))
        unmarked, marked = page.evaluate(CHINESE)
        left = [text for text in marked if text not in (*PEOPLE, LANGUAGE) and not STREET.match(text)]
        told = [f"unmarked: {text}" for text in unmarked] + [f"no name of a person or place: {text}" for text in left]
        self.wrong += [f"{page.url}: {one}" for one in (*told, *faults(page, self.axe))]


@pytest.fixture(scope="module")
def walked(browser: Browser, house, axe) -> Iterator[English]:
    eyes = English(axe)
    look = Look("en", "en-GB", {"color_scheme": "dark", "bypass_csp": True}, eyes)
    with person(browser, house.url, FATHER, look) as he, person(browser, house.url, MOTHER, look) as she:
        prove(she)
        fill(she, given_name="知晚", recipient="徐雅琴")
        agree(he)
        number = submit(she)
        with person(browser, house.url, POLICE, look) as clerk:
            receive(clerk, number)
        for path in ("/", "/cases", f"/cases/{number}", "/messages", "/data", "/search?q=birth", "/services", "/help"):
            she.go(path)
        yield eyes


def test_the_newborn_application_is_walked_in_english_on_a_phone_in_the_dark(walked):
    assert len(walked.pages) >= 20, sorted(walked.pages)


def test_nothing_on_the_way_is_chinese_but_names_and_everything_is_accessible(walked):
    assert sorted(set(walked.wrong)) == []
