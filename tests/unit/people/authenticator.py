"""A passkey in software: attestation `none`, ES256, resident, verifying its person; written from WebAuthn level 3."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with one passkey. `flags` is what it says of the person; `origin` where the browser is."""

    origin: str
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    credential: bytes = b"a-credential-of-this-device-0001"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""

    def made(self, options: str, **client) -> str:
        """Answer `navigator.credentials.create`."""
        asked = orjson.loads(options)
        self.user = unb64(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], self.flags | ATTESTED) + attested
        said = {
            "clientDataJSON": b64(self._client("webauthn.create", asked["challenge"], **client)),
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._response(said)

    def used(self, options: str, **client) -> str:
        """Answer `navigator.credentials.get`."""
        asked = orjson.loads(options)
        self.counter += 1
        data = self._data(asked["rpId"], self.flags)
        spoken = self._client("webauthn.get", asked["challenge"], **client)
        signature = self.key.sign(data + sha256(spoken).digest(), ec.ECDSA(SHA256()))
        said = {
            "clientDataJSON": b64(spoken),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.user),
        }
        return self._response(said)

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, /, **changed) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return orjson.dumps(said | changed)

    def _response(self, said: dict) -> str:
        named = b64(self.credential)
        whole = {"id": named, "rawId": named, "type": "public-key", "response": said, "clientExtensionResults": {}}
        return orjson.dumps(whole).decode()
