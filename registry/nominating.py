"""Who may be meant: parties nominated by keys at rest, opened to be compared, and no more of them than are.

An identifier is looked up with the rest and is enough by itself; a name is looked up under its words, those a typing
error away that are registered, and how they sound; a birth date under everybody born that day. Long lists are ranked
by the hints beside the keys, unopened. What is left out because a list is too long is said, never silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, cast
from uuid import UUID

from registry.errors import KeyErased, Tampered, Unavailable
from registry.filing import fetch_keys, opened_person
from registry.identity.births import Born, may_be
from registry.identity.hints import date_beside, likeness, signature, signature_beside
from registry.identity.keys import Blinding, Family, Key, Near, identifier_keys, query_keys
from registry.ledger.port import Reader
from registry.ledger.rows import Cell
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
"""Of those born that day, how many are opened: those most alike in letters."""
OPENED_AGAINST: Final = 24
"""Of those whose birth date contradicts, how many are opened: those under most keys. A date can be a lie."""
OPENED: Final = 256
"""Persons opened for one question besides. Where more may be meant, a name without a birth date is too common; with
one, those under most keys are opened, and that the others are not is said."""


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
        days = [key for key in keys if key.family is Family.DATE]
        names = [key for key in keys if key.family is not Family.DATE]
        born_rows = self._rows(days, BORN_THAT_DAY)
        name_rows = self._rows(names, OF_A_KEY)
        chosen = dict.fromkeys(_most_alike(blinding, days, born_rows, asked))
        others, against, certain = _plausible(blinding, names, name_rows, asked)
        others = [each for each in others if each not in chosen and each not in certain]
        counted = Nomination(nominees=(), keys=len(keys), rows=len(born_rows) + len(name_rows))
        crowded = len(others) > OPENED
        if crowded and not days:
            return replace(counted, too_many=True)
        cut = crowded or _is_full(days, born_rows, BORN_THAT_DAY) or _is_full(names, name_rows, OF_A_KEY)
        nominees, unread = self._opened((*certain, *chosen, *others[:OPENED], *against[:OPENED_AGAINST]))
        return replace(counted, nominees=nominees, cut=cut, unread=unread)

    def _rows(self, keys: Sequence[Key], limit: int) -> Sequence[Mapping[str, Cell]]:
        return self.reader.among(PERSON_KEY, "digest", [key.digest for key in keys], limit=limit)

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


def _most_alike(
    blinding: Blinding, keys: Sequence[Key], rows: Sequence[Mapping[str, Cell]], asked: Identity
) -> list[bytes]:
    """Give of all born that day those whose letters are most alike."""
    of = {key.digest: key for key in keys}
    letters = signature(asked)
    ranked: list[tuple[int, bytes]] = []
    for row in rows:
        digest, party, hint = _cells(row)
        ranked.append((-likeness(letters, signature_beside(blinding, of[digest], party, hint)), party))
    return [party for _, party in sorted(ranked)[:OPENED_BORN]]


def _plausible(
    blinding: Blinding, keys: Sequence[Key], rows: Sequence[Mapping[str, Cell]], asked: Identity
) -> tuple[list[bytes], list[bytes], dict[bytes, None]]:
    """Give whom a name nominates: those whose birth date may be the one asked, those whose contradicts it.

    Who is nominated by most keys comes first. Besides, whom an identifier nominates.
    """
    of = {key.digest: key for key in keys}
    born = Born.read(asked.birth_date)
    judged: dict[bytes, bool] = {}
    by_name: dict[bytes, int] = {}
    against: dict[bytes, int] = {}
    by_identifier: dict[bytes, None] = {}
    for row in rows:
        digest, party, hint = _cells(row)
        if of[digest].family is Family.IDENTIFIER:
            by_identifier[party] = None
        elif party in by_name:
            by_name[party] += 1
        elif party in against:
            against[party] += 1
        else:
            packed = date_beside(blinding, of[digest], party, hint)
            if packed not in judged:  # many share a date, or have none
                judged[packed] = may_be(born, Born.unpacked(packed))
            (by_name if judged[packed] else against)[party] = 1
    return _by_count(by_name), _by_count(against), by_identifier


def _by_count(counts: Mapping[bytes, int]) -> list[bytes]:
    return sorted(counts, key=lambda party: (-counts[party], party))


def _is_full(keys: Sequence[Key], rows: Sequence[Mapping[str, Cell]], limit: int) -> bool:
    if len(rows) < limit:
        return False
    counts = dict.fromkeys((key.digest for key in keys), 0)
    for row in rows:
        counts[_cells(row)[0]] += 1
    return max(counts.values()) >= limit


def _cells(row: Mapping[str, Cell]) -> tuple[bytes, bytes, bytes]:
    return cast("tuple[bytes, bytes, bytes]", (row["digest"], row["party_ref"], row["hint"]))
