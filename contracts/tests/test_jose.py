"""Tokens: what we accept, what we refuse, and an independent library on the other side of the table."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as other_jws
from joserfc import jwt as other_jwt
from joserfc.jwk import ECKey
from joserfc.jwk import KeySet as OtherKeySet

from chassis import jose
from chassis.jose import InvalidKey, InvalidToken, KeySet, SigningKey, TokenVerifier, UnknownKey, VerifyingKey

NOW = 1_780_000_000.0
ISSUER = "http://localhost:8080"
KEY = SigningKey.generate()
OTHER_KEY = SigningKey.generate()
KEYS = KeySet([KEY.public, OTHER_KEY.public])
CLAIMS: dict[str, Any] = {
    "exp": int(NOW) + 300,
    "iat": int(NOW),
    "iss": ISSUER,
    "aud": "onedoor",
    "sub": "0197e0a0-0000-7000-8000-000000000001",
    "jti": "0197e0a0-0000-7000-8000-000000000002",
    "scope": "workflow:cases:read",
}


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make(header: Any = None, payload: Any = None, *, key: SigningKey = KEY) -> str:
    """A correctly signed token of exactly this header and payload, however strange. Bytes are taken as they are."""
    header = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} if header is None else header
    payload = CLAIMS if payload is None else payload
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    signing_input = ".".join(map(encode, parts))
    return f"{signing_input}.{encode(key.key.sign(signing_input.encode()))}"


def check(token: Any, **changes: Any) -> dict[str, Any]:
    wanted = {"issuer": ISSUER, "audience": "onedoor", "typ": "at+jwt", "now": NOW, **changes}
    return jose.verify(token, KEYS, **wanted)


def refused(token: Any, **changes: Any) -> str:
    with pytest.raises(InvalidToken) as refusal:
        check(token, **changes)
    assert refusal.value.__context__ is None, "an exception that quotes the token must not hang on the refusal"
    return refusal.value.reason


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


# Shape


def test_more_than_8_kb_is_refused_before_anything_is_read():
    assert refused("x" * 8193) == "too large"
    assert refused(make(payload={**CLAIMS, "note": "x" * 7000})) == "too large"


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b", "a", make() + ".", make() + ".x", "." + make(), make()[:-90]]
)
def test_what_is_not_three_full_parts_is_refused(token):
    assert refused(token)


def test_a_jwe_is_refused():
    assert refused("a.b.c.d.e") == "not three parts"


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda part: part + "=",
        lambda part: part + "==",
        lambda part: " " + part,
        lambda part: part + "\n",
        lambda part: part[:4] + "\r\n" + part[4:],
        lambda part: part[:4] + "!" + part[4:],
        lambda part: part + "A",
        lambda part: "",
        lambda part: part[:-1],
    ],
    ids=["padded", "padded twice", "space", "newline", "folded", "stray", "longer", "empty", "shorter"],
)
def test_another_spelling_of_base64url_is_refused(part, spoil):
    parts = make().split(".")
    parts[part] = spoil(parts[part])

    assert refused(".".join(parts))


def test_the_other_base64_alphabet_is_refused():
    payload = json.dumps({**CLAIMS, "note": "??>>~~"}).encode()
    parts = make(payload=payload).split(".")
    assert {"-", "_"} & set(parts[1])

    parts[1] = parts[1].replace("-", "+").replace("_", "/")

    assert refused(".".join(parts))


def test_stray_bits_in_the_last_letter_are_refused():
    token = make()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bytes = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]

    assert refused(same_bytes) == "not base64url"


@pytest.mark.parametrize(
    "text",
    [
        '{"sub":"a","sub":"b"}',
        json.dumps(CLAIMS)[:-1] + ',"sub":"0197e0a0-0000-7000-8000-000000000009"}',
        json.dumps(CLAIMS)[:-1] + ',"act":{"sub":"a","sub":"b"}}',
        json.dumps(CLAIMS)[:-1] + ',"s\\u0075b":"b"}',
    ],
)
def test_duplicate_claims_are_refused(text):
    assert refused(make(payload=text.encode())) == "duplicate key"


def test_duplicate_headers_are_refused():
    text = json.dumps(header())[:-1] + ',"alg":"none"}'

    assert refused(make(header=text.encode())) == "duplicate key"


@pytest.mark.parametrize("payload", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_a_payload_that_is_no_object_is_refused(payload):
    assert refused(make(payload=payload)) == "not an object"
    assert refused(make(header=payload)) == "not an object"


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b"{}x",
        b"{'a':1}",
        b"\xff\xfe{}",
        json.dumps(CLAIMS).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(CLAIMS).encode(),
    ],
    ids=["open", "trailing", "quotes", "not utf-8", "utf-16", "byte order mark"],
)
def test_a_payload_that_is_not_json_is_refused(payload):
    assert "malformed" in refused(make(payload=payload))


def test_half_a_character_is_refused():
    text = json.dumps(CLAIMS)[:-1] + ',"note":"\\ud800"}'

    assert "malformed" in refused(make(payload=text.encode()))


@pytest.mark.parametrize("depth", [16, 100, 2900])
def test_deep_nesting_is_refused(depth):
    text = json.dumps(CLAIMS)[:-1] + ',"deep":' + "[" * depth + "]" * depth + "}"

    assert refused(make(payload=text.encode()))


# Signatures


def test_a_der_signature_is_refused():
    signing_input = make().rpartition(".")[0]
    der = KEY.key.prepared_key.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256()))

    assert refused(f"{signing_input}.{encode(der)}") == "wrong signature"


@pytest.mark.parametrize(
    "signature", [bytes(64), bytes(31) + b"\1" + bytes(32), b"\xff" * 64, bytes(63), bytes(65), b"\0"]
)
def test_an_empty_or_impossible_signature_is_refused(signature):
    signing_input = make().rpartition(".")[0]

    assert refused(f"{signing_input}.{encode(signature)}") == "wrong signature"


def test_the_group_order_as_a_signature_is_refused():
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    signing_input = make().rpartition(".")[0]

    assert refused(f"{signing_input}.{encode(order.to_bytes(32) * 2)}") == "wrong signature"


def test_trailing_garbage_after_the_signature_is_refused():
    signing_input, _, signature = make().rpartition(".")
    longer = base64.urlsafe_b64decode(signature + "==") + b"garbage"

    assert refused(f"{signing_input}.{encode(longer)}") == "wrong signature"


def test_one_changed_letter_is_refused():
    head, payload, signature = make().split(".")
    changed = encode(json.dumps({**CLAIMS, "sub": "somebody else"}).encode())

    assert refused(f"{head}.{changed}.{signature}") == "wrong signature"
    assert payload != changed


@pytest.mark.parametrize("token", [None, 7, 1.5, [], {}, object(), ["a", "b", "c"]])
def test_what_is_no_text_is_refused(token):
    assert refused(token)


def test_a_refusal_never_repeats_the_token():
    secret = "zhang-san-secret"
    reasons = {
        refused(make(payload={**CLAIMS, "iss": secret})),
        refused(make(payload={**CLAIMS, "exp": secret})),
        refused(make(header(kid=secret))),
        refused(make(header(**{secret: 1}))),
        refused(make(payload=secret.encode())),
        refused(secret),
    }

    assert not [reason for reason in reasons if secret in reason]


# Whatever comes


@given(st.binary(max_size=400) | st.text(max_size=400))
def test_noise_is_refused(token):
    with pytest.raises(InvalidToken):
        check(token)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*CLAIMS, "nbf", "act"]), JSON, min_size=1))
@settings(max_examples=300)
def test_any_signed_claims_are_refused_or_right(changes):
    claims = {**CLAIMS, **changes}
    token = make(payload=json.dumps(claims).encode("utf-8", "surrogatepass"))
    try:
        verified = check(token)
    except InvalidToken:
        return

    assert verified["iss"] == ISSUER
    assert type(verified["exp"]) is int
    assert verified["exp"] > NOW >= verified["iat"]


@given(st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "x"]), JSON, min_size=1))
def test_any_changed_header_is_refused(changes):
    with pytest.raises(InvalidToken):
        check(make(header(**changes)))


@given(st.integers(0, len(make()) - 1), st.characters(max_codepoint=0x17F))
def test_any_changed_letter_is_refused(position, letter):
    token = make()
    changed = token[:position] + letter + token[position + 1 :]
    if changed == token:
        return

    with pytest.raises(InvalidToken):
        check(changed)


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
    assert refused(jose.sign_document(CLAIMS, KEY, "licence+jws")) == "wrong typ"


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
    ids=repr,
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


# Remembering


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
            tokens.verify(make(payload={**CLAIMS, "aud": "svc-sharing"}), KEYS, NOW)

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
    many = [make(payload={**CLAIMS, "jti": str(number)}) for number in range(3)]
    seen = [tokens.verify(token, KEYS, NOW) for token in many]

    assert len(tokens) == 2
    assert tokens.verify(many[2], KEYS, NOW) is seen[2]
    assert tokens.verify(many[0], KEYS, NOW) is not seen[0]


@pytest.mark.parametrize("token", [None, 7, b"a.b.c", "x" * 8193, "\ud800", "a.b.\udfff"])
def test_what_is_no_token_is_refused_on_the_hot_path_too(token):
    with pytest.raises(InvalidToken):
        verifier().verify(token, KEYS, NOW)
