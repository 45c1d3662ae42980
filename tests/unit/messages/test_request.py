"""A request's signature: what counts, what does not, and that each fault is told by its own code."""

import pytest
from multidict import CIMultiDict

from registry.errors import NotSigned
from registry.messages.fields import content_digest
from registry.messages.request import LIFE
from registry.values.time import SECOND
from tests.unit.messages.given import BODY, DIRECTORY, ED25519, HEADERS, KEYS, NONCE, NOW, P256, held, public, signed


def refused(headers, **more) -> str:
    with pytest.raises(NotSigned) as refusal:
        held(headers, **more)
    return refusal.value.code


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_signed_request_holds_and_says_who_signed_it(key):
    weighed = held(signed(key))
    assert (weighed.key.kid, weighed.nonce, weighed.until) == (key.kid, NONCE, NOW + LIFE + 60 * SECOND)


def test_a_request_with_a_version_signs_that_too():
    headers = signed(headers={**HEADERS, "If-Match": '"3"'})
    assert '"if-match"' in headers["Signature-Input"]
    held(headers)
    headers["If-Match"] = '"4"'
    assert refused(headers) == "signature-invalid"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "PUT"}, "signature-invalid"),
        ({"uri": "https://registry.example/v1/orders?x=2"}, "signature-invalid"),
        ({"uri": "https://other.example/v1/orders?x=1"}, "signature-invalid"),
        ({"uri": "http://registry.example/v1/orders?x=1"}, "signature-invalid"),
        ({"body": BODY + b" "}, "content-digest-wrong"),
        ({"body": b""}, "content-digest-wrong"),
        ({"directory": {}}, "signature-key-unknown"),
        ({"directory": {"court-1": DIRECTORY["court-2"]}}, "signature-algorithm"),
        ({"now": NOW - 60 * SECOND}, None),
        ({"now": NOW - 61 * SECOND}, "signature-time"),
        ({"now": NOW + LIFE + 60 * SECOND - 1}, None),
        ({"now": NOW + LIFE + 60 * SECOND}, "signature-time"),
    ],
)
def test_another_request_time_or_key_is_refused(change, code):
    if code is None:
        held(signed(), **change)
    else:
        assert refused(signed(), **change) == code


@pytest.mark.parametrize("name", ["Content-Type", "Authorization", "Idempotency-Key"])
def test_a_covered_header_is_as_it_was_signed_and_there_once(name):
    changed = signed()
    changed[name] = "Bearer another"
    assert refused(changed) == "signature-invalid"
    twice = signed()
    twice.add(name, twice[name])
    assert refused(twice) == "signature-coverage"
    absent = signed()
    del absent[name]
    assert refused(absent) == "signature-coverage"


def test_a_header_that_was_not_signed_is_not_added_afterwards():
    headers = signed()
    headers["If-Match"] = '"1"'
    assert refused(headers) == "signature-coverage"


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
def test_the_fields_of_the_signature_are_there_once(name):
    twice = signed()
    twice.add(name, twice[name])
    assert refused(twice) in {"signature-malformed", "signature-coverage"}
    absent = signed()
    del absent[name]
    assert refused(absent) in {"signature-malformed", "signature-coverage"}
    assert refused(CIMultiDict(HEADERS)) == "signature-missing"


def altered(old: str, new: str, *, key=ED25519) -> CIMultiDict[str]:
    headers = signed(key)
    assert old in headers["Signature-Input"]
    headers["Signature-Input"] = headers["Signature-Input"].replace(old, new)
    return headers


CREATED = f"created={NOW // SECOND}"
EXPIRES = f"expires={NOW // SECOND + 300}"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"@method" ', "", "signature-coverage"),
        ('"@method"', '"@method" "@method"', "signature-coverage"),
        ('"@method"', '"@method" "x-more"', "signature-coverage"),
        ('"@method"', '"@method";req', "signature-coverage"),
        ('"@target-uri"', '"@path"', "signature-coverage"),
        ('"content-digest" ', "", "signature-coverage"),
        ('"@method"', '"@Method"', "signature-malformed"),
        ('"@method" ', '"@method"  ', "signature-malformed"),
        ('"content-type"', '"content-type";sf', "signature-malformed"),
        (EXPIRES, f"expires={NOW // SECOND + 301}", "signature-time"),
        (EXPIRES, CREATED.replace("created", "expires"), "signature-time"),
        (f";{EXPIRES}", "", "signature-malformed"),
        (f";{CREATED}", "", "signature-malformed"),
        (CREATED, "created=0", "signature-malformed"),
        (CREATED, "created=-1", "signature-malformed"),
        (CREATED, "created=1.5", "signature-malformed"),
        (CREATED, f"{CREATED};{CREATED}", "signature-malformed"),
        (CREATED, f'created="{NOW // SECOND}"', "signature-malformed"),
        (f';nonce="{NONCE}"', "", "signature-malformed"),
        (f'nonce="{NONCE}"', 'nonce="short"', "signature-malformed"),
        (f'nonce="{NONCE}"', 'nonce="two words, sixteen"', "signature-malformed"),
        ('tag="po-v1"', 'tag="po-v2"', "signature-malformed"),
        (';tag="po-v1"', "", "signature-malformed"),
        (';tag="po-v1"', ';tag="po-v1";context="x"', "signature-malformed"),
        ('alg="ed25519"', 'alg="hmac-sha256"', "signature-algorithm"),
        ('alg="ed25519"', 'alg="ecdsa-p256-sha256"', "signature-algorithm"),
        (';alg="ed25519"', "", "signature-malformed"),
        ('keyid="court-1"', 'keyid="court-9"', "signature-key-unknown"),
        ('keyid="court-1"', 'keyid="court\\"1"', "signature-malformed"),
        ('keyid="court-1"', 'keyid="court-2"', "signature-algorithm"),
        ("sig=", "gis=", "signature-malformed"),
        ("sig=", "sig =", "signature-malformed"),
        ("sig=(", 'sig=(),other=("@method" ', "signature-malformed"),
    ],
)
def test_parameters_are_these_and_as_they_were_signed(old, new, code):
    assert refused(altered(old, new)) == code


def test_parameters_in_another_order_are_other_parameters():
    assert refused(altered(f"{CREATED};{EXPIRES}", f"{EXPIRES};{CREATED}")) == "signature-invalid"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sig=::",
        "sig=:AAAA",
        "sig=AAAA",
        "sig=:A===:",
        "sig=:AAB=:",
        "sig=:AAAA:, sig=:AAAA:",
        "a" * 2049,
        "sig=:A:",
    ],
)
def test_a_signature_is_bytes_in_one_way_of_writing(value):
    headers = signed()
    headers["Signature"] = value
    assert refused(headers) == "signature-malformed"


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_signature_of_another_length_or_of_nothing_is_none(key):
    for signature in ("AAAA", "A" * 86 + "==", "A" * 88):
        headers = signed(key)
        headers["Signature"] = f"sig=:{signature}:"
        assert refused(headers) == "signature-invalid"


def test_a_key_that_is_no_point_of_its_curve_verifies_nothing():
    broken = public(P256)
    off_curve = {"court-2": type(broken)(kid=broken.kid, curve="P-256", x=broken.x, y=broken.x)}
    assert refused(signed(P256), directory=off_curve) == "signature-invalid"


@pytest.mark.parametrize(
    "value",
    [
        "",
        content_digest(BODY) + ", " + content_digest(BODY),
        content_digest(BODY).replace("sha-256", "sha-512"),
        content_digest(BODY).replace("sha-256", "SHA-256"),
        content_digest(b""),
    ],
)
def test_a_digest_is_of_the_body_and_of_one_algorithm(value):
    headers = signed()
    headers["Content-Digest"] = value
    assert refused(headers) == "content-digest-wrong"


@pytest.mark.parametrize("value", ["application/json\n", "application/jsön", "a\tb"])
def test_a_value_that_could_look_like_two_is_signed_by_nobody(value):
    headers = signed()
    headers["Content-Type"] = value
    assert refused(headers) in {"signature-coverage", "signature-invalid"}


def test_no_private_key_is_shown():
    assert "Ed25519PrivateKey" not in repr(ED25519)
    assert set(P256.jwk) == {"kty", "crv", "x", "y", "kid", "use"}
