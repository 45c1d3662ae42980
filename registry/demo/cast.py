"""Who plays: invented institutions with demo keys, and invented people. Nothing here is a secret, and it says so.

The keys are derived from a public seed, so that anybody can sign in to a demo; the enrolment marks
them `demo`, and `registry serve` refuses them outside the demo's own data folder.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.access.actors import Role

KEY_NAME: Final = "demo-1"
_SEED: Final = b"protective-order-registry/demo/v1|"


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """An institution of the demo."""

    institution: str
    name: str
    roles: tuple[Role, ...]
    jurisdiction: str
    contact: str

    def key(self) -> Ed25519PrivateKey:
        """Give the institution's demo key: the same on every machine, and so no secret."""
        return Ed25519PrivateKey.from_private_bytes(sha256(_SEED + self.institution.encode()).digest())


LILLE: Final = Player(
    institution="fr-tj-lille",
    name="Tribunal judiciaire de Lille",
    roles=(Role.COURT,),
    jurisdiction="FR",
    contact="+33 3 00 00 00 01",
)
BAILIFF: Final = Player(
    institution="fr-commissaire-lille",
    name="Commissaire de justice, Lille",
    roles=(Role.SERVING_AUTHORITY,),
    jurisdiction="FR",
    contact="+33 3 00 00 00 02",
)
BERLIN: Final = Player(
    institution="de-ag-kreuzberg",
    name="Amtsgericht Kreuzberg, Berlin",
    roles=(Role.EXECUTING_AUTHORITY, Role.COURT),
    jurisdiction="DE",
    contact="+49 30 0000 001",
)
BERLIN_POLICE: Final = Player(
    institution="de-polizei-berlin",
    name="Polizei Berlin",
    roles=(Role.POLICE,),
    jurisdiction="DE",
    contact="+49 30 0000 002",
)
MADRID: Final = Player(
    institution="es-jvm-madrid-4",
    name="Juzgado de Violencia sobre la Mujer 4, Madrid",
    roles=(Role.COURT,),
    jurisdiction="ES",
    contact="+34 91 000 00 01",
)
ENGLISH_POLICE: Final = Player(
    institution="gb-northmere-police",
    name="Northmere Police",
    roles=(Role.POLICE,),
    jurisdiction="GB-EAW",
    contact="+44 1632 960 001",
)
PLAYERS: Final = (LILLE, BAILIFF, BERLIN, BERLIN_POLICE, MADRID, ENGLISH_POLICE)


def encoded(raw: bytes) -> str:
    """Write bytes as base64url without padding, as a JWK does."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def enrolment(players: Iterable[Player] = PLAYERS) -> bytes:
    """Give the demo's enrolment file, every key in it marked as a demo key."""
    return orjson.dumps({"institutions": [_entry(player) for player in players]}, option=orjson.OPT_INDENT_2)


def _entry(player: Player) -> dict[str, object]:
    public = player.key().public_key().public_bytes_raw()
    key = {"kid": KEY_NAME, "kty": "OKP", "crv": "Ed25519", "x": encoded(public), "demo": True}
    return {
        "institution": player.institution,
        "name": player.name,
        "roles": [role.value for role in player.roles],
        "jurisdictions": [player.jurisdiction],
        "contact": player.contact,
        "keys": [key],
    }
