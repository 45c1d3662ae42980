"""Whom an officer may mean, ranked: parties nominated by the index, judged by a pure scorer, and what to ask next.

The index nominates, the scorer judges, and neither decides: an agreement is a candidate. Only who is *identical*, by an
identifier or a further attribute, or written exactly alike, is answered with the orders at once. Whoever is *strong* or
*possible* is shown to be told apart, and the officer asks again by the order when this is the person.
"""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from registry.execute import Executor
from registry.identity.asking import ask_next, look_alikes
from registry.identity.births import Born
from registry.identity.exact import normalised, person_keys
from registry.identity.nicknames import variants_of
from registry.kept_words import KeptWords, WordsPlace
from registry.lexicon import Lexicon, Words
from registry.nominating import Nominating
from registry.questions import Question
from registry.scoring import Scorer, persons_of, prepared, rarity_told
from registry.values.check import SURE, Band, CheckPurpose
from registry.values.identifiers import OrderRef, PartyRef, Position
from registry.values.issuance import PartyRole
from registry.values.parties import Identity
from registry.views.police import FINDING

MAXIMUM_FOUND: Final = 50
"""More orders or persons than this is answered as too many, never cut silently."""
RANKED: Final = frozenset({*SURE, Band.STRONG, Band.POSSIBLE})
"""What is shown at all."""
_ONE_IN: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A party that may be meant, as the scorer judged it."""

    party_ref: PartyRef
    order_ref: OrderRef
    band: Band
    bits: int
    features: tuple[str, ...] = field(repr=False)
    exact: bool
    """Whether name and birth date are written alike."""

    @property
    def sure(self) -> bool:
        """Say whether its orders are answered at once."""
        return self.exact or self.band in SURE


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """What a search by person came to."""

    orders: tuple[OrderRef, ...]
    """Orders answered at once: of parties written exactly alike, and of those that are sure."""
    meant: tuple[Meant, ...]
    """Everybody who may be meant, the surest first."""
    persons: int
    """Among how many registered persons was searched."""
    look_alikes: int
    """How many other registered persons chance alone makes agree in what was asked, in hundredths."""
    ask: tuple[str, ...]
    """What to ask next, in codes."""
    complete: bool
    """False where a list was too long to be read whole, or a row did not open: somebody may be missing."""
    too_many: bool = False
    """Whether more may be meant than are shown: then nobody is shown, and `ask` says what to add."""


@dataclass(frozen=True, kw_only=True)
class Searching:
    """Searches one ledger by person."""

    executor: Executor
    scorer: Scorer
    words: WordsPlace | None = None
    """Where the words of all names are kept between starts."""
    lexicon: Lexicon = field(init=False, repr=False, compare=False)
    nominating: Nominating = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what reads the index."""
        executor = self.executor
        reader, ring, ledger_id = executor.reader, executor.ring, executor.ledger_id
        kept = None if self.words is None else self._kept(self.words)
        lexicon = Lexicon(reader=reader, ring=ring, ledger_id=ledger_id, kept=kept)
        object.__setattr__(self, "lexicon", lexicon)
        index = Nominating(reader=reader, ring=ring, ledger_id=ledger_id, index_key=executor.index_key)
        object.__setattr__(self, "nominating", index)

    def _kept(self, place: WordsPlace) -> KeptWords:
        executor = self.executor
        return KeptWords(
            place=place,
            reader=executor.reader,
            ledger_id=executor.ledger_id,
            index_key=executor.index_key,
            entropy=executor.entropy,
        )

    def search(self, question: Question, asked: Identity, position: Position, *, newest: bool) -> Searched:
        """Search as of a position; `newest` says that everything recorded so far may be known."""
        role = role_of(question)
        exact = self._exact(asked, role)
        words = self.lexicon.as_of(position, newest=newest)
        nomination = self.nominating.nominate(asked, role, lambda word: near(word, words))
        if nomination.too_many or len(set(exact.values())) > MAXIMUM_FOUND:
            return self._answered(asked, words, too_many=True)
        judge = self.scorer(asked, words)
        judged = [(nominee, judge(nominee.identity), nominee.party_ref in exact) for nominee in nomination.nominees]
        meant = sorted(
            (
                Meant(
                    party_ref=nominee.party_ref,
                    order_ref=nominee.order_ref,
                    band=scored.band,
                    bits=scored.bits,
                    features=tuple(scored.features),
                    exact=is_exact,
                )
                for nominee, scored, is_exact in judged
                if is_exact or scored.band in RANKED
            ),
            key=_place,
        )
        orders = dict.fromkeys((*exact.values(), *(each.order_ref for each in meant if each.sure)))
        if len(meant) > MAXIMUM_FOUND or len(orders) > MAXIMUM_FOUND:
            return self._answered(asked, words, too_many=True)
        complete = not (nomination.cut or nomination.unread or self.lexicon.unread)
        return self._answered(asked, words, orders=tuple(orders), meant=tuple(meant), complete=complete)

    def _answered(  # what is found, and what is said of it
        self,
        asked: Identity,
        words: Words,
        *,
        orders: tuple[OrderRef, ...] = (),
        meant: tuple[Meant, ...] = (),
        complete: bool = False,
        too_many: bool = False,
    ) -> Searched:
        person, persons, rarity = prepared(asked), persons_of(words), rarity_told(words)
        return Searched(
            orders=orders,
            meant=meant,
            persons=words.persons,
            look_alikes=round(_ONE_IN * look_alikes(person, persons, rarity)),
            ask=tuple(each.name for each in ask_next(person, persons, rarity)),
            complete=complete,
            too_many=too_many,
        )

    def _exact(self, asked: Identity, role: PartyRole) -> dict[PartyRef, OrderRef]:
        """Find whose name and whole birth date are written alike; nobody where one of them is not asked."""
        if not Born.read(asked.birth_date).is_whole or not _has_a_name(asked):
            return {}
        found: dict[PartyRef, OrderRef] = {}
        for key in person_keys(self.executor.index_key, asked):
            rows = self.executor.reader.rows(FINDING, {"finding_key": key, "role": role.value}, limit=MAXIMUM_FOUND + 1)
            for row in rows:
                party, order_ref = row["party_ref"], row["order_ref"]
                assert isinstance(party, bytes)
                assert isinstance(order_ref, bytes)
                found[PartyRef(UUID(bytes=party))] = OrderRef(UUID(bytes=order_ref))
        return found


def near(word: str, words: Words) -> tuple[str, ...]:
    """Give the registered words that may be meant by a word: short forms of the same name, and a typing error away."""
    forms = sorted(each for each in variants_of(word) if words.frequency(each))
    return tuple(dict.fromkeys((*forms, *words.near(word))))


def role_of(question: Question) -> PartyRole:
    """Say on which side the person is sought: an officer asks for respondents, but where a life is to be made safe."""
    safety = question.purpose is CheckPurpose.PROTECTED_PERSON_SAFETY
    return PartyRole.PROTECTED if safety else PartyRole.RESPONDENT


def _has_a_name(asked: Identity) -> bool:
    return bool(normalised(f"{asked.name.family} {asked.name.given}"))


def _place(each: Meant) -> tuple[int, bool, int, bytes]:
    return (list(Band).index(each.band), not each.exact, -each.bits, each.party_ref.bytes)
