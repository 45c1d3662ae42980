"""Requests of an invented court, signed: by us, and as the library that nobody here wrote signs them."""

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multidict import CIMultiDict

from registry.access.directory import PublicKey
from registry.messages.keys import SigningKey
from registry.messages.request import signed_headers, weigh
from registry.values.identifiers import KeyId
from registry.values.time import SECOND, Instant

NOW = Instant(1_790_000_000 * SECOND)
URI = "https://registry.example/v1/orders?x=1"
BODY = b'{"court": {"code": "59350"}}'
NONCE = "b3k2pp5k7z-50gnwp_yemd"
HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer a.b.c", "Idempotency-Key": "entry-0001"}
ED25519 = SigningKey(kid="court-1", private=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
P256 = SigningKey(kid="court-2", private=derive_private_key(77_777, SECP256R1()))
KEYS = {"ed25519": ED25519, "ecdsa-p256-sha256": P256}


def public(key: SigningKey) -> PublicKey:
    jwk = key.jwk
    return PublicKey(kid=KeyId(key.kid), curve=jwk["crv"], x=jwk["x"], y=jwk.get("y"))


DIRECTORY = {key.kid: public(key) for key in KEYS.values()}


def signed(key: SigningKey = ED25519, *, method="POST", uri=URI, headers=HEADERS, body=BODY, now=NOW, nonce=NONCE):
    """The head of a signed request."""
    made = signed_headers(key, method=method, target_uri=uri, headers=headers, body=body, now=now, nonce=nonce)
    return CIMultiDict({**headers, **made})


def held(headers, *, method="POST", uri=URI, body=BODY, now=NOW, directory=DIRECTORY):
    """Verify as the door does; gives what was weighed, raises `NotSigned`."""
    weighed = weigh(method, uri, headers, key_of=directory.get, now=now)
    weighed.hold(body)
    return weighed
