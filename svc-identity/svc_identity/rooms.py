"""What the process keeps for as long as it runs, and how a request reaches it."""

from typing import Annotated, cast

from fastapi import Depends, Request

from chassis.runtime import Runtime, runtime_of
from chassis.tokens import Tokens
from svc_identity.openid.issuing import Issuer
from svc_identity.openid.keys import IssuerKeys, ensure_key
from svc_identity.passwords import Passwords
from svc_identity.settings import IdentitySettings


async def furnish(runtime: Runtime) -> None:
    """At start: the signing key exists, and our own tokens are verified with it without asking ourselves over HTTP."""
    async with runtime.sessions.transaction() as session:
        await ensure_key(session)
    keys = IssuerKeys(runtime.sessions)
    await keys.read()
    runtime.rooms[IssuerKeys] = keys
    runtime.rooms[Passwords] = await Passwords.ready()
    runtime.tokens = Tokens(runtime.service, runtime.settings.issuer, keys, runtime.tokens.denylist)


def settings_of(runtime: Runtime) -> IdentitySettings:
    return cast(IdentitySettings, runtime.settings)


async def issuer_of(runtime: Runtime) -> Issuer:
    settings = settings_of(runtime)
    keys: IssuerKeys = runtime.room(IssuerKeys)
    return Issuer(settings.issuer, await keys.signing(), settings.access_token_seconds)


async def _settings(request: Request) -> IdentitySettings:
    return settings_of(runtime_of(request))


async def _issuer(request: Request) -> Issuer:
    return await issuer_of(runtime_of(request))


async def _passwords(request: Request) -> Passwords:
    return cast(Passwords, runtime_of(request).room(Passwords))


CurrentSettings = Annotated[IdentitySettings, Depends(_settings)]
CurrentIssuer = Annotated[Issuer, Depends(_issuer)]
CurrentPasswords = Annotated[Passwords, Depends(_passwords)]
