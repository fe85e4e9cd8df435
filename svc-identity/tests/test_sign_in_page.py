"""The sign-in page: what it shows, and what it withstands."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from lxml import html
from sqlalchemy import update

from svc_identity.models import Lockout, Password, SignIn
from svc_identity.passwords import Passwords

from .browser import Browser, answered, register_person


async def test_the_page_can_be_read_aloud_and_used_without_script(browser):
    answer = await browser.http.get("/sign-in", params=browser.request())
    page = html.fromstring(answer.text)

    labelled = {label.get("for") for label in page.iter("label")}
    shown = {field.get("id") for field in page.iter("input") if field.get("type") != "hidden"}
    assert labelled == shown == {"name", "password"}
    assert page.get("lang") == "zh-CN"
    assert not list(page.iter("script"))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_speaks_english_when_asked(browser):
    answer = await browser.http.get("/sign-in", params=browser.request(ui_locales="fr en-GB"))

    assert ("<h1>Sign in</h1>" in answer.text, answer.headers["content-language"]) == (True, "en")


async def test_a_mistake_is_told_without_saying_which(browser):
    wrong = await browser.sign_in(password="wrong password")
    nobody = await browser.sign_in(name="nobody", password="wrong password")

    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert "账号或密码不对" in wrong.text
    assert wrong.text.replace("lixiaowen", "nobody") == nobody.text
    assert "wrong password" not in wrong.text


async def test_an_unknown_name_costs_the_same_work(browser, service):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            verified.append(self.check_needs_rehash(hash))
            return super().verify(hash, password)

    passwords = service.runtime.room(Passwords)
    ours = passwords.hasher
    passwords.hasher = Counting(ours.time_cost, ours.memory_cost, ours.parallelism, ours.hash_len, ours.salt_len)
    await browser.sign_in(password="wrong password")
    await browser.sign_in(name="nobody", password="wrong password")

    assert verified == [False, False]  # one comparison each, with the same parameters


async def test_phone_and_identity_number_are_names_too(browser, service):
    assert (await browser.sign_in(name="13800138000")).status_code == 303
    assert (await Browser(service).sign_in(name="440199199504120023")).status_code == 303
    assert (await Browser(service).sign_in(name=" LiXiaoWen ")).status_code == 303


async def test_a_form_from_elsewhere_is_refused(browser, service):
    page = await Browser(service).http.get("/sign-in", params=browser.request())
    stolen = page.text.split('name="form_token" value="')[1].split('"')[0]
    form = {"form_token": stolen, "name": "lixiaowen", "password": "a long secret"}

    answer = await browser.http.post("/sign-in", params=browser.request(), data=form)

    assert answer.status_code == 403
    assert (await browser.authorize()).headers["location"].startswith("/sign-in?")


async def test_signing_in_changes_the_cookie(browser):
    await browser.sign_in()
    before = browser.http.cookies["onedoor-sign-in"]
    await browser.sign_in()

    assert browser.http.cookies["onedoor-sign-in"] != before


async def test_too_many_mistakes_make_one_wait_even_with_the_right_password(browser):
    for _ in range(5):
        assert (await browser.sign_in(password="wrong password")).status_code == 401

    answer = await browser.sign_in()

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 15
    assert "您的账号是安全的" in answer.text


async def test_after_the_wait_the_right_password_opens_and_the_count_ends(browser, service):
    for _ in range(5):
        await browser.sign_in(password="wrong password")
    await let_time_pass(service)

    assert (await browser.sign_in()).status_code == 303
    assert (await browser.sign_in(password="wrong password")).status_code == 401
    assert (await browser.sign_in()).status_code == 303


async def test_waiting_grows(browser, service):
    for _ in range(4):
        await browser.sign_in(password="wrong password")
    waits = []
    for _ in range(3):
        assert (await browser.sign_in(password="wrong password")).status_code == 401
        waits.append(int((await browser.sign_in()).headers["retry-after"]))
        await let_time_pass(service)

    assert 0 < waits[0] <= 15 < waits[1] <= 30 < waits[2] <= 60


async def test_names_that_nobody_has_are_counted_alike(browser):
    for _ in range(5):
        await browser.sign_in(name="nobody", password="wrong password")

    assert (await browser.sign_in(name="nobody", password="wrong password")).status_code == 429
    assert (await browser.sign_in()).status_code == 303


async def test_one_address_cannot_try_many_names(browser, service):
    browser.http.headers["x-forwarded-for"] = "198.51.100.7"
    for number in range(50):
        await browser.sign_in(name=f"name{number}", password="wrong password")

    assert (await browser.sign_in()).status_code == 429
    assert (await Browser(service).sign_in()).status_code == 303


@pytest.mark.parametrize("secret", ["", "nothing"])
async def test_a_strange_cookie_is_nobody(browser, secret):
    browser.http.cookies.set("onedoor-sign-in", secret)

    assert (await browser.authorize()).headers["location"].startswith("/sign-in?")


async def test_a_dated_hash_is_renewed_at_sign_in(browser, service):
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a long secret")
    async with service.session() as session:
        await session.execute(update(Password).values(hash=weak))

    assert (await browser.sign_in()).status_code == 303
    async with service.session() as session:
        [password] = (await session.execute(Password.__table__.select())).all()
        assert password.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_client_can_have_the_person_sign_in_again(browser, service):
    await browser.sign_in()
    async with service.session() as session:
        await session.execute(update(SignIn).values(signed_in_at=SignIn.signed_in_at - timedelta(minutes=2)))

    asked = await browser.authorize(prompt="login")
    stale = await browser.authorize(max_age="60")
    fresh_enough = await browser.authorize(max_age="600")

    assert asked.headers["location"].startswith("/sign-in?")
    assert "prompt" not in asked.headers["location"]
    assert stale.headers["location"].startswith("/sign-in?")
    assert "code" in answered(fresh_enough)


async def test_a_person_without_a_password_cannot_sign_in(browser, service):
    await register_person(
        service, number="440199199302070013", username="chenbeichen", phone="13900139000", password=None
    )

    assert (await browser.sign_in(name="chenbeichen", password="")).status_code == 400
    assert (await browser.sign_in(name="chenbeichen", password="a long secret")).status_code == 401


async def let_time_pass(service) -> None:
    async with service.session() as session:
        await session.execute(update(Lockout).values(locked_until=None))
