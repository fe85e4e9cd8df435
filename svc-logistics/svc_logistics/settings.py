"""Settings of svc-logistics."""

from pydantic import Field, SecretStr

from chassis.settings import Settings


class LogisticsSettings(Settings):
    carrier_url: str = Field(default="http://127.0.0.1:8116", description="The carrier's interface")
    carrier_secret: SecretStr = Field(
        default=SecretStr(""), description="Shared with the carrier: bearer key and callback signature"
    )
    carrier_codes: str = Field(
        default="kuaidi100", description="Which mapping of carrier_codes.json the carrier's states follow"
    )
    payment_url: str = Field(default="http://127.0.0.1:8117", description="The payment provider's interface")
    payment_secret: SecretStr = Field(
        default=SecretStr(""), description="Shared with the payment provider: signs both ways"
    )
    callback_age: int = Field(
        default=300, description="Seconds after which a signed callback is too old to be believed"
    )
    poll_after: int = Field(default=60, description="Seconds without a report after which the other side is asked")

    def callback_url(self, name: str) -> str:
        return f"{self.url_of('logistics')}/callbacks/{name}"
