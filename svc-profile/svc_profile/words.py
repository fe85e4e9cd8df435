"""Messages as words, in the person's language."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
CONTENTS = {
    "household-book": {"zh": "户口簿", "en": "The household book"},
    "social-card": {"zh": "社会保障卡", "en": "The social security card"},
}


@cache
def catalogue(language: str) -> Mapping[str, tuple[str, str]]:
    text = files("svc_profile").joinpath(f"texts/{language}.json").read_text()
    return {code: (subject, sentence) for code, (subject, sentence) in json.loads(text).items()}


def words(kind: str, parameters: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and sentence. Codes and cents among the parameters become words and yuan."""
    subject, sentence = catalogue(language if language in LANGUAGES else "zh")[kind]
    spoken = dict(parameters)
    if "amount" in spoken:
        spoken["amount"] = f"{spoken['amount'] / 100:.2f}"
    if "contents" in spoken:
        spoken["contents"] = CONTENTS.get(spoken["contents"], {}).get(language, spoken["contents"])
    return subject, sentence.format(**spoken)
