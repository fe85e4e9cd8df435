"""Access tokens with any claims, signed by the issuer's own key: claims come in as JSON lines, tokens go out.

A program of its own, with svc-identity's environment: whoever opens sealed keys does so for the whole process.
"""

import asyncio
import json
import sys

from chassis.jose import SigningKey, sign
from chassis.opening import open_runtime
from chassis.tokens import ACCESS_TOKEN
from svc_identity.main import service
from svc_identity.openid.keys import IssuerKeys


async def issuers_key() -> SigningKey:
    async with open_runtime("identity", service.settings()) as runtime:
        keys = IssuerKeys(runtime.sessions)
        await keys.read()
        return await keys.signing()


if __name__ == "__main__":
    key = asyncio.run(issuers_key())
    sys.stdout.writelines(sign(json.loads(line), key, ACCESS_TOKEN) + "\n" for line in sys.stdin)
