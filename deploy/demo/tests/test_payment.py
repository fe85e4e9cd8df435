"""The payment provider: one payment for each bill, a page with one button, callbacks until they are heard."""

import hmac
import json
import time
from typing import Any

import pytest


@pytest.fixture
def provider(start):
    return start("payment")


def send(provider, method: str, path: str, body: dict[str, Any] | None = None, secret: str | None = None):
    content = b"" if body is None else json.dumps(body).encode()
    timestamp = str(int(time.time()))
    signed = f"{timestamp}.{method}.{path}.".encode() + content
    signature = hmac.new((secret or provider.secret("payment")).encode(), signed, "sha256").hexdigest()
    headers = {"X-Pay-Timestamp": timestamp, "X-Pay-Signature": f"sha256={signature}"}
    return provider.http.request(method, path, content=content, headers=headers)


def create(provider, listener, bill: str = "b-1", **changes: Any):
    body = {"bill_reference": bill, "amount": 40000, "subject": "城乡居民医保费 <2026>",
            "callback_url": f"{listener.url}/paid?x=1", "return_url": f"{listener.url}/back", **changes}  # fmt: skip
    return send(provider, "POST", "/payments", body)


def test_a_page_with_one_button_pays(provider, listener):
    created = create(provider, listener).json()
    page = provider.http.get(created["pay_url"])
    assert "400.00 元" in page.text
    assert "&lt;2026&gt;" in page.text

    pressed = [provider.http.post(created["pay_url"]) for _ in range(2)]

    assert [(one.status_code, one.headers["location"]) for one in pressed] == [(303, f"{listener.url}/back")] * 2
    [told] = listener.wait("/paid")
    assert told.json.items() >= {"bill_reference": "b-1", "amount": 40000, "state": "paid"}.items()
    timestamp = told.headers["x-pay-timestamp"]
    signed = f"{timestamp}.POST./paid.".encode() + told.body
    right = hmac.new(provider.secret("payment").encode(), signed, "sha256").hexdigest()
    assert told.headers["x-pay-signature"] == f"sha256={right}"
    assert send(provider, "GET", f"/payments/{created['payment_no']}").json()["paid_at"] == told.json["paid_at"]


def test_every_second_payment_is_told_twice(provider, listener):
    create(provider, listener, "b-1")
    second = create(provider, listener, "b-2").json()["payment_no"]

    assert send(provider, "POST", f"/payments/{second}/pay").json()["state"] == "paid"

    one, again = listener.wait("/paid", times=2)
    assert one.json == again.json


def test_a_bill_has_one_payment(provider, listener):
    first, again = create(provider, listener), create(provider, listener)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert create(provider, listener, amount=1).json()["error"] == "bill-used"


def test_what_is_paid_cannot_be_closed_and_what_is_closed_not_paid(provider, listener):
    paid, closed = (create(provider, listener, bill).json()["payment_no"] for bill in ("b-1", "b-2"))
    send(provider, "POST", f"/payments/{paid}/pay")
    send(provider, "POST", f"/payments/{closed}/closure")

    assert send(provider, "POST", f"/payments/{paid}/closure").json()["error"] == "already-paid"
    assert send(provider, "POST", f"/payments/{paid}/pay").json()["error"] == "already-paid"
    assert send(provider, "POST", f"/payments/{closed}/pay").json()["error"] == "closed"


@pytest.mark.parametrize("changes", [{"amount": 0}, {"amount": "40000"}, {"return_url": "javascript:alert(1)"}])
def test_wrong_payments_are_refused(provider, listener, changes):
    assert create(provider, listener, **changes).json()["error"] == "invalid-request"


def test_nobody_creates_without_a_signature(provider):
    assert send(provider, "GET", "/payments/ZF000000000001", secret="wrong").status_code == 401
    assert send(provider, "GET", "/payments/ZF000000000001").status_code == 404
    assert provider.http.get("/pay/nothing").status_code == 404
