"""A client that nobody here wrote signs a request to a served registry, and holds the answer to its signature."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from joserfc.jwk import ECKey, OKPKey
from multidict import CIMultiDict

from tests.http.given import ISSUER, an_order
from tests.unit.messages.test_peer import COMPONENTS

BODY = orjson.dumps(an_order())
QUESTION = orjson.dumps(
    {"purpose": "AT_THE_SCENE", "identity": {"name": {"family": "Nobody"}, "birth_date": "1985-04-12"}}
)


@dataclass
class Sent:
    headers: CIMultiDict[str]
    url: str
    method: str = "POST"


@dataclass
class Received:
    request: Sent
    headers: CIMultiDict[str]
    status_code: int


@dataclass
class Keys(HTTPSignatureKeyResolver):
    own: OKPKey | ECKey
    registry: Ed25519PublicKey

    def resolve_private_key(self, key_id):
        assert key_id == "k1"
        return self.own.raw_value

    def resolve_public_key(self, key_id):
        assert key_id == "answers"
        return self.registry


@pytest.mark.parametrize(
    ("client", "path", "body", "status"),
    [
        ("fr-tj-lille", "/v1/orders", BODY, 201),
        ("fr-tj-lille", "/v1/orders", b"{}", 422),
        ("de-polizei", "/v1/checks", QUESTION, 200),
    ],
)
async def test_a_library_signs_and_holds_the_answer(registry, client, path, body, status):
    algorithm = algorithms.ED25519 if client == "fr-tj-lille" else algorithms.ECDSA_P256_SHA256
    keys = Keys(own=registry.keys[client], registry=registry.services.answer_key.private.public_key())
    sent = Sent(headers=CIMultiDict(await registry.headers(client)), url=ISSUER + path)
    covered = COMPONENTS
    if path == "/v1/orders":
        sent.headers["Document-Signature"] = registry.document(client, path, body)
        covered = [*COMPONENTS, "document-signature"]
    now = datetime.fromtimestamp(registry.clock() / 1_000_000, UTC)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
        sent,
        key_id="k1",
        created=now,
        expires=now + timedelta(seconds=120),
        nonce="a-nonce-of-the-library",
        tag="po-v1",
        covered_component_ids=covered,
        body=body,
    )
    async with registry.session.post(registry.url + path, data=body, headers=sent.headers) as response:
        received = Received(request=sent, headers=CIMultiDict(response.headers), status_code=response.status)
        answered = await response.read()
    assert received.status_code == status, answered
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    (result,) = verifier.verify(received, max_age=None, expect_tag="po-v1", body=answered)
    assert '"signature";req' in result.covered_components
    received.status_code = 200 if status == 201 else 201
    with pytest.raises(InvalidSignature):
        verifier.verify(received, max_age=None, expect_tag="po-v1", body=answered)
