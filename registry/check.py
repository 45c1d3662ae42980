"""THE READ PATH OF THE POLICE, whole and numbered: from a question at the door to a recorded answer.

1 permit     role, jurisdiction, purpose                          access/permissions.py
2 nominate   an order by its reference, or parties by an index    searching.py, identity/
3 load       the dossier: the order, its recognitions, its links  judging.py, dossiers.py
4 judge      the law, at `valid_at`, as known at `known_at`       law/enforceability.py
5 weigh      the state of the source, and the word                law/word.py
6 record     the answer is a fact, durable before it is given     ledger writer
7 answer     what was recorded, and no more
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID

from registry.access.actors import Principal
from registry.access.doubt import NO_DOUBTS, Doubts
from registry.access.fields import NOTHING
from registry.access.granted import Asks, granted_at_once
from registry.access.permissions import Action, permit_in
from registry.access.relations import OF_A_CHECK
from registry.answers import Given, Spool, audit_key_of, record
from registry.errors import Malformed, NotPermitted, Refused
from registry.events.base import Actor
from registry.events.check import AnsweredOrder, AnswerGiven, PersonSearch
from registry.execute import Executor, off_loop
from registry.folding import fold
from registry.identity.plausible import check_person
from registry.judging import AsOf, Judging
from registry.kept_words import WordsPlace
from registry.law.jurisdictions import is_known, place_zone
from registry.ledger.leaf import base64url
from registry.questions import (
    Answer,
    Found,
    OrderAnswer,
    Question,
    answered_order,
    canonical,
    person_search,
    without_shadowed,
    word_of,
)
from registry.receipts import Receipt
from registry.rights import permit_answer
from registry.scoring import SCORER, Scorer
from registry.searching import Searching
from registry.signing import Signer, signed_digest
from registry.values.check import CheckPurpose
from registry.values.identifiers import FactId, SealedBlock, StreamId
from registry.values.time import DAY, EPOCH, MICROSECOND, Instant
from registry.vault.audit import SealedQuery, seal_query


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signed:
    """What the officer is given besides: the signed answer, and what opens the commitment to the question."""

    signed: str
    opening: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Answers checks against one ledger."""

    executor: Executor
    stale_after: Mapping[str, int]
    """Seconds after which a feed counts as stale, by the feed's name; what is not here is entered directly."""
    engine: str
    clock: Callable[[], Instant]
    signer: Signer
    spool: Spool | None = None
    """Where answers are kept while the store is down; without one no answer leaves then."""
    doubts: Callable[[], Doubts] = lambda: NO_DOUBTS
    """From where on which keys are not trusted."""

    scorer: Scorer = SCORER
    """What judges who may be meant."""
    words: WordsPlace | None = None
    """Where the words of all names are kept between starts; without it they are learned at each."""
    searching: Searching = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what searches by person."""
        searching = Searching(executor=self.executor, scorer=self.scorer, words=self.words)
        object.__setattr__(self, "searching", searching)

    async def check(self, question: Question, *, principal: Principal, names: bool = True) -> Answer:
        """Answer a question and record the answer, by which nobody is named without `names`; raises `Refused` kinds."""
        self._permit(question, principal)
        reader = self.executor.reader
        asked, told, found = await off_loop(reader, lambda: self._looked_up(question))
        orders = without_shadowed(told)
        check_ref = self.executor.mint().hex
        asks = Asks(principal.roles, Action.CHECK, question.purpose)
        granted = granted_at_once(asks, OF_A_CHECK) if names else NOTHING
        answered = tuple(answered_order(order, granted) for order in orders)
        search = person_search(found, granted)
        fact = self._fact(question, check_ref, answered, asked, search)
        receipt, given = await self._record(question, fact, principal)
        return Answer(
            check_ref=check_ref,
            orders=orders,
            word=word_of(answered, search),
            valid_at=asked.valid_at,
            known_at=asked.known_at,
            known_position=asked.position,
            receipt=receipt,
            signed=given.signed,
            opening=given.opening,
            question=base64url(canonical(question)),
            found=found,
        )

    def follow(self) -> None:
        """Let what was learned of all names follow the facts, though nobody asks."""
        self.searching.lexicon.follow()

    def _permit(self, question: Question, principal: Principal) -> None:
        """Step 1. A search by protected person is a purpose of its own and needs an incident."""
        _permit(question, principal)
        if not is_known(question.jurisdiction):
            # "Not recognised" would be said of law that nobody looked up.
            raise Refused("jurisdiction-unknown", field="/jurisdiction")
        if (question.order_ref is None) == (question.identity is None):
            raise Malformed("ask-by-order-or-by-person", field="/order_ref")
        if question.purpose is CheckPurpose.PROTECTED_PERSON_SAFETY and not question.incident:
            raise NotPermitted("incident-needed", field="/incident")
        if question.identity is not None:
            check_person(
                question.identity,
                self.clock(),
                "/identity",
                nameless=bool(question.identity.documents or question.identity.attributes),
            )

    def _looked_up(self, question: Question) -> tuple[AsOf, tuple[OrderAnswer, ...], Found | None]:
        """Steps 2 to 5, as of one position: what is written meanwhile is in no part of the answer."""
        asked = self._asked(question)
        judging = Judging(reader=self.executor.reader, stale_after=self.stale_after, doubts=self.doubts)
        if question.identity is None:
            refs = () if question.order_ref is None else (question.order_ref,)
            return asked, tuple(judging.orders(refs, question, asked)), None
        searched = self.searching.search(question, question.identity, asked.position, newest=asked.newest)
        orders = tuple(judging.orders(searched.orders, question, asked))
        found = Found(
            persons=tuple(judging.persons(searched.meant, asked)),
            look_alikes=searched.look_alikes,
            ask=searched.ask,
            complete=searched.complete,
            among=searched.persons,
            sources=judging.sources(asked),
            too_many=searched.too_many,
        )
        return asked, orders, found

    def _asked(self, question: Question) -> AsOf:
        """Fix the instants and the position that the answer will be about.

        Asked now, everything recorded so far is known, though our clock were behind the ledger's.
        """
        reader = self.executor.reader
        position, recorded_at = reader.newest()
        now = Instant(max(self.clock(), recorded_at))
        known_at = now if question.known_at is None else min(question.known_at, now)
        if known_at < now:
            position = min(position, reader.position_at(known_at))
        valid_at = now if question.valid_at is None else question.valid_at
        newest = known_at >= now
        return AsOf(valid_at=valid_at, known_at=known_at, given_at=now, position=position, newest=newest)

    def _fact(
        self,
        question: Question,
        check_ref: str,
        answered: tuple[AnsweredOrder, ...],
        asked: AsOf,
        search: PersonSearch | None,
    ) -> Callable[[str, SealedBlock], AnswerGiven]:
        """Make the fact but for what sealing gives: the commitment to the query, and the query."""

        def fact(commitment: str, query: SealedBlock) -> AnswerGiven:
            return AnswerGiven(
                check_ref=check_ref,
                jurisdiction=question.jurisdiction,
                purpose=question.purpose,
                commitment=commitment,
                query=query,
                valid_at=asked.valid_at,
                known_at=asked.known_at,
                known_position=asked.position,
                given_at=asked.given_at,
                answered=answered,
                engine=self.engine,
                incident_stated=bool(question.incident),
                search=search,
                word=word_of(answered, search),
            )

        return fact

    async def _record(
        self, question: Question, fact: Callable[[str, SealedBlock], AnswerGiven], principal: Principal
    ) -> tuple[Receipt, _Signed]:
        """Step 6: append the answer and wait for its commit; when the store is down, keep it in the spool."""
        return await record(
            self.executor,
            self.spool,
            lambda: self._sealed_aside(question, fact, principal),
            lambda unit: _permit(question, permit_answer(Action.CHECK, principal, unit, self.executor.ledger_id)),
        )

    async def _sealed_aside(
        self, question: Question, fact: Callable[[str, SealedBlock], AnswerGiven], principal: Principal
    ) -> tuple[Given[AnswerGiven], _Signed]:
        """Seal at once under a key at hand; fetch it off the loop, where the store is behind a network."""
        if self.executor.ring.holds(audit_key_of(principal, self.clock())):
            return self._given(question, fact, principal)
        return await off_loop(self.executor.reader, lambda: self._given(question, fact, principal))

    def _given(
        self, question: Question, fact: Callable[[str, SealedBlock], AnswerGiven], principal: Principal
    ) -> tuple[Given[AnswerGiven], _Signed]:
        """Seal the question, sign the answer, and make the fact that binds both."""
        stream = answers_stream(principal, self.clock())
        fact_id = FactId(self.executor.mint())
        sealed = self._sealed(question, principal, stream, fact_id)
        event = fact(sealed.commitment, sealed.query)
        signed = self.signer.answer(event, fact_id=fact_id, institution=principal.institution)
        given = Given(
            stream=stream,
            fact_id=fact_id,
            actor=Actor(
                institution=principal.institution, key_id=principal.key_id, on_behalf_of=principal.on_behalf_of
            ),
            event=replace(event, signed=signed_digest(signed)),
            subject=sealed.subject,
            new_key=sealed.new_key,
        )
        return given, _Signed(signed=signed, opening=sealed.opening)

    async def fold_spool(self) -> int:
        """Fold the spool into the ledger; gives how many answers were folded. Raises `Unavailable` while it cannot."""
        if self.spool is None:
            return 0
        waiting = await asyncio.to_thread(self.spool.waiting)
        return await fold(waiting, self.spool, self.executor)

    def _sealed(self, question: Question, principal: Principal, stream: StreamId, fact_id: FactId) -> SealedQuery:
        """Commit to the question and seal it under the asking institution's audit key."""
        executor = self.executor
        return seal_query(
            canonical(question),
            institution=principal.institution,
            ledger=executor.ledger_id,
            stream=stream,
            fact_id=fact_id,
            jurisdiction=principal.jurisdictions[0],
            zone=place_zone(principal.jurisdictions[0]),
            ring=executor.ring,
            now=self.clock(),
            entropy=executor.entropy,
        )


def _permit(question: Question, principal: Principal) -> None:
    permit_in(principal, Action.CHECK, question.jurisdiction)
    if question.purpose not in principal.purposes:
        raise NotPermitted("purpose-not-enrolled", field="/purpose")


def answers_stream(principal: Principal, at: Instant) -> StreamId:
    """Give the stream of an institution's answers on a UTC day."""
    day = (EPOCH + (at - at % DAY) * MICROSECOND).date()
    seed = f"po-answers/v1|{principal.institution}|{day.isoformat()}"
    return StreamId(UUID(bytes=sha256(seed.encode()).digest()[:16]))
