"""Personal values at rest: sealed with AES-256-GCM, looked up by a keyed hash, erased by destroying a key.

Each sealed value carries the id of its key, so several keys can be in use while one replaces another. The context (a column, a case)
is authenticated with it: a value copied to another place does not open there.

At start: `configure(Keyring.parse(settings.sealing_key.get_secret_value()))`; then columns of type `SealedText` and `SealedJSON`
seal and open by themselves.
"""

from chassis.sealing.columns import SealedJSON, SealedText, configure, keyring
from chassis.sealing.errors import KeyDestroyed, SealBroken, SealingError, SealingNotConfigured
from chassis.sealing.keys import Cipher, DataKey, Keyring
from chassis.sealing.suites import AesGcm, Suite

__all__ = [
    "AesGcm",
    "Cipher",
    "DataKey",
    "KeyDestroyed",
    "Keyring",
    "SealBroken",
    "SealedJSON",
    "SealedText",
    "SealingError",
    "SealingNotConfigured",
    "Suite",
    "configure",
    "keyring",
]
