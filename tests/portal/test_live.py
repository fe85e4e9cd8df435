"""The main job on a running house, in a real browser: by the keyboard alone and with scripts off, every page accessible."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from keyboard import Keyboard
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

MOTHER, FATHER, POLICE, PASSWORD = "13901990028", "13901990027", "police.clerk", "yunxi-2026-demo"
AXE = """async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}))
  .violations.map(v => v.id + ': ' + v.nodes[0].html)"""
OPERATOR, PROGRAMS = "operator", 8
LOOKS = (
    {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN"},
    {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "color_scheme": "dark"},
)
EVERYBODYS = [
    "/search?q=%E6%88%B7%E5%8F%A3",
    "/services",
    "/life-events/newborn",
    "/services/birth-registration",
    "/help",
    "/verify",
    "/progress",
]


@contextmanager
def person(browser: Browser, url: str, name: str) -> Iterator[tuple[Page, Keyboard]]:
    """Signed in on a phone, without scripts, by the keyboard."""
    context = browser.new_context(
        base_url=url, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/session/start?to=/")
    keys = Keyboard(page)
    keys.type("name", name)
    keys.type("password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("登录")
    yield page, keys
    context.close()


def prove(page: Page, keys: Keyboard) -> None:
    page.goto("/security/proofing")
    keys.press("开始确认")
    expect(page.get_by_role("link", name="去看一下镜头")).to_be_visible(timeout=30_000)
    # The page renews itself while it waits, which would take the focus away between two keys.
    camera = page.get_by_role("link", name="去看一下镜头").get_attribute("href")
    assert camera is not None
    page.goto(camera)
    keys.press("我在镜头前")
    expect(page.locator("main")).to_contain_text("已经确认是您本人", timeout=30_000)


def fill(page: Page, keys: Keyboard) -> None:
    page.goto("/life-events/newborn")
    keys.press("开始办理")
    keys.press("开始")
    keys.press("继续")
    expect(page.locator("h1")).to_have_text("这是您的宝宝吗？")
    keys.press("保存，下一项")
    keys.choose("surname-1", "mother")
    keys.type("given-1", "予宁")
    page.keyboard.press("Enter")
    for field, value in (("household", "mother"), ("clinic", "4401960102"), ("bank", "YXB"), ("insurance", "440197")):
        expect(page.locator(f'[name="{field}"]').first).to_be_visible()
        keys.choose(field, value)
        keys.press("保存，下一项")
    keys.choose("address", "new")
    keys.type("recipient", "黄雨桐")
    keys.choose("district", "440196")
    keys.type("street", "听雨巷 9 号 1 栋 201")
    keys.type("phone", "13900000009")
    page.keyboard.press("Enter")
    keys.press("请对方同意")
    expect(page.locator("main")).to_contain_text("等对方同意")


def agree(page: Page, keys: Keyboard) -> None:
    prove(page, keys)
    for _ in range(20):
        page.goto("/")
        if page.get_by_text("请您同意：").count():
            break
    keys.press("请您同意：")
    keys.press("我同意")
    expect(page.locator("main")).to_contain_text("同意了")


def submit(page: Page, keys: Keyboard) -> str:
    for _ in range(20):
        page.goto("/")
        page.goto(page.get_by_role("link", name=re.compile("接着填")).get_attribute("href") or "/")
        if page.get_by_role("link", name="核对并提交").count():
            break
    keys.press("核对并提交")
    keys.tick("promise", "true")
    keys.tick("promise", "grants")
    keys.press("提交申请")
    expect(page.locator("h1")).to_have_text("已提交")
    return page.locator(".big .number").inner_text()


def receive(page: Page, keys: Keyboard, number: str) -> None:
    for _ in range(40):
        page.goto("/staff/inbox")
        if page.get_by_role("link", name=number).count():
            break
        page.wait_for_timeout(500)
    keys.press(number)
    keys.press("收件")
    expect(page.get_by_role("status")).to_contain_text("已办理")


@pytest.fixture(scope="module")
def done(browser: Browser, house) -> dict[str, list[dict]]:
    """Both parents and the police did their part; the cookies of each."""
    kept: dict[str, list[dict]] = {}
    with person(browser, house.url, FATHER) as (his_page, his_keys), person(browser, house.url, MOTHER) as (page, keys):
        prove(page, keys)
        fill(page, keys)
        agree(his_page, his_keys)
        number = submit(page, keys)
        kept["mother"] = page.context.cookies()
        with watching(browser, house.url, kept["mother"], f"/cases/{number}") as (open_page, news):
            with person(browser, house.url, POLICE) as (desk, desk_keys):
                receive(desk, desk_keys, number)
                kept["clerk"], task = desk.context.cookies(), desk.url
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
    with person(browser, house.url, OPERATOR) as (page, keys):
        expect(page.locator("h1")).to_have_text("运行")
        assert page.locator("main .status.done").count() == PROGRAMS, page.locator("main").inner_text()
        keys.press("办件流程")
        expect(page.locator("h1")).to_have_text("办件流程")
        keys.press("死信")
        expect(page.locator("main")).to_contain_text("没有死信")
        cookies = page.context.cookies()
    context = browser.new_context(base_url=house.url, bypass_csp=True)
    context.add_cookies(cookies)
    paths = [
        "/operations",
        *(f"/operations/workflow{end}" for end in ("", "/incidents", "/dead-letters", "/jobs?state=done")),
    ]

    assert [one for path in paths for one in violations(context, path, axe)] == []


def violations(context: BrowserContext, path: str, axe: str) -> list[str]:
    page = context.new_page()
    page.goto(path)
    page.evaluate(axe)
    found = page.evaluate(AXE)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.close()
    return [f"{path}: {one}" for one in [*found, *(["scrolls sideways"] if wide else [])]]


@pytest.mark.parametrize("look", LOOKS, ids=["phone", "desk-dark-english"])
def test_what_was_done_is_accessible(done, browser, house, axe, look):
    number, task = done["pages"][0]["number"], done["pages"][0]["task"]
    lists = ["/", "/cases", "/licences", "/data", "/parcels", "/bills", "/messages", "/apply/newborn"]
    hers = [*lists, f"/cases/{number}", f"/cases/{number}/withdrawal"]
    desk = ["/staff/inbox", "/staff/incidents", task, "/staff/work-orders"]
    wrong: list[str] = []
    for who, paths in (("mother", [*hers, *EVERYBODYS]), ("clerk", desk)):
        context = browser.new_context(base_url=house.url, bypass_csp=True, **look)
        context.add_cookies(done[who])
        wrong += [one for path in paths for one in violations(context, path, axe)]
        context.close()

    assert wrong == []


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
