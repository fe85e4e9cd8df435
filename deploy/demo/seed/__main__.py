import asyncio
import sys

from demo.seed.furnish import furnish
from demo.seed.onedoor import Refused

try:
    asyncio.run(furnish())
except Refused as error:
    sys.exit(f"demo.seed: {error}")
