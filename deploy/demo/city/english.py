"""The city's words in English, by the Chinese."""

from functools import cache

from demo.city.files import document


@cache
def english() -> dict[str, str]:
    given: dict[str, str] = document("english.json")
    return given
