"""Tokens: what we accept and refuse, with an independent library on the other side of the table."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as other_jwt
from joserfc.jwk import ECKey
from joserfc.jwk import KeySet as OtherKeySet

from chassis import jose
from chassis.jose import KeySet, UnknownKey, VerifyingKey

from .jose_samples import CLAIMS, ISSUER, KEY, KEYS, NOW, OTHER_KEY, check, encode, make, refused


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, **changes}


def without(name: str) -> dict[str, Any]:
    return {claim: value for claim, value in CLAIMS.items() if claim != name}


# What is accepted


def test_a_signed_token_is_verified():
    assert check(jose.sign(CLAIMS, KEY, "at+jwt")) == CLAIMS


def test_an_independent_library_accepts_our_token():
    token = jose.sign(CLAIMS, KEY, "at+jwt")

    decoded = other_jwt.decode(token, OtherKeySet.import_key_set(KEYS.to_jwks()), algorithms=["ES256"])

    assert decoded.claims == CLAIMS
    assert decoded.header == header()


def test_we_accept_an_independent_librarys_token():
    token = other_jwt.encode(header(), CLAIMS, ECKey.import_key(KEY.to_jwk()), algorithms=["ES256"])

    assert check(token) == CLAIMS


def test_we_accept_a_key_that_an_independent_library_made():
    theirs = ECKey.generate_key("P-256")
    public = VerifyingKey.parse(theirs.as_dict(private=False))
    claims = other_jwt.encode(header(kid=public.kid), CLAIMS, theirs, algorithms=["ES256"])

    assert public.kid == theirs.thumbprint()
    assert jose.verify(claims, KeySet([public]), issuer=ISSUER, audience="onedoor", typ="at+jwt", now=NOW) == CLAIMS


def test_the_audience_may_be_one_of_a_list():
    token = make(payload={**CLAIMS, "aud": ["svc-sharing", "onedoor"]})

    assert check(token)["aud"] == ["svc-sharing", "onedoor"]


def test_a_reader_may_answer_to_several_audiences():
    assert check(make(), audience={"onedoor", "svc-sharing"}) == CLAIMS
    assert refused(make(), audience={"svc-sharing", "svc-workflow"}) == "wrong audience"


def test_bytes_are_read_like_text():
    assert check(make().encode()) == CLAIMS


def test_chinese_claims_survive():
    claims = {**CLAIMS, "post": "窗口受理岗"}

    assert check(jose.sign(claims, KEY, "at+jwt")) == claims


def test_leeway_moves_both_ends():
    token = make(payload={**CLAIMS, "iat": int(NOW) + 5})

    assert check(token, leeway=10)
    assert check(token, now=NOW + 305, leeway=10)
    assert refused(token, now=NOW + 310, leeway=10) == "expired"


# Algorithms and keys


def test_alg_none_is_refused():
    unsigned = f"{encode(json.dumps(header(alg='none')).encode())}.{encode(json.dumps(CLAIMS).encode())}."

    assert refused(unsigned) == "wrong alg"
    assert refused(make(header(alg="none"))) == "wrong alg"


def test_hs256_with_the_public_key_as_secret_is_refused():
    public = ec.EllipticCurvePublicNumbers(
        *(int.from_bytes(base64.urlsafe_b64decode(part + "=")) for part in (KEY.public.x, KEY.public.y)), ec.SECP256R1()
    ).public_key()
    secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signing_input = make(header(alg="HS256")).rpartition(".")[0]
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(signing_input.encode())

    assert refused(f"{signing_input}.{encode(mac.finalize())}") == "wrong alg"


@pytest.mark.parametrize(
    "alg", ["ES384", "es256", "ES256K", "EdDSA", "RS256", "", None, 256, ["ES256"], {"ES256": 1}, True]
)
def test_any_other_alg_is_refused(alg):
    assert refused(make(header(alg=alg))) == "wrong alg"


def test_es384_from_another_curve_is_refused():
    theirs = ECKey.generate_key("P-384")
    token = other_jwt.encode(header(alg="ES384"), CLAIMS, theirs, algorithms=["ES384"])

    assert refused(token) == "wrong alg"


def test_a_signature_of_another_curve_under_our_alg_is_refused():
    signing_input = make().rpartition(".")[0]
    key = ec.generate_private_key(ec.SECP384R1())
    signature = key.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256()))

    assert refused(f"{signing_input}.{encode(signature)}") == "wrong signature"
    assert refused(f"{signing_input}.{encode(signature[:64])}") == "wrong signature"


def test_an_unknown_kid_is_refused_by_its_own_name():
    with pytest.raises(UnknownKey):
        check(make(header(kid="nobody")))


def test_the_kid_of_another_known_key_is_refused():
    assert refused(make(header(kid=OTHER_KEY.kid))) == "wrong signature"


@pytest.mark.parametrize("kid", [1, None, ["a"], {"a": 1}, True, "", "a" * 513, "a\x00b", "a\nb"])
def test_a_kid_that_is_no_name_is_refused(kid):
    assert refused(make(header(kid=kid))) == "kid is not text"


def test_a_missing_kid_is_refused():
    assert refused(make({"alg": "ES256", "typ": "at+jwt"})) == "kid is missing"


# Headers


@pytest.mark.parametrize(
    "typ", ["JWT", "AT+JWT", "at+JWT", "application/at+jwt", "at+jwt ", "logout+jwt", "", None, ["at+jwt"]]
)
def test_another_typ_is_refused(typ):
    assert refused(make(header(typ=typ))) == "wrong typ"


def test_an_id_token_is_no_access_token():
    assert refused(jose.sign(CLAIMS, KEY, "JWT")) == "wrong typ"
    assert check(jose.sign(CLAIMS, KEY, "JWT"), typ="JWT") == CLAIMS


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"jwk": OTHER_KEY.public.to_jwk()},
        {"jku": "https://example.org/jwks"},
        {"x5u": "https://example.org/cert"},
        {"x5c": ["MIIB"]},
        {"x5t": "AAAA"},
        {"b64": False},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_any_other_header_is_refused(extra):
    assert refused(make(header(**extra))) == "header parameter not allowed"


# Claims


@pytest.mark.parametrize("name", jose.REQUIRED_CLAIMS)
def test_a_missing_claim_is_refused(name):
    assert refused(make(payload=without(name))) == f"{name} is missing"


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", [NOW, True, -1, 2**53, 10**400, "1780000300", None, [1], {}, 1.5])
def test_a_time_that_is_no_plain_second_is_refused(name, value):
    assert refused(make(payload={**CLAIMS, name: value})) == f"{name} is not a time"


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_without_end_is_refused(literal):
    payload = json.dumps(CLAIMS).replace(str(CLAIMS["exp"]), literal)

    assert refused(make(payload=payload.encode())) == "not a finite number"


def test_a_number_of_too_many_digits_is_refused():
    payload = json.dumps(CLAIMS).replace(str(CLAIMS["exp"]), "9" * 5000)

    assert "malformed" in refused(make(payload=payload.encode()))


@pytest.mark.parametrize("name", ["iss", "sub", "jti"])
@pytest.mark.parametrize("value", [7, None, True, ["a"], {"a": 1}, "", "a\x00", "a\n", "a" * 513])
def test_a_name_that_is_not_text_is_refused(name, value):
    assert refused(make(payload={**CLAIMS, name: value})) == f"{name} is not text"


@pytest.mark.parametrize("value", [7, None, True, {}, [], "", [7], ["onedoor", None], [["onedoor"]], {"onedoor": 1}])
def test_an_audience_that_is_not_text_is_refused(value):
    assert refused(make(payload={**CLAIMS, "aud": value})) == "aud is not text"


@pytest.mark.parametrize("value", ["svc-workflow", "onedoor ", "Onedoor", ["svc-workflow"], ["one", "door"]])
def test_another_audience_is_refused(value):
    assert refused(make(payload={**CLAIMS, "aud": value})) == "wrong audience"


@pytest.mark.parametrize("value", ["http://localhost:8081", "http://localhost:8080/", "HTTP://localhost:8080"])
def test_another_issuer_is_refused(value):
    assert refused(make(payload={**CLAIMS, "iss": value})) == "wrong issuer"


def test_a_token_is_expired_from_the_very_second():
    assert check(make(), now=NOW + 299.9)
    assert refused(make(), now=NOW + 300) == "expired"


def test_a_token_is_refused_before_nbf():
    assert refused(make(payload={**CLAIMS, "nbf": int(NOW) + 1})) == "not yet valid"


def test_a_token_from_the_future_is_refused():
    assert refused(make(payload={**CLAIMS, "iat": int(NOW) + 1})) == "not yet valid"


def test_a_token_that_ends_before_it_begins_is_refused():
    assert refused(make(payload={**CLAIMS, "iat": CLAIMS["exp"]})) == "exp is not after iat"
