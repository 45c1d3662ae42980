"""Who may be meant: parties nominated by keys at rest, opened to be compared, and no more of them than are.

An identifier is looked up with the rest and is enough by itself; a name is looked up under its words, those a typing
error away that are registered, and how they sound; a birth date under everybody born that day. Long lists are ranked
by the hints beside the keys, unopened. What is left out because a list is too long is said, never silent.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, cast
from uuid import UUID

from registry.errors import KeyErased, Tampered, Unavailable
from registry.filing import fetch_keys, opened_person
from registry.identity.births import Born, may_be
from registry.identity.hints import date_beside, likeness, signature, signature_beside
from registry.identity.keys import Blinding, Family, Near, identifier_keys, query_keys
from registry.ledger.port import Reader
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.issuance import PartyRole
from registry.values.parties import Identity
from registry.vault.keys import KeyRing
from registry.views.persons import PERSON, PERSON_KEY

BORN_THAT_DAY: Final = 8_192
"""Persons of one birth date that are looked at by their signatures."""
OF_A_KEY: Final = 512
"""Persons under one key of a name that are looked at by their hints."""
OPENED_BORN: Final = 64
"""Of those born that day, how many are opened at most: those most alike in letters."""
ALIKE: Final = 35
"""Of a hundred: how alike in letters they are at least, but for the `LEAST` most alike. Of labelled people whom nothing
but the day brings together, everybody whom the judge calls strong is that, and a third of strangers."""
LEAST: Final = 8
OPENED_AGAINST: Final = 24
"""Of those whose birth date contradicts, how many are opened: those under most keys. A date can be a lie."""
OPENED: Final = 256
"""Persons opened for one question besides. Where more may be meant, a name without a birth date is too common; with
one, those under most keys are opened, and that the others are not is said."""


_Row: TypeAlias = tuple[bytes, bytes, bytes]
"""A row of `PERSON_KEY`: digest, party, hint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nominee:
    """A party that may be meant, opened. It is compared, and shown nowhere."""

    party_ref: PartyRef
    order_ref: OrderRef
    identity: Identity = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Nomination:
    """Who may be meant, and what it cost to find them."""

    nominees: tuple[Nominee, ...]
    too_many: bool = False
    """Whether more may be meant than are opened: nobody was opened then."""
    cut: bool = False
    """Whether a list was longer than is read, so that somebody whose data differs more may be missing."""
    unread: int = 0
    """Nominees whose rows did not open, for want of a key."""
    keys: int = 0
    """Keys looked up."""
    rows: int = 0
    """Rows read under them."""


@dataclass(frozen=True, kw_only=True)
class Nominating:
    """Nominates parties of one ledger."""

    reader: Reader
    ring: KeyRing
    ledger_id: str
    index_key: bytes = field(repr=False)

    def nominate(self, asked: Identity, role: PartyRole, near: Near) -> Nomination:
        """Give who may be meant, in no order. `near` gives the registered words near a word."""
        blinding = Blinding(index_key=self.index_key)
        keys = dict.fromkeys((*identifier_keys(blinding, role, asked), *query_keys(blinding, role, asked, near)))
        days = [key.digest for key in keys if key.family is Family.DATE]
        names = [key.digest for key in keys if key.family is not Family.DATE]
        identifiers = frozenset(key.digest for key in keys if key.family is Family.IDENTIFIER)
        born_rows = self._rows(days, BORN_THAT_DAY)
        name_rows = self._rows(names, OF_A_KEY)
        chosen = dict.fromkeys(_most_alike(blinding, born_rows, asked))
        certain = {party: None for digest, party, _ in name_rows if digest in identifiers} if identifiers else {}
        others, against = _plausible(blinding, [row for row in name_rows if row[0] not in identifiers], asked)
        others = [each for each in others if each not in chosen and each not in certain]
        counted = Nomination(nominees=(), keys=len(keys), rows=len(born_rows) + len(name_rows))
        crowded = len(others) > OPENED
        if crowded and not days:
            return replace(counted, too_many=True)
        cut = crowded or _is_full(born_rows, BORN_THAT_DAY) or _is_full(name_rows, OF_A_KEY)
        nominees, unread = self._opened((*certain, *chosen, *others[:OPENED], *against[:OPENED_AGAINST]))
        return replace(counted, nominees=nominees, cut=cut, unread=unread)

    def _rows(self, digests: Sequence[bytes], limit: int) -> Sequence[_Row]:
        found = self.reader.listed(PERSON_KEY, "digest", digests, limit=limit)
        return cast("Sequence[_Row]", found)  # the columns of the table, in its order

    def _opened(self, parties: Iterable[bytes]) -> tuple[tuple[Nominee, ...], int]:
        """Open who was nominated; a row that went meanwhile was erased, one that does not open is counted."""
        rows = self.reader.among(PERSON, "party_ref", list(dict.fromkeys(parties)), limit=1)
        with suppress(Unavailable):  # said of each person below
            fetch_keys(rows, ring=self.ring)
        found: list[Nominee] = []
        unread = 0
        for row in rows:
            try:
                identity = opened_person(row, ring=self.ring, ledger_id=self.ledger_id)
            except KeyErased:
                continue
            except (Tampered, Unavailable):
                unread += 1
                continue
            party, order_ref = row["party_ref"], row["order_ref"]
            assert isinstance(party, bytes)
            assert isinstance(order_ref, bytes)
            found.append(
                Nominee(
                    party_ref=PartyRef(UUID(bytes=party)),
                    order_ref=OrderRef(UUID(bytes=order_ref)),
                    identity=identity,
                )
            )
        return tuple(found), unread


def _most_alike(blinding: Blinding, rows: Sequence[_Row], asked: Identity) -> list[bytes]:
    """Give of all born that day those whose letters are most alike."""
    letters = signature(asked)
    ranked = [(-likeness(letters, signature_beside(blinding, *row)), row[1]) for row in rows]
    first = sorted(ranked)[:OPENED_BORN]
    return [party for place, (unlike, party) in enumerate(first) if place < LEAST or -unlike >= ALIKE]


def _plausible(blinding: Blinding, rows: Sequence[_Row], asked: Identity) -> tuple[list[bytes], list[bytes]]:
    """Give whom a name nominates: those whose birth date may be the one asked, those whose contradicts it.

    Who is nominated by most keys comes first.
    """
    counts = Counter(party for _, party, _ in rows)
    first = {row[1]: row for row in rows}  # beside each of a person's keys stands the same date
    agrees = may_be(Born.read(asked.birth_date))
    by_name = {party for party, row in first.items() if agrees(date_beside(blinding, *row))}
    ranked = sorted(counts, key=lambda party: (-counts[party], party))
    return [party for party in ranked if party in by_name], [party for party in ranked if party not in by_name]


def _is_full(rows: Sequence[_Row], limit: int) -> bool:
    return len(rows) >= limit and max(Counter(digest for digest, _, _ in rows).values()) >= limit
