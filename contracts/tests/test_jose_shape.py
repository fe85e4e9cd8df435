"""Tokens that are no tokens: spellings, JSON, signatures, noise."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.jose import InvalidToken

from .jose_samples import CLAIMS, ISSUER, KEY, NOW, check, encode, make, refused


def header(**changes: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid, **changes}


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
