"""Settings of svc-profile."""

from pydantic import Field, SecretStr

from chassis.settings import Settings


class ProfileSettings(Settings):
    smtp_host: str | None = Field(default=None, description="Mail server; without it no e-mail is sent")
    smtp_port: int = Field(default=25, description="Its port")
    mail_from: str = Field(default="onedoor@city.example", description="Who e-mails come from")
    sms_url: str | None = Field(
        default=None, description="SMS gateway, POST {to, text, reference}; without it no SMS is sent"
    )
    sms_secret: SecretStr = Field(default=SecretStr(""), description="Bearer key of the SMS gateway")
