"""Verifier keys as text (signed-note): `<name>+<key id in hex>+base64(type | public key)`, as policies carry them."""

from typing import Final

from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.encoding import from_base64, to_base64
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.signed_note import NoteKey, key_id_of

AnyKey = NoteKey | CosignatureKey | SubtreeKey
MAXIMUM_VKEY: Final = 4096
TYPES: Final[dict[int, type[AnyKey]]] = {kind.KIND: kind for kind in (NoteKey, CosignatureKey, SubtreeKey)}
"""Types of signature by their byte. 0x02 (ECDSA) and 0x05 (RFC 6962 tree heads) have no use here."""


def to_vkey(key: AnyKey) -> str:
    """Write a key."""
    return f"{key.name}+{key.key_id.hex()}+{to_base64(bytes([key.KIND]) + key.public)}"


def parse_vkey(text: str) -> AnyKey:
    """Read a key; raises `NotWellFormed` for a type unknown here and for an id that is not the key's."""
    if len(text) > MAXIMUM_VKEY:
        raise NotWellFormed("vkey: too long")
    name, _, rest = text.partition("+")
    key_id, plus, encoded = rest.partition("+")
    if not plus:
        raise NotWellFormed("vkey: not three parts")
    raw = from_base64(encoded, place="vkey")
    made = TYPES.get(raw[0]) if raw else None
    if made is None:
        raise NotWellFormed("vkey: a type of signature that is not known here")
    key = made(name=name, public=raw[1:])
    if key_id != key_id_of(name, raw[0], raw[1:]).hex():
        raise NotWellFormed("vkey: the id is not this key's")
    return key
