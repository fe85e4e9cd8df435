"""Messages as words, in the person's language."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
DAYS = {"due", "on"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
CONTENTS = {
    "household-book": {"zh": "户口簿", "en": "The household book"},
    "social-card": {"zh": "社会保障卡", "en": "The social security card"},
}


@cache
def catalogue(language: str) -> Mapping[str, tuple[str, str]]:
    text = files("svc_profile").joinpath(f"texts/{language}.json").read_text()
    return {code: (subject, sentence) for code, (subject, sentence) in json.loads(text).items()}


def words(kind: str, parameters: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and sentence. Codes, days and cents among the parameters become words, dates and yuan."""
    subject, sentence = catalogue(language if language in LANGUAGES else "zh")[kind]
    spoken = dict(parameters)
    if "amount" in spoken:
        spoken["amount"] = f"{spoken['amount'] / 100:.2f}"
    if "contents" in spoken:
        spoken["contents"] = CONTENTS.get(spoken["contents"], {}).get(language, spoken["contents"])
    for name in DAYS & spoken.keys():
        spoken[name] = day(date.fromisoformat(spoken[name]), language)
    return subject, sentence.format(**spoken)


def day(told: date, language: str) -> str:
    """With its year: a message is read whenever somebody reads it."""
    if language == "en":
        return f"{told.day} {MONTHS[told.month - 1]} {told.year}"
    return f"{told.year}年{told.month}月{told.day}日"
