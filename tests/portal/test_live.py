"""The main job on a running house, in a real browser: by the keyboard alone and with scripts off, every page accessible."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from accessible import faults_by_every_eye
from playwright.sync_api import Browser, Locator, Page, expect
from walk import Look, agree, fill, person, prove, receive, submit

MOTHER, FATHER, POLICE = "13901990028", "13901990027", "police.clerk"
PLAIN = Look("zh", "zh-CN", {"java_script_enabled": False})
OPERATOR, PROGRAMS = "operator", 8
LOCALES = ("zh-CN", "en-GB")
STRANGERS = ["/", "/session/start?to=/", "/accessibility", "/nothing"]
EVERYBODYS = [
    "/search?q=%E6%88%B7%E5%8F%A3",
    "/services",
    "/life-events/newborn",
    "/services/birth-registration",
    "/help",
    "/verify",
    "/progress",
]


@pytest.fixture(scope="module")
def done(browser: Browser, house) -> dict[str, list[dict]]:
    """Both parents and the police did their part; the cookies of each."""
    kept: dict[str, list[dict]] = {}
    with person(browser, house.url, FATHER, PLAIN) as he, person(browser, house.url, MOTHER, PLAIN) as she:
        prove(she)
        fill(she, given_name="予宁", recipient="黄雨桐")
        agree(he)
        number = submit(she)
        kept["mother"] = she.page.context.cookies()
        with watching(browser, house.url, kept["mother"], f"/cases/{number}") as (open_page, news):
            with person(browser, house.url, POLICE, PLAIN) as clerk:
                receive(clerk, number)
                kept["clerk"], task = clerk.page.context.cookies(), clerk.page.url
            expect(open_page.locator("[data-live]")).to_contain_text("已收件", timeout=40_000)
            kept["pages"] = [{"number": number, "task": task, "told": news.inner_text()}]
    return kept


@contextmanager
def watching(browser: Browser, url: str, cookies: list[dict], path: str) -> Iterator[tuple[Page, Locator]]:
    """The page stands open with scripts on, and nobody touches it."""
    context = browser.new_context(base_url=url, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(path)
    yield page, page.locator("[data-live-news]")
    context.close()


def test_the_main_job_is_done_by_keyboard_and_without_scripts(done):
    assert re.fullmatch(r"\d{6}-\d{4}-\d{6}", done["pages"][0]["number"])


def test_an_open_case_page_tells_its_news_by_itself(done):
    assert done["pages"][0]["told"] == "进度有更新"


def test_an_operator_looks_after_every_program_by_keyboard_without_scripts(browser, house, axe):
    with person(browser, house.url, OPERATOR, PLAIN) as walk:
        page, keys = walk.page, walk.keys
        expect(page.locator("h1")).to_have_text("运行")
        assert page.locator("main .status.done").count() == PROGRAMS, page.locator("main").inner_text()
        keys.press("办件流程")
        expect(page.locator("h1")).to_have_text("办件流程")
        keys.press("死信")
        expect(page.locator("main")).to_contain_text("没有死信")
        cookies = page.context.cookies()
    ends = ("", "/incidents", "/dead-letters", "/jobs?state=done")
    paths = ["/operations", "/operations/stuck-cases", *(f"/operations/workflow{end}" for end in ends)]

    assert [one for locale in LOCALES for one in violations(browser, house.url, cookies, locale, paths, axe)] == []


def violations(browser: Browser, url: str, cookies: list[dict], locale: str, paths: list[str], axe: str) -> list[str]:
    """Of each page by every eye."""
    context = browser.new_context(base_url=url, bypass_csp=True, locale=locale)
    context.add_cookies(cookies)
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(path)
        found += [f"{locale} {path}: {one}" for one in faults_by_every_eye(page, axe)]
    context.close()
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_what_was_done_is_accessible(done, browser, house, axe, locale):
    number, task = done["pages"][0]["number"], done["pages"][0]["task"]
    lists = ["/", "/cases", "/licences", "/data", "/parcels", "/bills", "/messages", "/apply/newborn"]
    hers = [*lists, f"/cases/{number}", f"/cases/{number}/withdrawal"]
    desk = ["/staff/inbox", "/staff/incidents", task, "/staff/work-orders"]
    visits = ((done["mother"], [*hers, *EVERYBODYS]), (done["clerk"], desk), ([], STRANGERS))

    assert [one for who, paths in visits for one in violations(browser, house.url, who, locale, paths, axe)] == []


def test_the_click_on_submit_and_all_that_it_moved_are_one_trace(done, house):
    """From the page, through the case, to the hospital that is asked for the certificate."""
    environment = os.environ | {"RUN_DIR": str(house.run_dir), "PORT": str(house.port)}
    command = [sys.executable, "-m", "launcher", "trace", done["pages"][0]["number"]]

    def told() -> str:
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603

    deadline = time.monotonic() + 30
    while "POST hospital" not in (path := after_the_click(told())) and time.monotonic() < deadline:
        time.sleep(0.5)

    assert re.match(r"gateway +POST /apply/.* → 303", path)
    for part in (
        "gateway +POST workflow → 201",
        "workflow +POST /cases → 201",
        "sharing +job exchange",
        "POST hospital → ",
    ):
        assert re.search(part, path), part


def after_the_click(told: str) -> str:
    """The trace that begins with the page's form and holds the case's beginning."""
    traces = re.split(r"^ +\S+ s +\S+ \S+ +(?=.*\[\w{32}\])", told, flags=re.MULTILINE)
    return next((trace for trace in traces if "POST /cases" in trace), "")
