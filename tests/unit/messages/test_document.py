"""The signature of a document: what counts, what does not, and that each fault is told by its own code."""

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.errors import NotSigned
from registry.messages.base import signature_base
from registry.messages.document import HEADER, MAXIMUM, MAXIMUM_AGE, signing_input
from registry.messages.keys import SigningKey
from registry.values.time import SECOND
from tests.unit.messages.documents import BOUND, JTI, header_of, held_document, signed_document, with_header
from tests.unit.messages.given import BODY, ED25519, KEYS, NOW, P256, public


def refused(*lines, **more) -> str:
    with pytest.raises(NotSigned) as refusal:
        held_document(*lines, **more)
    assert refusal.value.field == HEADER or refusal.value.code == "document-signature-missing"
    return refusal.value.code


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_signed_document_holds_and_says_who_signed_it_and_when(key):
    compact = signed_document(key)
    held = held_document(compact)
    assert (held.compact, held.key_id, held.jti, held.signed_at) == (compact, key.kid, JTI, NOW)


def test_the_older_name_of_the_algorithm_holds_too():
    held_document(with_header(ED25519, header_of(signed_document()) | {"alg": "EdDSA"}))


def test_the_header_says_for_whom_for_which_ledger_and_where():
    assert header_of(signed_document()) == {
        "alg": "Ed25519",
        "aud": BOUND.ledger,
        "b64": False,
        "crit": ["b64"],
        "htm": "POST",
        "htu": "https://registry.example/v1/orders",
        "iat": NOW // SECOND,
        "iss": "fr-tj-lille",
        "jti": JTI,
        "kid": "court-1",
        "typ": "po-document+jws",
    }


def test_no_signature_is_none():
    assert refused() == "document-signature-missing"


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", BODY.replace(b"59350", b"59351")])
def test_another_document_does_not_hold(body):
    assert refused(signed_document(), body=body) == "document-signature-invalid"


def test_a_document_with_no_byte_and_one_with_every_byte_hold():
    for body in (b"", bytes(range(256)), b"." * 40):
        held_document(signed_document(body=body), body=body)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"iss": "fr-tj-paris"},
        {"aud": "urn:uuid:00000000-0000-0000-0000-00000000004e"},
        {"htm": "PUT"},
        {"htu": "https://registry.example/v1/orders/2/revocation"},
        {"htu": "https://other.example/v1/orders"},
    ],
)
def test_what_was_signed_for_another_place_is_refused(elsewhere):
    compact = with_header(ED25519, header_of(signed_document()) | elsewhere)
    assert refused(compact) == "document-signature-elsewhere"


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "ES256"},
        {"typ": "JWT"},
        {"typ": "po-receipt+jwt"},
        {"b64": True},
        {"b64": 0},
        {"crit": []},
        {"crit": ["b64", "b64"]},
        {"crit": ["b64", "exp"]},
        {"crit": ["exp"]},
        {"jwk": {"kty": "OKP"}},
        {"x5u": "https://other.example/key"},
        {"jku": "https://other.example/keys"},
        {"x5c": ["MII"]},
        {"zip": "DEF"},
        {"iat": "1790000000"},
        {"iat": 1790000000.5},
        {"iat": True},
        {"iat": -1},
        {"jti": "short"},
        {"jti": "x" * 65},
        {"jti": "a line\nof two lines"},
        {"kid": 1},
    ],
    ids=str,
)
def test_any_other_header_is_refused_though_it_is_signed(change):
    compact = with_header(ED25519, header_of(signed_document()) | change)
    assert refused(compact) == "document-signature-malformed"


@pytest.mark.parametrize("name", header_of(signed_document()))
def test_a_header_without_one_of_its_members_is_refused(name):
    header = header_of(signed_document())
    del header[name]
    assert refused(with_header(ED25519, header)) == "document-signature-malformed"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"{", b"\xff", b"null", b'{"alg":"none"}', b"[" * 1200])
def test_what_is_no_header_is_refused(raw):
    assert refused(with_header(ED25519, raw)) == "document-signature-malformed"


def test_a_member_that_stands_twice_is_refused():
    spelled = b'{"kid":"court-9",' + orjson.dumps(header_of(signed_document()))[1:]
    assert refused(with_header(ED25519, spelled)) == "document-signature-malformed"


def test_a_compact_jws_with_its_payload_in_it_is_refused():
    header, _, signature = signed_document().partition("..")
    assert refused(f"{header}.{header}.{signature}") == "document-signature-malformed"


def test_another_spelling_of_the_same_bytes_is_refused():
    header, _, signature = signed_document().partition("..")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = last[last.index(signature[-1]) ^ 1]
    assert refused(f"{header}..{signature[:-1]}{other}") == "document-signature-malformed"


def test_two_signatures_are_refused_in_one_line_and_in_two():
    one, two = signed_document(ED25519), signed_document(P256)
    assert refused(one, two) == "document-signature-malformed"
    assert refused(f"{one}, {two}") == "document-signature-malformed"


def test_a_field_that_is_too_long_is_refused_unread():
    assert refused("a" * (MAXIMUM + 1)) == "document-signature-malformed"


def test_the_key_of_another_is_unknown():
    assert refused(signed_document(), directory={}) == "document-signature-key-unknown"


def test_another_key_of_that_name_did_not_sign_it():
    assert refused(signed_document(), directory={ED25519.kid: public(P256)}) == "document-signature-malformed"
    other = SigningKey(kid=ED25519.kid, private=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert refused(signed_document(other)) == "document-signature-invalid"


@pytest.mark.parametrize("seconds", [61, -(MAXIMUM_AGE // SECOND) - 1])
def test_a_document_of_another_time_is_refused(seconds):
    assert refused(signed_document(now=NOW + seconds * SECOND)) == "document-signature-time"


@pytest.mark.parametrize("seconds", [60, -(MAXIMUM_AGE // SECOND)])
def test_a_day_and_a_minute_are_allowed_for(seconds):
    held_document(signed_document(now=NOW + seconds * SECOND))


def test_what_a_document_signature_is_over_never_begins_as_what_a_requests_is():
    """One key signs both; no bytes are both a header in base64url and a line of a request's signature base."""
    over = signing_input(signed_document().partition("..")[0], BODY)
    assert over.startswith(b"eyJ")
    assert signature_base(('"@method"',), {'"@method"': "POST"}, "()").startswith(b'"')
