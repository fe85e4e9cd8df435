"""Channels out of OneDoor, behind one interface: a letter goes out, or Retry / GiveUp says why not."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import cast

import aiosmtplib
import httpx

from chassis.jobs import GiveUp, Retry
from chassis.runtime import Runtime
from svc_profile.settings import ProfileSettings


@dataclass(frozen=True)
class Letter:
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    link: str | None
    reference: str


Channel = Callable[[Runtime, Letter], Awaitable[None]]


async def by_email(runtime: Runtime, letter: Letter) -> None:
    settings = cast(ProfileSettings, runtime.settings)
    if settings.smtp_host is None:
        raise GiveUp("no-mail-server")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, letter.to, letter.subject
    mail["Message-ID"] = f"<{letter.reference}@{settings.mail_from.rpartition('@')[2]}>"
    mail.set_content("\n\n".join(filter(None, [letter.text, letter.link and settings.issuer + letter.link])))
    try:
        await aiosmtplib.send(mail, hostname=settings.smtp_host, port=settings.smtp_port, timeout=10)
    except aiosmtplib.SMTPRecipientsRefused:
        raise GiveUp("address-refused") from None
    except (aiosmtplib.SMTPException, OSError):
        raise Retry("mail-server-down") from None


async def by_sms(runtime: Runtime, letter: Letter) -> None:
    settings = cast(ProfileSettings, runtime.settings)
    if settings.sms_url is None:
        raise GiveUp("no-sms-gateway")
    body = {"to": letter.to, "text": letter.text, "reference": letter.reference}
    headers = {"authorization": f"Bearer {settings.sms_secret.get_secret_value()}"}
    try:
        response = await runtime.http.post(settings.sms_url, json=body, headers=headers)
    except httpx.HTTPError:
        raise Retry("sms-gateway-down") from None
    if response.status_code >= 500 or response.status_code == 429:
        raise Retry("sms-gateway-down")
    if response.status_code >= 400:
        raise GiveUp("sms-refused")


CHANNELS: Mapping[str, Channel] = {"e-mail": by_email, "sms": by_sms}
