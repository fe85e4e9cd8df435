"""Who may ask: requests signed with a shared secret, fresh and never seen before."""

import hashlib
import hmac
import time

from starlette.requests import Request

from demo.base.bodies import Refusal
from demo.base.store import Store

APPID = "onedoor"
FRESH_MS = 5 * 60 * 1000


def signature(secret: str, timestamp: str, nonce: str, method: str, path: str, body: bytes) -> str:
    lines = [APPID, timestamp, nonce, method, path, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


class Guard:
    def __init__(self, store: Store, secret: str) -> None:
        self._store, self._secret = store, secret

    def admit(self, request: Request, body: bytes) -> None:
        """Raises Refusal with status 401."""
        given = request.headers
        timestamp, nonce = given.get("x-timestamp", ""), given.get("x-nonce", "")
        right = signature(self._secret, timestamp, nonce, request.method, request.url.path, body)
        if given.get("x-appid") != APPID or not hmac.compare_digest(given.get("x-sign", "").encode(), right.encode()):
            raise Refusal("99", "验签失败", 401)
        now = time.time_ns() // 1_000_000
        if not timestamp.isdecimal() or abs(now - int(timestamp)) > FRESH_MS:
            raise Refusal("99", "时间戳超出范围", 401)
        if not 8 <= len(nonce) <= 64 or not self._is_new(nonce, now):
            raise Refusal("99", "随机数无效或已使用", 401)

    def _is_new(self, nonce: str, now: int) -> bool:
        self._store.run("DELETE FROM nonce WHERE at < ?", now - 2 * FRESH_MS)
        if self._store.one("SELECT 1 FROM nonce WHERE value = ?", nonce):
            return False
        self._store.insert("nonce", {"value": nonce, "at": now})
        return True
