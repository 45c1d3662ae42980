"""Files every person anew from the facts: after an upgrade, for other keys, or under another index key.

A registry may serve and write meanwhile. What a correction or an erasure does in between stays: a party is filed under
the key it has in the transaction that files it, or left alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast
from uuid import UUID

from registry.errors import KeyErased, KeyLost, Tampered, Unavailable
from registry.filing import rows_of_person
from registry.identity.keys import Blinding
from registry.law.standing import fold
from registry.ledger.port import Reader
from registry.ledger.rows import Cell, Change
from registry.ledger.store import Session
from registry.ledger.upkeep import Upkeep
from registry.values.identifiers import OrderRef, PartyRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.parties import Identity
from registry.vault.block import key_id_of
from registry.vault.keys import Entropy, KeyRing, KeyState, SubjectKey
from registry.vault.rows import wrapped_key
from registry.vault.sealing import open_block
from registry.vault.walk import blocks
from registry.views.persons import unfiled, unsealed_words
from registry.views.police import ORDER, SUBJECT_KEY

BATCH: Final = 100
"""Orders whose persons one transaction files; the writers' lock is held for no longer than that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refiled:
    """What filing anew came to."""

    orders: int = 0
    persons: int = 0
    unread: int = 0
    """Persons whose data did not open: they are found by nothing that is filed anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Person:
    party: PartyRef
    order_ref: OrderRef
    role: PartyRole
    identity: Identity = field(repr=False)
    key: SubjectKey = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Refiling:
    """Files the persons of one ledger anew. Interrupted, it is begun again: twice comes to the same."""

    reader: Reader
    upkeep: Upkeep
    ring: KeyRing
    ledger_id: str
    index_key: bytes = field(repr=False)
    entropy: Entropy
    batch: int = BATCH

    def refile(self, report: Callable[[Refiled], None] = lambda _: None) -> Refiled:
        """File everybody; `report` is told after each batch. Raises `Unavailable` while the store is."""
        done = Refiled()
        after: tuple[Cell, ...] = ()
        while page := self.reader.rows(ORDER, {}, order_by=("order_ref",), after=after, limit=self.batch):
            refs = [OrderRef(UUID(bytes=row["order_ref"])) for row in page if isinstance(row["order_ref"], bytes)]
            found = [person for ref in refs for person in self._persons(ref)]
            opened = [person for person in found if person is not None]
            self._file(opened)
            done = Refiled(
                orders=done.orders + len(refs),
                persons=done.persons + len(opened),
                unread=done.unread + len(found) - len(opened),
            )
            report(done)
            after = (page[-1]["order_ref"],)
        return done

    def _persons(self, order_ref: OrderRef) -> Iterator[_Person | None]:
        """Give who the parties of an order are; None for one whose data does not open."""
        facts = [recorded.fact for recorded in self.reader.stream(StreamId(order_ref))]
        order = fold(facts)
        places = {each.block: (fact, each.name) for fact in facts for each in blocks(fact.event)}
        for party in order.details.parties if order is not None else ():
            if party.identity is None:
                continue
            fact, name = places[party.identity]
            try:
                identity = open_block(
                    party.identity,
                    ledger=self.ledger_id,
                    order_ref=order_ref,
                    fact_id=fact.fact_id,
                    name=name,
                    ring=self.ring,
                )
                key = self.ring.to_open(key_id_of(party.identity))
            except (KeyLost, Tampered, Unavailable):
                yield None
                continue
            except KeyErased:
                continue
            yield _Person(
                party=PartyRef(party.party_ref),
                order_ref=order_ref,
                role=party.role,
                identity=cast("Identity", identity),
                key=key,
            )

    def _file(self, persons: list[_Person]) -> None:
        blinding = Blinding(index_key=self.index_key)
        rows = {person.party: list(self._rows(blinding, person)) for person in persons}

        def work(session: Session) -> Iterator[Change]:
            yield unsealed_words()  # whoever was not filed before is not among the words that were kept
            for person in persons:
                kept = [wrapped_key(row) for row in session.rows(SUBJECT_KEY, {"subject": person.party.bytes})]
                if any(row.key_id == person.key.key_id and row.state is KeyState.ACTIVE for row in kept):
                    yield from unfiled(person.party.bytes)
                    yield from rows[person.party]

        self.upkeep.change(work)

    def _rows(self, blinding: Blinding, person: _Person) -> Iterator[Change]:
        of = (person.party, person.order_ref, person.role)
        return rows_of_person(
            blinding, person.identity, of, key=person.key, ledger_id=self.ledger_id, entropy=self.entropy
        )
