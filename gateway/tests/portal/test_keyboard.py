"""The keyboard alone, no scripts at all, and what the small scripts add."""

import itertools
import re

import pytest
from playwright.sync_api import Page, expect
from portal_samples import ONE_OF_EACH
from portal_samples.server import POSTED

FOCUS = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  return { inMain: !!one.closest('main'), top: box.top + scrollY, left: box.left, outline: getComputedStyle(one).outlineStyle,
    row: one.closest('.choice, li, tr, .card') ? getComputedStyle(one.closest('.choice, li, tr, .card')).outlineStyle : 'none',
    name: one.outerHTML.slice(0, 90), end: one === document.body };
}"""


def walk(page: Page) -> list[dict]:
    """Every stop of the tab key, from the top of the page to its end."""
    stops = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["end"] or (stops and stop["name"] == stops[0]["name"]):
            return stops
        stops.append(stop)
    raise AssertionError("the tab key never comes to an end")


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_tab_key_reaches_everything_in_reading_order_and_shows_where_it_is(page, name):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/page/{name}")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); document.body.focus()")

    stops = walk(page)

    tops = [stop["top"] for stop in stops if stop["inMain"]]
    assert all(later >= earlier - 60 for earlier, later in itertools.pairwise(tops)), stops
    assert [stop["name"] for stop in stops if "none" == stop["outline"] == stop["row"]] == []


def test_the_first_tab_leads_past_the_header(page):
    page.goto("/page/my-home")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**#main")


def test_the_household_is_chosen_with_the_keyboard_alone(page):
    page.goto("/page/apply-household")
    page.get_by_label("随母亲").focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply/newborn/7/household")

    assert POSTED[-1]["household"] == "father"
    assert POSTED[-1]["csrf"] == "csrf-of-the-session"


@pytest.fixture
def plain(browser, site):
    """A browser with JavaScript off."""
    context = browser.new_context(base_url=site, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_scripts_a_form_is_sent(plain):
    plain.goto("/page/apply-delivery")
    plain.get_by_label("寄到别的地址").check()
    plain.get_by_label("详细地址").fill("听雨巷 9 号")
    plain.get_by_role("button", name="保存，下一项").click()

    assert POSTED[-1]["street"] == "听雨巷 9 号"


def test_without_scripts_letters_grow(plain):
    plain.goto("/page/home")
    plain.get_by_role("button", name="特大").click()

    assert POSTED[-1]["letters"] == "largest"
    assert POSTED[-1]["back"] == "/"


def test_without_scripts_nothing_is_offered_that_needs_them(plain):
    plain.goto("/page/apply-submitted")

    expect(plain.get_by_text("440199-2026-000123")).to_be_visible()
    expect(plain.get_by_role("button", name="复制")).to_be_hidden()


def test_without_scripts_another_identity_can_be_taken(plain):
    plain.goto("/page/my-home")
    plain.locator(".who summary").click()
    plain.get_by_role("button", name=re.compile("青麦食品")).click()

    assert POSTED[-1]["identity"] == "company-1"


def test_letters_grow_at_once(page):
    page.goto("/page/home")
    page.get_by_role("button", name="特大").click()

    expect(page.locator("html")).to_have_attribute("data-letters", "largest")
    expect(page.get_by_role("button", name="特大")).to_have_attribute("aria-pressed", "true")


def test_the_case_number_is_copied(browser, site):
    context = browser.new_context(base_url=site, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/page/apply-submitted")

    page.get_by_role("button", name="复制").click()

    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "440199-2026-000123"
    context.close()


def test_the_inbox_is_worked_with_j_k_and_enter(page):
    page.goto("/page/inbox")

    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)

    assert page.evaluate("document.activeElement.textContent") == "440199-2026-000123"
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/tasks/123")


def test_keys_stay_silent_while_somebody_chooses(page):
    page.goto("/page/inbox")
    page.get_by_label("事项").focus()

    page.keyboard.type("jk")

    assert page.evaluate("document.activeElement.id") == "item"


def test_a_button_pressed_twice_sends_once(page):
    page.goto("/page/apply-check")
    before = len(POSTED)

    page.get_by_role("button", name="提交申请").dblclick()
    page.wait_for_url("**/apply/newborn/7/check")

    assert len(POSTED) - before == 1


def test_a_photo_is_sent_and_the_answer_shown(page):
    page.goto("/page/supplement")
    page.get_by_label("制卡照片").set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG"})

    page.get_by_role("button", name="提交补正").click()
    page.wait_for_url("**/cases/440199-2026-000123")

    assert POSTED[-1]["photo"] == "photo.png"


def test_the_timeline_follows_the_case(page):
    page.goto("/page/case")
    page.locator("[data-live]").evaluate("one => one.replaceChildren('old')")

    page.request.post("/cases/440199-2026-000123/news")

    expect(page.locator("[data-live] .story")).to_be_visible()
    expect(page.locator("[data-live-news]")).to_have_text("进度有更新")


def test_errors_take_the_focus(page):
    page.goto("/page/apply-delivery-wrong")

    expect(page.get_by_role("alert")).to_be_focused()


def test_the_programs_are_walked_with_j_k_and_enter(page):
    page.goto("/page/operations")

    first = page.locator("[data-keys] tbody tr a").first.get_attribute("href")

    for key in ("j", "j", "k"):
        page.keyboard.press(key)

    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")


def test_without_scripts_a_letter_is_handled_again_after_a_question(plain):
    plain.goto("/page/dead-letter")
    expect(plain.get_by_role("link", name="重新处理")).to_have_attribute(
        "href", "/operations/sharing/dead-letters/71/replay"
    )
    plain.goto("/page/dead-letter-confirm")
    plain.get_by_role("button", name="重新处理").click()

    assert (POSTED[-1]["csrf"], POSTED[-1]["once"]) == ("csrf-of-the-session", "once-1")


def test_a_question_answered_twice_in_a_hurry_is_answered_once(page):
    page.goto("/page/job-confirm")
    before = len(POSTED)

    page.get_by_role("button", name="重新尝试").dblclick()
    page.wait_for_url("**/operations/sharing/jobs/1/retry")

    assert len(POSTED) - before == 1


def test_a_failed_replay_takes_the_focus(page):
    page.goto("/page/dead-letter-failed-again")

    expect(page.locator("[role=alert] [data-focus]")).to_be_focused()


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "zh")])
def test_without_scripts_the_other_language_is_a_button_away(plain, language, other):
    plain.goto(f"/page/home?language={language}")
    plain.locator("header button[name=language]").click()

    assert (POSTED[-1]["language"], POSTED[-1]["back"]) == (other, "/")
