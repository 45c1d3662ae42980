"""Documents of an invented court, signed, and weighed as the door does."""

from base64 import urlsafe_b64decode

import orjson

from registry.errors import NotSigned
from registry.ledger.leaf import base64url
from registry.messages.document import Bound, DocumentSignature, sign_document, signing_input, weigh_document
from registry.values.identifiers import InstitutionId
from tests.unit.messages.given import BODY, DIRECTORY, ED25519, NOW

BOUND = Bound(
    institution=InstitutionId("fr-tj-lille"),
    ledger="urn:uuid:00000000-0000-0000-0000-00000000004d",
    method="POST",
    target_uri="https://registry.example/v1/orders",
)
JTI = "b3k2pp5k7z-50gnwp_yemd"


def signed_document(key=ED25519, *, body=BODY, bound=BOUND, now=NOW, jti=JTI) -> str:
    return sign_document(key, body, bound, now=now, jti=jti)


def held_document(*lines: str, body=BODY, bound=BOUND, now=NOW, directory=DIRECTORY) -> DocumentSignature:
    found = weigh_document(lines, bound, key_of=directory.get, now=now)
    if found is None:
        raise NotSigned("document-signature-missing")
    found.hold(body)
    return found


def header_of(compact: str) -> dict:
    spelled = compact.partition("..")[0]
    return orjson.loads(urlsafe_b64decode(spelled + "=" * (-len(spelled) % 4)))


def with_header(key, header, body=BODY) -> str:
    """Sign under another header: what the door refuses must not be refused for its signature alone."""
    raw = header if isinstance(header, bytes) else orjson.dumps(header)
    spelled = base64url(raw)
    return f"{spelled}..{base64url(key.sign(signing_input(spelled, body)))}"
