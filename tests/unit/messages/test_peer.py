"""Held to others: the vectors of RFC 9421, and a library that nobody here wrote, in both directions."""

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from multidict import CIMultiDict

from registry.access.directory import PublicKey
from registry.core import clock
from registry.errors import NotSigned
from registry.messages.answer import COVERED, hold_answer, signed_answer
from registry.messages.base import signature_base
from registry.messages.fields import content_digest, read_presented
from registry.messages.keys import hold_signature
from registry.messages.request import LIFE
from registry.values.identifiers import KeyId
from registry.values.time import SECOND
from tests.unit.messages.given import BODY, HEADERS, KEYS, NONCE, NOW, URI, held, public, signed

ALGORITHMS = {"ed25519": algorithms.ED25519, "ecdsa-p256-sha256": algorithms.ECDSA_P256_SHA256}
COMPONENTS = ("@method", "@target-uri", "content-digest", "content-type", "authorization", "idempotency-key")

# RFC 9421, appendix B.1.4 and B.2.6.
RFC_KEY = PublicKey(kid=KeyId("test-key-ed25519"), curve="Ed25519", x="JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
RFC_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
RFC_VALUES = {
    '"date"': "Tue, 20 Apr 2021 02:07:55 GMT",
    '"@method"': "POST",
    '"@path"': "/foo",
    '"@authority"': "example.com",
    '"content-type"': "application/json",
    '"content-length"': "18",
}


def test_the_vector_of_the_rfc_holds():
    presented = read_presented([RFC_INPUT], [RFC_SIGNATURE])
    base = signature_base(presented.components, RFC_VALUES, presented.parameters)
    hold_signature(RFC_KEY, presented.signature, base)
    other = signature_base(presented.components, RFC_VALUES | {'"@method"': "GET"}, presented.parameters)
    with pytest.raises(NotSigned):
        hold_signature(RFC_KEY, presented.signature, other)


def test_the_digest_is_that_of_the_rfc():
    # RFC 9530, appendix B.1.
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert len(b64decode(content_digest(BODY)[9:-1])) == 32


@dataclass
class Message:
    """A request as the library takes it."""

    headers: CIMultiDict[str] = field(default_factory=lambda: CIMultiDict(HEADERS))
    method: str = "POST"
    url: str = URI


class Keys(HTTPSignatureKeyResolver):
    """Our keys, as the library asks for them."""

    def resolve_private_key(self, key_id):
        return next(key.private for key in KEYS.values() if key.kid == key_id)

    def resolve_public_key(self, key_id):
        return self.resolve_private_key(key_id).public_key()


def signed_by_the_library(name: str, **changes) -> CIMultiDict[str]:
    message = Message()
    created = datetime.fromtimestamp(NOW // SECOND, UTC)
    HTTPMessageSigner(signature_algorithm=ALGORITHMS[name], key_resolver=Keys()).sign(
        message,
        **{
            "key_id": KEYS[name].kid,
            "created": created,
            "expires": datetime.fromtimestamp((NOW + LIFE) // SECOND, UTC),
            "nonce": NONCE,
            "tag": "po-v1",
            "label": "sig",
            "covered_component_ids": COMPONENTS,
            "body": BODY,
        }
        | changes,
    )
    return message.headers


@pytest.mark.parametrize("name", KEYS)
def test_what_the_library_signs_holds_here(name):
    assert held(signed_by_the_library(name)).key.kid == KEYS[name].kid


@pytest.mark.parametrize("name", KEYS)
def test_what_the_library_signs_of_another_request_does_not_hold_here(name):
    headers = signed_by_the_library(name)
    for change in ({"method": "PUT"}, {"uri": URI + "2"}, {"body": BODY + b" "}):
        with pytest.raises(NotSigned):
            held(headers, **change)
    with pytest.raises(NotSigned) as refusal:
        held(signed_by_the_library(name, covered_component_ids=COMPONENTS[:-1]))
    assert refusal.value.code == "signature-coverage"


def verified(name: str, headers: CIMultiDict[str], *, url: str = URI, method: str = "POST"):
    verifier = HTTPMessageVerifier(signature_algorithm=ALGORITHMS[name], key_resolver=Keys())
    return verifier.verify(
        Message(headers=headers, url=url, method=method), max_age=None, expect_tag="po-v1", body=BODY
    )


@pytest.mark.parametrize("name", KEYS)
def test_what_we_sign_holds_for_the_library(name):
    (result,) = verified(name, signed(KEYS[name], now=clock()))
    assert tuple(result.covered_components)[:-1] == tuple(f'"{each}"' for each in COMPONENTS)


@pytest.mark.parametrize("name", KEYS)
def test_what_we_sign_of_another_request_does_not_hold_for_the_library(name):
    headers = signed(KEYS[name], now=clock())
    for change in ({"url": URI + "2"}, {"method": "PUT"}):
        with pytest.raises(InvalidSignature):
            verified(name, headers, **change)


@dataclass
class Answer:
    """An answer as the library takes it."""

    request: Message
    headers: CIMultiDict[str]
    status_code: int = 201


ANSWERED = b'{"version": 1}'


@pytest.mark.parametrize("name", KEYS)
def test_our_answer_holds_for_the_library_and_for_no_other_request(name):
    asked = signed(KEYS[name])
    fields = signed_answer(KEYS[name], status=201, body=ANSWERED, asked=asked["Signature"], now=clock())
    verifier = HTTPMessageVerifier(signature_algorithm=ALGORITHMS[name], key_resolver=Keys())

    def verify(asked, *, status=201):
        answer = Answer(request=Message(headers=asked), headers=CIMultiDict(fields), status_code=status)
        return verifier.verify(answer, max_age=None, expect_tag="po-v1", body=ANSWERED)

    (result,) = verify(asked)
    assert tuple(result.covered_components)[:-1] == COVERED
    for bad in ({"asked": signed(KEYS[name], nonce=NONCE + "2")}, {"asked": asked, "status": 200}):
        with pytest.raises(InvalidSignature):
            verify(**bad)


@pytest.mark.parametrize("name", KEYS)
def test_an_answer_that_the_library_signs_holds_here(name):
    asked = signed(KEYS[name])
    answer = Answer(request=Message(headers=asked), headers=CIMultiDict())
    HTTPMessageSigner(signature_algorithm=ALGORITHMS[name], key_resolver=Keys()).sign(
        answer,
        key_id=KEYS[name].kid,
        created=datetime.fromtimestamp(NOW // SECOND, UTC),
        tag="po-v1",
        covered_component_ids=COVERED,
        body=ANSWERED,
    )
    key = public(KEYS[name])
    hold_answer(key, status=201, headers=answer.headers, body=ANSWERED, asked=asked["Signature"], now=NOW)
