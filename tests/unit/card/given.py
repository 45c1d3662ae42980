"""Cards, keys and packs of an invented State, as the registry would make them."""

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from registry.card import pack, statuslist, text
from registry.card.content import Card, Measure, Person, Summary
from registry.card.pack import FINGERPRINT_BYTES, PACK_USE, STATUS_USE, Key, Listed, Pack
from registry.card.statuslist import StatusList

NOW = 1_790_000_000
"""2026-09-21T14:13:20Z."""
DAY = 86_400
TODAY = NOW // DAY
URI = "https://registry.example/status/FR-2026-1"
ENTRIES = 4096
INDEX = 1234
CARD_KEY, STATUS_KEY, PACK_KEY, STRANGE_KEY = (ec.derive_private_key(n, ec.SECP256R1()) for n in (11, 12, 13, 14))


def card(**more: Any) -> Card:
    """A full card of a French order, made ten days ago and good for a year."""
    said: dict[str, Any] = {
        "issuer": "FR",
        "issued": NOW - 10 * DAY,
        "expires": NOW + 100 * DAY,
        "salt": bytes(range(16)),
        "order_ref": sha256(b"order").digest()[:16],
        "version": 1,
        "uri": URI,
        "index": INDEX,
        "phone": "+33 3 20 00 00 00",
        "summary": summary(),
    }
    return Card(**(said | more))


def summary(**more: Any) -> Summary:
    said: dict[str, Any] = {
        "court": "Tribunal judiciaire de Lille",
        "protected": (Person(family="Exemple", given="Anne", born=5000, sex=2),),
        "respondent": Person(family="Modèle", given="Marc", born="1980-05", sex=1),
        "measures": (Measure(code=4), Measure(code=12, metres=500)),
        "from_day": TODAY - 20,
        "until_day": TODAY + 100,
        "states": ("DE", "ES"),
    }
    return Summary(**(said | more))


def key(private: Any = CARD_KEY, **more: Any) -> Key:
    said: dict[str, Any] = {
        "jurisdiction": "FR",
        "public": private.public_key(),
        "begins": NOW - 30 * DAY,
        "signs_until": NOW + 30 * DAY,
        "ends": NOW + 400 * DAY,
    }
    return Key(**(said | more))


ANCHOR = key(PACK_KEY, use=PACK_USE)


def listed(
    messages: dict[int, bytes] | None = None,
    values: dict[int, int] | None = None,
    *,
    issued: int = NOW - 3600,
    extensions: dict[int, int | None] | None = None,
    expires: int | None = None,
) -> Listed:
    """A list whose indices hold these cards and values; noise elsewhere."""
    prints = bytearray(sha256(b"noise").digest() * (ENTRIES * FINGERPRINT_BYTES // 32))
    for index, message in (messages or {}).items():
        prints[index * FINGERPRINT_BYTES : (index + 1) * FINGERPRINT_BYTES] = text.fingerprint(message)[
            :FINGERPRINT_BYTES
        ]
    status = StatusList(
        uri=URI,
        issued=issued,
        expires=issued + DAY if expires is None else expires,
        ttl=3600,
        packed=statuslist.pack(values or {}, entries=ENTRIES),
    )
    return Listed(status=status, fingerprints=bytes(prints), extensions=extensions or {})


def a_pack(found: Listed, **more: Any) -> Pack:
    said: dict[str, Any] = {
        "issuer": "FR",
        "issued": found.status.issued,
        "fresh_until": found.status.issued + DAY,
        "keys": (key(), key(STATUS_KEY, use=STATUS_USE)),
        "lists": {found.status.uri: found},
    }
    return Pack(**(said | more))


def written(made: Pack, *, signer: Any = PACK_KEY, status_signer: Any = STATUS_KEY) -> bytes:
    tokens = {uri: statuslist.cwt(found.status, status_signer) for uri, found in made.lists.items()}
    return pack.write(made, tokens, signer)


def message(said: Card | None = None, *, signer: Any = CARD_KEY) -> bytes:
    return text.seal(said or card(), signer)
