"""A registry's or witness's own public keys in the form of a trust list, for a jurisdiction to check and to list.

What is offered is trusted by nobody yet: the jurisdiction compares it with what it was told another way, and signs.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

import msgspec

from registry.card.keys import as_set
from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE
from registry.events.keylist import KeyWithdrawn
from registry.ledger.leaf import base64url
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.vkey import AnyKey
from registry.log_keys import key_name
from registry.trust.keylist import Jwk, KeyStatus, KeyUse
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import KeyGround, SigningUse
from registry.values.time import SECOND, Instant
from registry.vault.card_keys import SIGNS, CardKeys

ED25519_BYTES: Final = 32
Said: TypeAlias = Callable[[SigningUse, str], KeyWithdrawn | None]
"""Gives the fact of a key's withdrawal, said by whose key it is, by what it signs and its `kid`."""


def of_note_keys(keys: Sequence[AnyKey], use: KeyUse, *, begins: int, expires: int) -> tuple[Jwk, ...]:
    """Give the keys of a log or a witness; they sign under the name that they bear. Seconds are NumericDate."""
    return tuple(_of_note_key(key, use, begins, expires) for key in keys)


def _of_note_key(key: AnyKey, use: KeyUse, begins: int, expires: int) -> Jwk:
    plain = len(key.public) == ED25519_BYTES
    material = base64url(key.public)
    return Jwk(
        kty="OKP" if plain else "AKP",
        crv="Ed25519" if plain else None,
        x=material if plain else None,
        alg=None if plain else "ML-DSA-44",
        pub=None if plain else material,
        kid=key_name(key.public),
        name=key.name,
        use=use,
        status=KeyStatus.ACTIVE,
        not_before=begins,
        expires=expires,
    )


def of_receipts(public: bytes, issuer: str, *, begins: int, expires: int) -> Jwk:
    """Give the key of receipts and answers, under the issuer that they name."""
    (made,) = of_note_keys([NoteKey(name=issuer, public=public)], KeyUse.ANSWER, begins=begins, expires=expires)
    return made


def of_cards(keys: CardKeys, jurisdiction: Jurisdiction, now: Instant, said: Said) -> tuple[Jwk, ...]:
    """Give the keys that sign cards, status lists and packs now, those that come next, and those withdrawn of both."""
    at = now // SECOND

    def since(use: int) -> Callable[[str], int | None]:
        def of(kid: str) -> int | None:
            event = said(SIGNS[use], kid)
            return None if event is None else event.since // SECOND

        return of

    found = {
        each.public.kid: each.public
        for use in (CARD_USE, STATUS_USE, PACK_USE)
        for moment in (at, keys.key(jurisdiction, use, at).public.signs_until)
        for each in keys.turns(jurisdiction, use, moment, since(use))
    }
    listed = (msgspec.convert(member, Jwk) for member in as_set(found.values())["keys"])
    return tuple(marked(key, said) for key in listed)


def marked(key: Jwk, said: Said) -> Jwk:
    """Give a key with its mark, if it was withdrawn. From which leaf on, the jurisdiction says that lists it."""
    event = said(SigningUse[key.use.name], key.kid)
    if event is None:
        return key
    status = KeyStatus.COMPROMISED if event.ground is KeyGround.COMPROMISED else KeyStatus.RETIRED
    return msgspec.structs.replace(key, status=status, since=event.since // SECOND)


def as_list(keys: Iterable[Jwk]) -> dict[str, object]:
    """Give keys as a JWK set."""
    return {"keys": [msgspec.to_builtins(key) for key in keys]}
