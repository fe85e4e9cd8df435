"""Keys, and what they sign: tokens we would never refuse, documents such as electronic licences."""

import json
from typing import Any

import pytest
from joserfc import jws as other_jws
from joserfc.jwk import ECKey

from chassis import jose
from chassis.jose import InvalidKey, InvalidToken, KeySet, SigningKey, VerifyingKey

from .jose_samples import CLAIMS, KEY, KEYS, OTHER_KEY, check, encode


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, **changes}


def without(name: str) -> dict[str, Any]:
    return {claim: value for claim, value in CLAIMS.items() if claim != name}


# Keys


def test_a_private_key_survives_its_file():
    again = SigningKey.parse(json.loads(json.dumps(KEY.to_jwk())))

    assert again == KEY
    assert check(jose.sign(CLAIMS, again, "at+jwt")) == CLAIMS


def test_the_thumbprint_is_the_one_of_an_independent_library():
    assert KEY.kid == KEY.public.thumbprint == ECKey.import_key(KEY.public.to_jwk()).thumbprint()


def test_a_key_keeps_its_given_name():
    assert VerifyingKey.parse({**KEY.public.to_jwk(), "kid": "2026-01"}).kid == "2026-01"


def test_the_secret_is_not_in_the_text_of_a_key():
    assert KEY.to_jwk()["d"] not in repr(KEY)
    assert "d" not in KEY.public.to_jwk()


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "RSA"},
        {"kty": "oct", "k": "AAAA"},
        {"crv": "P-384"},
        {"crv": "secp256k1"},
        {"alg": "ES384"},
        {"alg": "HS256"},
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"key_ops": 5},
        {"x": None},
        {"x": 5},
        {"x": ""},
        {"x": KEY.public.x + "="},
        {"x": KEY.public.x + "AAAA"},
        {"x": "!" * 43},
        {"x": OTHER_KEY.public.x},
        {"x": "A" * 43, "y": "A" * 43},
        {"d": KEY.to_jwk()["d"]},
        {"kid": 7},
        {"kid": None},
        {"kid": ""},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_bad_public_key_is_refused(change):
    with pytest.raises(InvalidKey) as refusal:
        VerifyingKey.parse({**KEY.public.to_jwk(), **change})
    assert KEY.to_jwk()["d"] not in str(refusal.value)


@pytest.mark.parametrize(
    "d", [None, 5, "", "A" * 43, OTHER_KEY.to_jwk()["d"]], ids=["none", "number", "empty", "zero", "another's"]
)
def test_a_bad_private_key_is_refused(d):
    with pytest.raises(InvalidKey):
        SigningKey.parse({**KEY.to_jwk(), "d": d})


def test_a_key_set_survives_its_document():
    again = KeySet.parse(json.loads(json.dumps(KEYS.to_jwks())))

    assert list(again) == list(KEYS)
    assert len(again) == 2


@pytest.mark.parametrize(
    "document", [{}, {"keys": {}}, {"keys": ["a"]}, {"keys": [KEY.to_jwk()]}, {"keys": [KEY.public.to_jwk()] * 2}]
)
def test_a_bad_key_set_is_refused(document):
    with pytest.raises(InvalidKey):
        KeySet.parse(document)


# Signing


@pytest.mark.parametrize("name", jose.REQUIRED_CLAIMS)
def test_we_never_sign_what_we_would_refuse(name):
    with pytest.raises(ValueError, match=f"{name} is missing"):
        jose.sign(without(name), KEY, "at+jwt")


@pytest.mark.parametrize("extra", [{"x": float("nan")}, {"x": "y" * 9000}, {"x": json.loads("[" * 20 + "]" * 20)}])
def test_we_never_sign_what_cannot_be_read(extra):
    with pytest.raises(ValueError, match=r".+"):
        jose.sign({**CLAIMS, **extra}, KEY, "at+jwt")


# Documents


LICENCE = {"licence": "出生医学证明", "number": "Y440100001", "holder": {"name": "林小满"}}


def test_a_licence_is_verified_by_us_and_by_an_independent_library():
    document = jose.sign_document(LICENCE, KEY, "licence+jws")

    theirs = other_jws.deserialize_compact(document, ECKey.import_key(KEY.public.to_jwk()), algorithms=["ES256"])

    assert jose.verify_document(document, KEYS, "licence+jws") == LICENCE
    assert json.loads(theirs.payload) == LICENCE
    assert theirs.headers() == {"alg": "ES256", "typ": "licence+jws", "kid": KEY.kid}


def test_we_accept_an_independent_librarys_licence():
    registry = other_jws.JWSRegistry(algorithms=["ES256"])
    document = other_jws.serialize_compact(
        header(typ="licence+jws"), json.dumps(LICENCE), ECKey.import_key(KEY.to_jwk()), registry=registry
    )

    assert jose.verify_document(document, KEYS, "licence+jws") == LICENCE


def test_a_changed_licence_is_refused():
    head, _, signature = jose.sign_document(LICENCE, KEY, "licence+jws").split(".")
    changed = encode(json.dumps({**LICENCE, "number": "Y440100002"}).encode())

    with pytest.raises(InvalidToken, match="wrong signature"):
        jose.verify_document(f"{head}.{changed}.{signature}", KEYS, "licence+jws")


def test_a_licence_is_no_token_and_a_token_no_licence():
    with pytest.raises(InvalidToken, match="wrong typ"):
        jose.verify_document(jose.sign(CLAIMS, KEY, "at+jwt"), KEYS, "licence+jws")
    with pytest.raises(InvalidToken, match="wrong typ"):
        check(jose.sign_document(CLAIMS, KEY, "licence+jws"))


@pytest.mark.parametrize("typ", ["at+jwt", "JWT", "", "jws"])
def test_a_document_cannot_borrow_the_typ_of_a_token(typ):
    with pytest.raises(ValueError, match="typ"):
        jose.sign_document(CLAIMS, KEY, typ)
    with pytest.raises(ValueError, match="typ"):
        jose.verify_document("a.b.c", KEYS, typ)


@pytest.mark.parametrize("typ", ["licence+jws", "", "jwt"])
def test_a_token_cannot_borrow_the_typ_of_a_document(typ):
    with pytest.raises(ValueError, match="typ"):
        jose.sign(CLAIMS, KEY, typ)
    with pytest.raises(ValueError, match="typ"):
        check("a.b.c", typ=typ)
