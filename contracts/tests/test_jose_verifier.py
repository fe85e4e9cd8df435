"""The hot path: a token seen before is remembered, within limits."""

from dataclasses import dataclass
from typing import Any

import pytest

from chassis import jose
from chassis.jose import InvalidToken, KeySet, TokenVerifier, UnknownKey

from .jose_samples import CLAIMS, ISSUER, KEY, KEYS, NOW, OTHER_KEY


def make(**changes: Any) -> str:
    return jose.sign({**CLAIMS, **changes}, KEY, "at+jwt")


@dataclass(frozen=True)
class Caller:
    sub: str
    jti: str


def parse(claims: dict[str, Any]) -> Caller:
    return Caller(claims["sub"], claims["jti"])


def verifier(**changes: Any) -> TokenVerifier[Caller]:
    return TokenVerifier(parse, **{"issuer": ISSUER, "audience": "onedoor", "typ": "at+jwt", **changes})


def test_a_token_seen_before_is_not_verified_again():
    tokens = verifier()

    first = tokens.verify(make(), KEYS, NOW)
    token = make()
    second = tokens.verify(token, KEYS, NOW)

    assert first == second == Caller(CLAIMS["sub"], CLAIMS["jti"])
    assert tokens.verify(token, KEYS, NOW + 1) is second


def test_a_remembered_token_expires():
    tokens, token = verifier(leeway=5), make()
    tokens.verify(token, KEYS, NOW)

    assert tokens.verify(token, KEYS, NOW + 304)
    with pytest.raises(InvalidToken, match="expired"):
        tokens.verify(token, KEYS, NOW + 305)


def test_a_remembered_token_dies_with_its_key():
    tokens, token = verifier(), make()
    tokens.verify(token, KEYS, NOW)

    with pytest.raises(UnknownKey):
        tokens.verify(token, KeySet([OTHER_KEY.public]), NOW)


def test_a_remembered_token_lives_on_when_the_same_key_is_read_again():
    tokens, token = verifier(), make()
    first = tokens.verify(token, KEYS, NOW)

    assert tokens.verify(token, KeySet.parse(KEYS.to_jwks()), NOW) is first


def test_a_refused_token_is_not_remembered():
    tokens = verifier()

    for _ in range(2):
        with pytest.raises(InvalidToken, match="wrong audience"):
            tokens.verify(make(aud="svc-sharing"), KEYS, NOW)

    assert len(tokens) == 0


def test_claims_that_the_service_cannot_read_are_refused():
    tokens = TokenVerifier(lambda claims: claims["act"], issuer=ISSUER, audience="onedoor", typ="at+jwt")

    with pytest.raises(InvalidToken, match=r"claims refused \(KeyError\)"):
        tokens.verify(make(), KEYS, NOW)


def test_what_was_revoked_is_forgotten():
    tokens, token = verifier(), make()
    first = tokens.verify(token, KEYS, NOW)

    assert tokens.forget(lambda caller: caller.sub == "somebody else") == 0
    assert tokens.forget(lambda caller: caller.sub == CLAIMS["sub"]) == 1
    assert tokens.verify(token, KEYS, NOW) is not first


def test_memory_is_bounded_and_the_oldest_goes_first():
    tokens = verifier(capacity=2)
    many = [make(jti=str(number)) for number in range(3)]
    seen = [tokens.verify(token, KEYS, NOW) for token in many]

    assert len(tokens) == 2
    assert tokens.verify(many[2], KEYS, NOW) is seen[2]
    assert tokens.verify(many[0], KEYS, NOW) is not seen[0]


@pytest.mark.parametrize("token", [None, 7, b"a.b.c", "x" * 8193, "\ud800", "a.b.\udfff"])
def test_what_is_no_token_is_refused_on_the_hot_path_too(token):
    with pytest.raises(InvalidToken):
        verifier().verify(token, KEYS, NOW)
