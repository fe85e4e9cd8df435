"""The pages in a real browser: on a narrow phone, with the keyboard alone, without script."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlencode, urlsplit

import pytest_asyncio
import uvicorn
from playwright.async_api import Page, async_playwright

from launcher.ports import free_port

from .browser import Browser, register_client

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 360, "height": 740}


@pytest_asyncio.fixture
async def address(browser, service) -> AsyncIterator[str]:
    port = free_port()
    config = uvicorn.Config(service.service.app(runtime=service.runtime), port=port, log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    await register_client(
        service, "school", name="市一小", first_party=False, redirect_uris=[elsewhere(port)],
        person_scopes=["profile:home:read"],
    )  # fmt: skip
    await register_client(service, "portal", redirect_uris=[elsewhere(port)])
    yield f"http://localhost:{port}"
    server.should_exit = True
    await serving


@pytest_asyncio.fixture
async def page(address) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=False)
        page = await context.new_page()
        yield page
        await chromium.close()


def elsewhere(port: int | None) -> str:
    """A page of another origin, to which the client wants the person back."""
    return f"http://127.0.0.1:{port}/health/live"


def asked(browser: Browser, address: str, client: str, scope: str) -> str:
    wants = {"client_id": client, "redirect_uri": elsewhere(urlsplit(address).port), "scope": scope}
    return f"/oauth2/authorize?{urlencode(browser.request(**wants))}"


async def sideways(page: Page) -> int:
    """Pixels that the widest thing on the page sticks out."""
    boxes = [await one.bounding_box() for one in await page.locator("body *:visible").all()]
    return max(round(box["x"] + box["width"]) for box in boxes if box is not None) - PHONE["width"]


async def type_in(page: Page, name: str, password: str) -> None:
    """With the keyboard alone: past the skip link and the mark to the fields."""
    for _ in range(3):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Control+A")
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")


async def test_signing_in_by_keyboard_on_a_phone_without_script(browser, page, address):
    await page.goto(asked(browser, address, "portal", "openid"))
    assert await page.title() == "登录 · 一门"
    assert await sideways(page) <= 0

    await type_in(page, "lixiaowen", "wrong password")
    assert "账号或密码不对" in await page.inner_text("[role=alert]")
    assert await page.input_value("#name") == "lixiaowen"
    assert await page.input_value("#password") == ""
    assert await sideways(page) <= 0

    await type_in(page, "lixiaowen", "a long secret")
    await page.wait_for_url("http://127.0.0.1:*/health/live?code=*")


async def test_allowing_a_client_of_somebody_else(browser, page, address):
    await page.goto(asked(browser, address, "school", "openid profile:home:read"))
    await type_in(page, "lixiaowen", "a long secret")

    assert await page.inner_text("li") == "查看您的办事首页"
    assert await sideways(page) <= 0
    await page.click("text=不允许")
    await page.wait_for_url("http://127.0.0.1:*/health/live?error=access_denied*")
