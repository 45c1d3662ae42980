"""What is compared of officers and parties: keyed hashes beside the ledger, made at the command boundary.

An officer is kept as two kinds of hash under the ledger's index key: of name and full birth date, as a check asks for
a party (`identity/exact.py`), and of the surname. Each is sealed under a key that follows from the index key (random
nonce of 12 bytes, then AES-256-GCM, bound to the officer): parties are filed under the same hashes, and whoever held
the rows alone could tell by them which officer is a party of which order. A party's surname is filed under a hash of
that hash and of the party's own reference, so that rows of parties do not show which of them share a name. What agrees
is a candidate.
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.commands.officer import EnrolOfficer
from registry.errors import Tampered
from registry.events.party import PartiesLinked
from registry.identity.exact import of_party, person_keys, surname_keys
from registry.law.standing import fold
from registry.ledger.port import Reader
from registry.ledger.rows import Change, Drop, Put
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, StreamId
from registry.values.officer import Kinship
from registry.vault.keys import Entropy
from registry.views.police import ALERT, FINDING, OFFICER, ORDER

_NONCE_BYTES: Final = 12


def officer_rows(index_key: bytes, command: EnrolOfficer, entropy: Entropy) -> Iterator[Change]:
    """Give the rows that an officer is compared by; what stood there before goes. Raises `Malformed`."""
    who = {"institution": command.by, "officer": command.officer}
    yield Drop(table=OFFICER, where=who)
    if command.identity is None:
        return
    kinds = (
        (Kinship.PARTY, person_keys(index_key, command.identity, field="/identity")),
        (Kinship.SURNAME, surname_keys(index_key, command.identity, field="/identity")),
    )
    for kind, keys in kinds:
        for key in keys:
            nonce = entropy(_NONCE_BYTES)
            place = _place(command.by, command.officer, kind)
            yield Put(
                table=OFFICER, row={**who, "kind": kind.value, "sealed": nonce + _seal(index_key, nonce, key, place)}
            )


def _box(index_key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(index_key, b"po-officer/v1", "sha256"))


def _seal(index_key: bytes, nonce: bytes, key: bytes, place: bytes) -> bytes:
    return _box(index_key).encrypt(nonce, key, place)


def _place(institution: InstitutionId, officer: str, kind: Kinship) -> bytes:
    return f"po-officer/v1|{institution}|{officer}|{kind.value}".encode()


def _keys(reader: Reader, index_key: bytes, institution: InstitutionId, officer: str, kind: Kinship) -> list[bytes]:
    """Open the hashes of a kind of an officer; raises `Tampered` for a row that was moved or made up."""
    rows = reader.rows(OFFICER, {"institution": institution, "officer": officer, "kind": kind.value})
    place, box = _place(institution, officer, kind), _box(index_key)
    try:
        return [
            box.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
            for row in rows
            if isinstance(sealed := row["sealed"], bytes)
        ]
    except (InvalidTag, ValueError):
        raise Tampered("an officer's row does not fit its place") from None


def is_enrolled(reader: Reader, institution: InstitutionId, officer: str) -> bool:
    """Say whether there is anything to compare an officer by."""
    return bool(reader.rows(OFFICER, {"institution": institution, "officer": officer}))


def orders_behind(reader: Reader, reference: UUID) -> tuple[OrderRef, ...]:
    """Give the orders that a reference leads to: an order's own, or that of what belongs to one; none for any other."""
    if reader.rows(ORDER, {"order_ref": reference.bytes}):
        return (OrderRef(reference),)
    alerts = reader.rows(ALERT, {"alert_ref": reference.bytes})
    stream = alerts[0]["violation_ref"] if alerts else reference.bytes
    facts = reader.stream(StreamId(UUID(bytes=stream))) if isinstance(stream, bytes) else ()
    event = facts[0].fact.event if facts else None
    if isinstance(event, PartiesLinked):
        return (event.one.order_ref, event.other.order_ref)
    order_ref = getattr(event, "order_ref", None)
    return (OrderRef(order_ref),) if isinstance(order_ref, UUID) else ()


def is_party(reader: Reader, index_key: bytes, institution: InstitutionId, officer: str, order_ref: OrderRef) -> bool:
    """Say whether a party of the order has the officer's name and full birth date."""
    keys = _keys(reader, index_key, institution, officer, Kinship.PARTY)
    return any(_files(reader, key, order_ref) for key in keys)


def kinship(
    reader: Reader, index_key: bytes, institution: InstitutionId, officer: str | None, order_ref: OrderRef
) -> frozenset[Kinship]:
    """Say what an officer and the parties of an order have in common; nothing for whoever was not enrolled."""
    if officer is None or not is_enrolled(reader, institution, officer):
        return frozenset()
    found: set[Kinship] = set()
    if is_party(reader, index_key, institution, officer, order_ref):
        found.add(Kinship.PARTY)
    surnames = _keys(reader, index_key, institution, officer, Kinship.SURNAME)
    if surnames and any(
        _files(reader, of_party(index_key, key, party.bytes), order_ref)
        for party in _parties(reader, order_ref)
        for key in surnames
    ):
        found.add(Kinship.SURNAME)
    return frozenset(found)


def _files(reader: Reader, key: bytes, order_ref: OrderRef) -> bool:
    return bool(reader.rows(FINDING, {"finding_key": key, "order_ref": order_ref.bytes}, limit=1))


def _parties(reader: Reader, order_ref: OrderRef) -> Sequence[UUID]:
    order = fold(each.fact for each in reader.stream(StreamId(order_ref)))
    return [PartyRef(party.party_ref) for party in order.details.parties] if order else []
