"""The payment provider's interface: signed JSON for merchants, a page with one button for people."""

from html import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from demo.base.bodies import Refusal, parse_json, raw_body
from demo.base.keys import secret
from demo.base.pages import page, refusal_page
from demo.base.program import application, open_department
from demo.base.settings import Settings
from demo.base.signing import is_signed
from demo.payment.payments import SCHEMA, Payments


def make_app(settings: Settings) -> ASGIApp:
    store, todo = open_department(settings, "payment", SCHEMA, lambda _: None)
    key = secret(settings, "payment")
    desk = Desk(Payments(store, todo, key, settings.own_url("PAYMENT")), key)
    return application(settings, store, todo, desk.routes(), refuse)


def refuse(no: Refusal) -> Response:
    return JSONResponse({"error": no.code, "message": no.message}, no.status)


class Desk:
    def __init__(self, payments: Payments, key: str) -> None:
        self._payments, self._key = payments, key

    def routes(self) -> list[Route]:
        return [
            Route("/payments", self.create, methods=["POST"]),
            Route("/payments/{payment_no}", self.show),
            Route("/payments/{payment_no}/closure", self.close, methods=["POST"]),
            Route("/payments/{payment_no}/pay", self.pay, methods=["POST"]),
            Route("/pay/{ticket}", self.page),
            Route("/pay/{ticket}", self.press, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        payment, is_new = self._payments.create(parse_json(await self._signed(request)))
        return JSONResponse(payment, 201 if is_new else 200)

    async def show(self, request: Request) -> Response:
        await self._signed(request)
        return JSONResponse(self._payments.show(request.path_params["payment_no"]))

    async def close(self, request: Request) -> Response:
        await self._signed(request)
        return JSONResponse(self._payments.close(request.path_params["payment_no"]))

    async def pay(self, request: Request) -> Response:
        await self._signed(request)
        return JSONResponse(self._payments.pay(request.path_params["payment_no"]))

    async def page(self, request: Request) -> Response:
        try:
            payment = self._payments.by_ticket(request.path_params["ticket"])
        except Refusal as no:
            return refusal_page(no)
        amount = f"<p>{escape(payment['subject'])}</p><p><strong>{payment['amount'] / 100:,.2f} 元</strong></p>"
        back = f'<p><a href="{escape(payment["return_url"])}">返回</a></p>'
        if payment["state"] == "waiting":
            return page("确认支付", f'{amount}<form method="post"><button>支付</button></form>{back}')
        return page("已支付" if payment["state"] == "paid" else "已关闭", amount + back)

    async def press(self, request: Request) -> Response:
        """Pressed twice, it has paid once."""
        try:
            payment = self._payments.by_ticket(request.path_params["ticket"])
            if payment["state"] != "paid":
                self._payments.pay(payment["payment_no"])
        except Refusal as no:
            return refusal_page(no)
        return RedirectResponse(payment["return_url"], 303)

    async def _signed(self, request: Request) -> bytes:
        body, given = await raw_body(request), request.headers
        signature, timestamp = given.get("x-pay-signature", ""), given.get("x-pay-timestamp", "")
        if not is_signed(self._key, signature, timestamp, request.method, request.url.path, body):
            raise Refusal("unauthorized", "a valid signature is needed", 401)
        return body
