"""How persons are filed to be found: keyed hashes by exact name, keys that nominate, and who they are, sealed.

All from the clear text at the command boundary. Whoever is corrected is found under what is right, and under nothing
that was wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from registry.commands.issuance import CorrectOrder
from registry.errors import KeyLost, Tampered, Unavailable
from registry.identity.exact import finding_keys, of_party, surname_keys
from registry.identity.given import identities_of
from registry.identity.hints import filed
from registry.identity.keys import Blinding
from registry.ledger.rows import Cell, Change, Drop, Put
from registry.values.identifiers import FactId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import Identity
from registry.vault.block import VERSION, Opened, Place, open_bytes, sealed_bytes
from registry.vault.contents import decode, encode
from registry.vault.keys import KEY_ID_BYTES, Entropy, KeyRing, SubjectKey
from registry.views.persons import PERSON, PERSON_KEY, unfiled
from registry.views.police import FINDING

BLOCK_NAME: Final = "person"
"""The name of the place that a filed person's block is bound to."""
_OPENING_BYTES: Final = 32


def finding_rows(index_key: bytes, command: Any) -> Iterator[Change]:  # noqa: ANN401  # any command of plans.PLANS
    """Give the rows under which the parties of a command are found by exact name and birth date."""
    for place, party, identity in identities_of(command):
        if isinstance(command, CorrectOrder):
            yield Drop(table=FINDING, where={"party_ref": party.party_ref.bytes})
        surnames = surname_keys(index_key, identity, field=place)
        own = (of_party(index_key, each, party.party_ref.bytes) for each in surnames)
        for key in (*finding_keys(index_key, identity, field=place), *own):
            row = {
                "finding_key": key,
                "party_ref": party.party_ref.bytes,
                "order_ref": command.order_ref.bytes,
                "role": party.role.value,
            }
            yield Put(table=FINDING, row=row)


def person_rows(
    index_key: bytes,
    command: Any,  # noqa: ANN401  # as above
    *,
    keys: Mapping[SubjectId, SubjectKey],
    ledger_id: str,
    entropy: Entropy,
) -> Iterator[Change]:
    """Give the rows under which the parties of a command are nominated, and who they are, sealed under `keys`.

    A correction is given with what stays of a party, sealed again under its next key.
    """
    blinding = Blinding(index_key=index_key)
    for _, party, identity in identities_of(command):
        if isinstance(command, CorrectOrder):
            yield from unfiled(party.party_ref.bytes)
        key = keys[SubjectId(party.party_ref)]
        yield from rows_of_person(
            blinding,
            identity,
            (PartyRef(party.party_ref), command.order_ref, party.role),
            key=key,
            ledger_id=ledger_id,
            entropy=entropy,
        )


def rows_of_person(
    blinding: Blinding,
    identity: Identity,
    of: tuple[PartyRef, OrderRef, PartyRole],
    *,
    key: SubjectKey,
    ledger_id: str,
    entropy: Entropy,
) -> Iterator[Change]:
    """Give the rows of one party of one order: its keys with their hints, and who it is."""
    party, order_ref, role = of
    for digest, hint in filed(blinding, role, party.bytes, identity, entropy):
        yield Put(table=PERSON_KEY, row={"digest": digest, "party_ref": party.bytes, "hint": hint})
    content = Opened(opening=entropy(_OPENING_BYTES), content=encode(identity))
    sealed = sealed_bytes(content, key=key, place=_place(ledger_id, order_ref, party), entropy=entropy)
    row: dict[str, Cell] = {
        "party_ref": party.bytes,
        "order_ref": order_ref.bytes,
        "role": role.value,
        "sealed": sealed,
    }
    yield Put(table=PERSON, row=row)


def opened_person(row: Mapping[str, Cell], *, ring: KeyRing, ledger_id: str) -> Identity:
    """Open who a filed party is. Raises `KeyErased`, `Unavailable`, and `Tampered` for a row that was moved or made up.

    For comparing and counting alone: nothing of it is shown, and no answer holds it.
    """
    sealed, party, order_ref = row["sealed"], row["party_ref"], row["order_ref"]
    if not (isinstance(sealed, bytes) and isinstance(party, bytes) and isinstance(order_ref, bytes)):
        raise Tampered("a filed person's row is not as it is written")
    try:
        key = ring.to_open(sealed[len(VERSION) : len(VERSION) + KEY_ID_BYTES])
    except KeyLost:
        # Nobody erased them: whoever asks is told that somebody may be missing.
        raise Unavailable("keys-unavailable") from None
    place = _place(ledger_id, OrderRef(UUID(bytes=order_ref)), PartyRef(UUID(bytes=party)))
    content = decode(open_bytes(sealed, key=key, place=place).content)
    if not isinstance(content, Identity):
        raise Tampered("a filed person's row holds something else")
    return content


def fetch_keys(rows: Iterable[Mapping[str, Cell]], *, ring: KeyRing) -> None:
    """Have the keys at hand that these filed persons are sealed under, before they are opened. Raises `Unavailable`."""
    sealed = (row["sealed"] for row in rows)
    ring.fetch(each[len(VERSION) : len(VERSION) + KEY_ID_BYTES] for each in sealed if isinstance(each, bytes))


def _place(ledger_id: str, order_ref: OrderRef, party: PartyRef) -> Place:
    return Place(ledger=ledger_id, stream=order_ref, fact_id=FactId(party), name=BLOCK_NAME)
