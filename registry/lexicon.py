"""The words of all registered names, in memory: learned from the filed persons, and followed from then on.

A question is answered by the words as of its own position: before it is asked, the facts that this process has not seen
yet are read, so that an order is found by the first question after its commit, and an erased person's rare surname is
gone with the erasure. A start takes them from where they are kept, sealed (kept_words.py), and opens every record where
that will not do. Any thread may ask.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

import orjson

from registry.errors import KeyErased, Tampered, Unavailable
from registry.events.catalogue import AnyEvent
from registry.events.erasure import SubjectErased
from registry.events.issuance import OrderCorrected, OrderIssued, OrderVaried
from registry.filing import fetch_keys, opened_person
from registry.identity.keys import words_of
from registry.identity.vocabulary import Vocabulary
from registry.kept_words import KeptWords
from registry.ledger.port import Reader, Recorded
from registry.ledger.rows import Cell
from registry.values.identifiers import PartyRef, Position, SealedBlock
from registry.values.parties import Party
from registry.vault.keys import KeyRing
from registry.views.persons import PERSON
from registry.views.police import ORDER

LOG: Final = logging.getLogger("registry.words")
PAGE: Final = 1_000
MANY: Final = 10_000
"""Facts about persons after which the words are kept anew: a start that reads so many takes a second or two."""
FIRST: Final = (OrderIssued.TOPIC, OrderVaried.TOPIC)
"""Facts with which persons are filed for the first time."""
NOBODY_FILED: Final = b""
"""Stands among those who are not read where a ledger with orders has no person filed."""
TOPICS: Final = (*FIRST, OrderCorrected.TOPIC, SubjectErased.TOPIC)


class Words(Protocol):
    """The words as of a position."""

    @property
    def persons(self) -> int:
        """Say of how many persons the words are."""
        ...

    def frequency(self, word: str, /) -> int:
        """Say how many persons bear a word."""
        ...

    def near(self, word: str, /) -> tuple[str, ...]:
        """Give the registered words one typing error away."""
        ...


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The words as they were before some persons were filed."""

    words: Vocabulary
    later: Counter[str] = field(repr=False)
    """Words of persons who were filed afterwards."""
    parties: int

    @property
    def persons(self) -> int:
        """Say of how many persons the words are."""
        return self.words.persons - self.parties

    def frequency(self, word: str) -> int:
        """Say how many persons bore a word."""
        return self.words.frequency(word) - self.later[word]

    def near(self, word: str) -> tuple[str, ...]:
        """Give the registered words one typing error away that somebody bore already."""
        return tuple(each for each in self.words.near(word) if self.frequency(each) > 0)


class Lexicon:
    """The words of one ledger's names."""

    def __init__(self, *, reader: Reader, ring: KeyRing, ledger_id: str, kept: KeptWords | None = None) -> None:
        """Begin with nothing; the first question, `learn` or `recall` reads all. `kept` is where words are kept."""
        self._reader = reader
        self._ring = ring
        self._ledger_id = ledger_id
        self._kept = kept
        self._seal: bytes | None = None
        self._behind = 0
        self._lock = Lock()
        self._words = Vocabulary()
        self._position: Position | None = None
        self._unread: set[bytes] = set()

    @property
    def unread(self) -> int:
        """Say how many persons' words are not known, because their rows did not open."""
        return len(self._unread)

    def learn(self, report: Callable[[int], None] = lambda _: None) -> int:
        """Read every filed person; gives how many. `report` is told after each thousand."""
        with self._lock:
            return self._learn(report)

    def recall(self, report: Callable[[int], None] = lambda _: None) -> int:
        """Take the words that were kept and read what is new; learn them where that will not do. Gives of how many."""
        with self._lock:
            reason = self._recall()
            if reason is None:
                return self._words.persons
            LOG.info(orjson.dumps({"event": "words-learned-anew", "because": reason}).decode())
            return self._learn(report)

    def keep(self, *, now: bool = False) -> bool:
        """Keep the words where that is due: many are new, or somebody was erased, or `now`; say whether it was done.

        Nothing is kept while somebody's words are not known. Raises `Unavailable`, `OSError`.
        """
        kept = self._kept
        if kept is None:
            return False
        with self._lock:
            known = self._position is not None and not self._unread
            if known:
                self._follow()
            stands = self._seal is not None and kept.stands(self._seal)
            if not known or (stands and self._behind < (1 if now else MANY)):
                return False
        seal = kept.begin()  # before the facts are read: whoever is erased from here on takes it away
        with self._lock:
            self._follow()
            if self._unread:
                return False
            content, position = self._words.packed(), self._position or Position(0)
            self._seal, self._behind = None, 0
        done = kept.write(seal, position, content)
        self._seal = seal if done else None
        return done

    def as_of(self, position: Position, *, newest: bool) -> Words:
        """Give the words as of a position; `newest`: of whatever is recorded by now, without looking back."""
        with self._lock:
            if self._position is None:
                self._learn(lambda _: None)
            self._follow()
            return self._words if newest else self._before(position)

    def follow(self) -> None:
        """Read the facts that are new, though nobody asks: whoever was erased is not kept until somebody does."""
        with self._lock:
            if self._position is not None:
                self._follow()
        if self._kept is not None:
            self._kept.remove_closed()

    def _recall(self) -> str | None:
        """Take the kept words; say why not where they are not to be used."""
        try:
            found = self._kept.read() if self._kept is not None else None
        except Tampered as fault:
            return str(fault)
        except Unavailable:
            return "its keys are not to be had now"
        if found is None:
            return "none are kept"
        self._words, self._position, self._seal = found
        self._unread = set()
        self._follow()
        # Rows may have come or gone without a fact: by filing anew, or by what no program of ours does.
        if self._unread or self._words.persons != self._reader.size(PERSON):
            return "not of those who are filed"
        return None

    def _learn(self, report: Callable[[int], None]) -> int:
        self._words, self._unread, self._seal = Vocabulary(), set(), None
        # Asked before the rows: what is filed meanwhile is read again with its fact, and counts once.
        self._position = self._reader.head()
        after: tuple[Cell, ...] = ()
        while rows := self._reader.rows(PERSON, {}, order_by=("party_ref",), after=after, limit=PAGE):
            self._bear(rows)
            report(self._words.persons)
            after = (rows[-1]["party_ref"],)
        self._words.settle()
        if not after and self._reader.rows(ORDER, {}, limit=1):
            self._unread.add(NOBODY_FILED)  # orders, and nobody in them is filed: the step of an upgrade is missing
        return self._words.persons

    def _follow(self) -> None:
        # Asked before the facts: nothing below this head is still to come, and what was looked at is not read again.
        head, at = self._reader.head(), self._position or Position(0)
        while found := self._reader.after(at, limit=PAGE, topics=TOPICS):
            filed: dict[bytes, None] = {}
            for recorded in found:
                event = recorded.fact.event
                if isinstance(event, SubjectErased):
                    filed.pop(event.subject.bytes, None)
                    self._words.forget(event.subject.bytes)
                    self._unread.discard(event.subject.bytes)
                else:
                    filed |= {party.bytes: None for party in parties_of(recorded)}
            self._bear(self._reader.among(PERSON, "party_ref", list(filed), limit=1))
            self._behind += len(found)
            at = found[-1].position
        self._position = max(at, head)

    def _bear(self, rows: Sequence[Mapping[str, Cell]]) -> None:
        with suppress(Unavailable):  # said of each person below
            fetch_keys(rows, ring=self._ring)
        for row in rows:
            party = row["party_ref"]
            assert isinstance(party, bytes)
            self._unread.discard(party)
            try:
                self._words.bear(party, words_of(opened_person(row, ring=self._ring, ledger_id=self._ledger_id)))
            except KeyErased:
                self._words.forget(party)
            except (Tampered, Unavailable):
                self._unread.add(party)

    def _before(self, position: Position) -> Words:
        """Look back: whoever was filed after the position is not counted. Who was corrected since counts as right."""
        later: dict[PartyRef, None] = {}
        at = position
        while found := self._reader.after(at, limit=PAGE, topics=FIRST):
            for recorded in found:
                later |= dict.fromkeys(parties_of(recorded))
            at = found[-1].position
        borne = [self._words.words_of(party.bytes) for party in later]
        counted = Counter(word for words in borne for word in words)
        return Earlier(words=self._words, later=counted, parties=sum(bool(words) for words in borne))


def parties_of(recorded: Recorded) -> Iterator[PartyRef]:
    """Give the parties that a fact says who they are."""
    for party in _parties(recorded.fact.event):
        if party.identity is not None:
            yield PartyRef(party.party_ref)


def _parties(event: AnyEvent) -> tuple[Party[SealedBlock], ...]:
    if isinstance(event, OrderIssued):
        return event.details.parties
    if isinstance(event, OrderVaried):
        return event.added_parties
    return event.parties if isinstance(event, OrderCorrected) else ()
