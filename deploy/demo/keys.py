"""`python -m demo.keys`: makes the missing secrets and signing keys of all department interfaces."""

from demo.base.jws import signing_key
from demo.base.keys import INTERFACES, secret
from demo.base.settings import read_settings


def main() -> None:
    settings = read_settings(0)
    for name in INTERFACES:
        secret(settings, name)
    for name in ("hospital", "face"):
        signing_key(settings.keys / f"{name}.json")


if __name__ == "__main__":
    main()
