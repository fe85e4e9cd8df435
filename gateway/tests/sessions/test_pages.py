"""Pages and their wiring: who may see them, what a form needs, and what is said when a service says no."""

import pytest
from fastapi.routing import APIRoute

from contracts.claims import Kind
from gateway.portal.routing import PageRoute
from gateway.portal.wiring import pages

TYPE = "https://onedoor.example/problems/"
ADDRESS = "/messages/read"
MESSAGES = {"items": [], "next_cursor": None}


def test_every_form_is_guarded():
    routes = [route for router in pages for route in router.routes if isinstance(route, APIRoute)]

    assert [route.path for route in routes if "POST" in route.methods and not isinstance(route, PageRoute)] == []


@pytest.mark.parametrize("path", ["/cases", "/licences", "/data", "/parcels", "/bills", "/messages", "/apply/newborn"])
async def test_a_page_of_ones_own_leads_a_stranger_to_the_sign_in_and_back(browser, path):
    answer = await browser.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/session/start?to={path}")


async def test_a_page_calls_services_with_the_visitors_token_and_the_requests_id(browser, issuer):
    issuer.answers["/messages"] = MESSAGES
    await browser.sign_in()

    await browser.get("/messages", **{"x-request-id": "0123456789abcdef"})

    method, path, headers = issuer.asked[-1]
    assert (method, path) == ("GET", "/messages")
    assert headers["authorization"].startswith("Bearer eyJ")
    assert headers["x-request-id"] == "0123456789abcdef"


async def test_a_form_carries_its_key_to_the_service(browser, issuer):
    issuer.answers |= {"/applications": []}
    issuer.answers["/bundles/newborn"] = {"name": "新生儿出生一件事"}
    await browser.sign_in()
    page = await browser.get("/apply/newborn")
    issuer.answers["/applications"] = {"id": "01920000-0000-7000-8000-000000000001"}

    answer = await browser.send("/apply/newborn", page)

    assert answer.headers["location"] == "/apply/01920000-0000-7000-8000-000000000001"
    assert len(issuer.asked[-1][2]["idempotency-key"]) == 36


@pytest.mark.parametrize("fields", [{"csrf": "guessed"}, {"csrf": ""}], ids=["another", "none"])
async def test_a_form_that_is_not_of_this_session_does_nothing(browser, issuer, fields):
    await browser.sign_in()

    answer = await browser.http.post(ADDRESS, data=fields)

    assert answer.status_code == 403
    assert issuer.asked == []


async def test_a_form_from_another_site_does_nothing(browser, issuer):
    issuer.answers["/messages"] = MESSAGES
    await browser.sign_in()
    csrf = (await browser.me()).json()["csrf"]

    answer = await browser.http.post(ADDRESS, data={"csrf": csrf}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert issuer.asked == []


async def test_a_form_of_a_session_that_has_ended_says_so(browser):
    page = await browser.get("/")

    answer = await browser.send(ADDRESS, page)

    assert answer.status_code == 401
    assert "/session/start?to=" in answer.text


@pytest.mark.parametrize(
    ("said", "status"),
    [((403, "forbidden"), 403), ((404, "not-found"), 404), ((409, "conflict"), 409), ((429, "too-many-requests"), 429),
     ((500, "internal"), 500), ((503, "unavailable"), 503), ((401, "assurance-too-low"), 401)],
)  # fmt: skip
async def test_what_a_service_says_becomes_an_honest_page(browser, issuer, said, status):
    issuer.answers["/messages"] = (said[0], {"type": TYPE + said[1], "status": said[0]})
    await browser.sign_in()

    answer = await browser.get("/messages")

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-request-id"] in answer.text


async def test_a_mistake_of_ours_is_a_page_without_its_details(browser, issuer):
    issuer.answers["/messages"] = {"of another": "shape"}
    await browser.sign_in()

    answer = await browser.get("/messages")

    assert answer.status_code == 500
    assert "KeyError" not in answer.text


async def test_a_clerk_is_led_to_the_inbox_and_kept_from_peoples_pages(browser, issuer):
    issuer.kind, issuer.roles = Kind.STAFF, ("clerk",)
    await browser.sign_in()

    home, bills = await browser.get("/"), await browser.get("/bills")

    assert (home.status_code, home.headers["location"]) == (303, "/staff/inbox")
    assert bills.status_code == 403


async def test_a_person_is_kept_from_the_desk(browser):
    await browser.sign_in()

    assert (await browser.get("/staff/inbox")).status_code == 403


async def test_sign_in_goes_on_in_the_language_of_the_page(browser):
    page = await browser.get("/", **{"accept-language": "en"})
    started = await browser.get("/session/start?to=/", **{"accept-language": "en"})
    await browser.send("/language", page, language="zh", back="/")
    chosen = await browser.get("/session/start?to=/", **{"accept-language": "en"})

    assert "&ui_locales=en" in started.headers["location"]
    assert "&ui_locales=zh" in chosen.headers["location"]


async def test_language_and_letters_are_remembered(browser):
    page = await browser.get("/")

    await browser.send("/language", page, language="en", back="/")
    await browser.send("/letters", page, letters="larger", back="/")

    again = await browser.get("/")
    assert '<html lang="en" data-letters="larger">' in again.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        ("fr-FR, en;q=0.7, zh;q=0.3", "en"),
        ("zh;q=0.2, en;q=0.6", "en"),
        ("en;q=0, zh", "zh-CN"),
        ("q=;;x,", "zh-CN"),
    ],
)
async def test_without_a_choice_the_browsers_language_counts(browser, accepted, language):
    page = await browser.get("/", **{"accept-language": accepted})

    assert f'<html lang="{language}"' in page.text
    await browser.send("/language", page, language="zh", back="/")
    assert '<html lang="zh-CN"' in (await browser.get("/", **{"accept-language": accepted})).text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example"])
async def test_a_switch_leads_to_no_other_site(browser, back):
    page = await browser.get("/")

    assert (await browser.send("/language", page, language="en", back=back)).headers["location"] == "/"


async def test_what_has_no_page_is_told_as_it_was_asked(browser):
    page, problem = await browser.get("/nothing"), await browser.http.get("/nothing")

    assert (page.status_code, problem.status_code) == (404, 404)
    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"


async def test_static_files_are_kept_for_ever_under_their_own_address(browser):
    page = await browser.get("/")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]

    answer = await browser.http.get(address)

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await browser.http.get("/static/../settings.py")).status_code == 404
