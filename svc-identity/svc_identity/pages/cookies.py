"""The provider's two cookies: the sign-in, and the seed of the forms' tokens."""

import hmac

from fastapi import Request, Response

from chassis.jose.encoding import encode
from chassis.sealing import keyring
from svc_identity import fingerprints
from svc_identity.settings import IdentitySettings


class Cookies:
    """`__Host-` names bind them to this very host, where the connection is encrypted; plain names on http://localhost."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.is_secure = settings.is_https
        prefix = "__Host-" if self.is_secure else ""
        self._sign_in, self._form = f"{prefix}onedoor-sign-in", f"{prefix}onedoor-form"

    def secret(self, request: Request) -> str | None:
        return request.cookies.get(self._sign_in)

    def remember(self, response: Response, secret: str) -> None:
        self._set(response, self._sign_in, secret)

    def forget(self, response: Response) -> None:
        response.delete_cookie(self._sign_in, path="/", secure=self.is_secure, httponly=True, samesite="lax")

    def seed(self, request: Request) -> str:
        """What the tokens of this browser's forms are made from; a new one for a new browser."""
        return request.cookies.get(self._form) or fingerprints.new_secret()

    def keep_seed(self, response: Response, seed: str) -> None:
        self._set(response, self._form, seed)

    def is_ours(self, request: Request, token: str) -> bool:
        """Whether a form came from a page that this browser got from us."""
        seed = request.cookies.get(self._form)
        return seed is not None and hmac.compare_digest(form_token(seed).encode(), token.encode())

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self.is_secure, httponly=True, samesite="lax")


def form_token(seed: str) -> str:
    return encode(keyring().fingerprint(seed, "form"))
