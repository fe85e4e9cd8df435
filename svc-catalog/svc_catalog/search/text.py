"""Names as the index sees them. Pure."""

import unicodedata
from collections.abc import Iterable


def key_of(text: str) -> str:
    """One spelling of all: full-width as half-width, capitals as small, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def terms_of(query: str) -> list[str]:
    """The words of a query, as keys."""
    return [term for term in map(key_of, query.split()) if term]


def grams_of(keys: Iterable[str]) -> set[str]:
    """Every single character and every pair of neighbours: what makes any part of a name findable through the index."""
    return {gram for key in keys for gram in (*key, *pairs_of(key))}


def pairs_of(key: str) -> list[str]:
    return [key[at : at + 2] for at in range(len(key) - 1)]


def asked_grams(term: str) -> list[str]:
    """What a text that contains the term must have in the index."""
    return pairs_of(term) or [term]
