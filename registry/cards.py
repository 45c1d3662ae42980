"""Making a card: what an order says is put on it, signed, and recorded before it is handed out.

1 permit     the order's own jurisdiction                      card_plans.py
2 read       the order as it stands, and the names under its keys
3 place      a random free place in the jurisdiction's status list
4 sign       the card's bytes                                  card/
5 record     their hash is a fact, durable before it is given  execute.py
6 hand out   the card; the registry keeps no copy

A card can be made again, byte for byte, from its fact for as long as the keys of the persons it names live: its salt
follows from its reference and their blocks, and its signature from its content. It is not made again once the court has
corrected the order, or the card was taken back: what it said then is no longer lawful to show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import segno

from registry.access.actors import Directory, Principal, Role
from registry.access.permissions import Action, permit, permit_in
from registry.access.relations import relations
from registry.boundary import Idempotency
from registry.card import text
from registry.card.content import Card
from registry.card.refusals import CardRefused
from registry.card_status import corrected_since, noise
from registry.card_summary import Names, summary_of
from registry.card_turns import CardTurns
from registry.commands.card import IssueCard, OpenStatusList
from registry.decisions.card import LONGEST_LIFE
from registry.errors import KeyErased, NotFound, Refused, Unavailable
from registry.events.card import CardIssued
from registry.execute import Executor, off_loop
from registry.law import procedure as procedures
from registry.law.standing import AnyFact, Standing, fold
from registry.ledger.port import Reader
from registry.receipts import Receipt
from registry.sight import Sight
from registry.values.card import CardForm
from registry.values.identifiers import (
    CardRef,
    InstitutionId,
    KeyId,
    ListRef,
    OrderRef,
    PartyRef,
    StreamId,
)
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant
from registry.vault.card_keys import CardKeys
from registry.vault.keys import Entropy
from registry.views.police import CARD, LINK, STATUS_LIST

ENTRIES: Final = 1 << 16
DRAWS: Final = 16
LARGEST_TEXT: Final = 1134
"""Characters of the largest code that readers read from a phone's screen: alphanumeric mode in version 22 with error
correction M (ISO/IEC 18004, table 7). Counted and not tried: to draw a code costs more than all else of a card."""
REGISTRY: Final = Principal(
    institution=InstitutionId("registry"), key_id=KeyId("registry"), roles=frozenset({Role.REGISTRY}), jurisdictions=()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a card is asked to be."""

    order_ref: OrderRef
    form: CardForm = CardForm.FULL
    respondent: PartyRef | None = None
    """Needed where the order binds several."""
    states: tuple[Jurisdiction, ...] = ()
    replaces: CardRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A card as it is handed out; None where it can no longer be made again as it was."""

    receipt: Receipt
    event: CardIssued
    uri: str
    message: bytes | None = field(default=None, repr=False)


def svg(said: str) -> str:
    """Draw the text of a card as a QR code: error correction M, a quiet zone of four, as SVG."""
    drawn: str = segno.make(said, error="m", boost_error=False, micro=False).svg_inline(scale=4, border=4)
    return drawn


@dataclass(frozen=True, kw_only=True)
class CardOffice:
    """Makes cards of one ledger's orders."""

    executor: Executor
    reader: Reader
    keys: CardKeys
    directory: Callable[[], Directory]
    issuer: str
    """The URL that institutions reach us at, without a trailing slash: status lists are found under it."""
    clock: Callable[[], Instant]
    entropy: Entropy

    @property
    def _turns(self) -> CardTurns:
        return CardTurns(self.keys, self.reader)

    async def issue(
        self, wanted: Wanted, *, principal: Principal, sight: Sight, idempotency: Idempotency | None = None
    ) -> Made:
        """Make a card and record it; raises `Refused` kinds, `Unavailable`."""
        permit(principal, Action.ISSUE_CARD)
        facts = await off_loop(self.reader, lambda: self._facts(wanted.order_ref))
        standing = fold(facts)
        if standing is None:
            raise NotFound("no-such-order")
        jurisdiction = standing.details.court.jurisdiction
        permit_in(principal, Action.ISSUE_CARD, jurisdiction)
        sight.near(relations(principal, jurisdiction))
        place = await self._free(jurisdiction)

        def signed() -> IssueCard:
            draft = self._draft(wanted, standing, facts[-1].version, place)
            return replace(draft, digest=text.fingerprint(self._message(draft, facts, sight)).hex())

        command = await off_loop(self.reader, signed)
        receipt = await self.executor.execute(command, principal=principal, idempotency=idempotency)
        return await off_loop(self.reader, lambda: self.again(receipt, sight))

    def again(self, receipt: Receipt, sight: Sight) -> Made:
        """Give the card that a receipt is of, made again from its fact and held to its hash."""
        recorded = self.reader.stream(receipt.stream)
        event = recorded[0].fact.event
        if not isinstance(event, CardIssued):
            raise NotFound("no-such-card")
        facts = self._facts(event.order_ref)
        sight.show(event.order_ref)
        taken_back = len(recorded) > 1 or self._replaced(event)
        message = None if taken_back or corrected_since(event, facts) else self._same(event, facts, sight)
        return Made(receipt=receipt, event=event, uri=self.uri(event.list_ref), message=message)

    def _same(self, event: CardIssued, facts: Sequence[AnyFact], sight: Sight) -> bytes | None:
        """Make a card again from the facts that it was made from; None where it is another, or none, by now."""
        try:
            message = self._message(event, [fact for fact in facts if fact.version <= event.order_version], sight)
        except (Refused, KeyErased):
            return None
        return message if text.fingerprint(message).hex() == event.digest else None

    def _replaced(self, event: CardIssued) -> bool:
        """Say whether another card of the order took this one's place."""
        rows = self.reader.rows(CARD, {"order_ref": event.order_ref.bytes})
        later = (self.reader.stream(StreamId(UUID(bytes=_bytes(row["card_ref"]))))[0].fact.event for row in rows)
        return any(isinstance(each, CardIssued) and each.replaces == event.card_ref for each in later)

    def uri(self, list_ref: ListRef) -> str:
        """Give the address of a status list."""
        return f"{self.issuer}/status/{list_ref}"

    def _facts(self, order_ref: OrderRef) -> list[AnyFact]:
        return [recorded.fact for recorded in self.reader.stream(StreamId(order_ref))]

    async def _free(self, jurisdiction: Jurisdiction) -> tuple[ListRef, int]:
        """Give the list that takes new cards and a place in it; begin one where there is none with room."""
        number, found = await off_loop(self.reader, lambda: self._newest(jurisdiction))
        if found is not None:
            return found
        list_ref = ListRef(self.executor.mint())
        command = OpenStatusList(
            list_ref=list_ref,
            jurisdiction=jurisdiction,
            number=number + 1,
            entries=ENTRIES,
            seed=self.entropy(16).hex(),
        )
        await self.executor.execute(command, principal=REGISTRY)
        place = await off_loop(self.reader, lambda: self._place(list_ref))
        if place is None:
            raise Unavailable("no-place-in-list")
        return list_ref, place

    def _newest(self, jurisdiction: Jurisdiction) -> tuple[int, tuple[ListRef, int] | None]:
        """Give how many lists a jurisdiction has, and a place in the newest if it has room."""
        rows = self.reader.rows(STATUS_LIST, {"jurisdiction": jurisdiction}, order_by=("number",))
        if not rows:
            return 0, None
        newest = ListRef(UUID(bytes=_bytes(rows[-1]["list_ref"])))
        place = self._place(newest)
        return len(rows), None if place is None else (newest, place)

    def _draft(self, wanted: Wanted, standing: Standing, version: int, place: tuple[ListRef, int]) -> IssueCard:
        jurisdiction = standing.details.court.jurisdiction
        issued = self.clock() // SECOND
        key = self._turns.signer(jurisdiction, issued).public
        ends = standing.expiry.ends()
        latest = [issued + LONGEST_LIFE // SECOND, key.ends, *([ends // SECOND] if ends is not None else [])]
        if min(latest) <= issued:
            raise Refused("order-ended")
        return IssueCard(
            card_ref=CardRef(self.executor.mint()),
            order_ref=wanted.order_ref,
            list_ref=place[0],
            index=place[1],
            digest="",
            kid=key.kid.hex(),
            form=wanted.form,
            order_version=version,
            terms=standing.terms[-1].version,
            issued=Instant(issued * SECOND),
            expires=Instant(min(latest) * SECOND),
            respondent=_respondent(wanted, standing),
            states=self._states(wanted),
            replaces=wanted.replaces,
        )

    def _place(self, list_ref: ListRef) -> int | None:
        """Draw a free place that is no decoy; None from three quarters full on, where draws would tell something."""
        opened = self.reader.stream(StreamId(list_ref))[0].fact.event
        decoys, _ = noise(getattr(opened, "seed", ""), ENTRIES)
        drawn = [int.from_bytes(self.entropy(4), "big") % ENTRIES for _ in range(DRAWS)]
        free = [
            index
            for index in drawn
            if index not in decoys and not self.reader.rows(CARD, {"list_ref": list_ref.bytes, "place": index})
        ]
        return free[0] if len(free) >= DRAWS // 4 else None

    def _states(self, wanted: Wanted) -> tuple[Jurisdiction, ...]:
        """Hold every State that the card shall name to a recognition that was granted there."""
        if not wanted.states:
            return ()
        rows = self.reader.rows(LINK, {"order_ref": wanted.order_ref.bytes, "relation": "recognition"})
        streams = [self.reader.stream(StreamId(UUID(bytes=_bytes(row["linked"])))) for row in rows]
        folded = [procedures.fold([recorded.fact for recorded in stream]) for stream in streams]
        granted = {each.jurisdiction for each in folded if each and each.granted and not each.discontinued}
        if not set(wanted.states) <= granted:
            raise Refused("not-recognised-there", field="/states")
        return tuple(sorted(set(wanted.states)))

    def _message(self, said: IssueCard | CardIssued, facts: Sequence[AnyFact], sight: Sight) -> bytes:
        """Make the card's bytes; the same for the same fact. Raises `Refused` where they would be no card."""
        if (standing := fold(facts)) is None:
            raise NotFound("no-such-order")
        jurisdiction = standing.details.court.jurisdiction
        issued = said.issued // SECOND
        institution = standing.details.court.institution
        desk = self.directory().find(institution) if institution else None
        summary = None
        names = Names(sight, facts, jurisdiction)
        if said.form is CardForm.FULL:
            summary = summary_of(standing, said, names, desk.name if desk else standing.details.court.code)
        card = Card(
            issuer=jurisdiction,
            issued=issued,
            expires=said.expires // SECOND,
            salt=self.keys.salt(said.card_ref.bytes, names.openings),
            order_ref=said.order_ref.bytes,
            version=said.terms,
            uri=self.uri(said.list_ref),
            index=said.index,
            phone=desk.contact if desk else None,
            summary=summary,
        )
        try:
            message = text.seal(card, self._turns.named(jurisdiction, issued, said.kid).private)
        except CardRefused as refused:
            raise Refused("card-cannot-be-made") from refused
        _fits(text.written(message))
        return message


def _fits(said: str) -> None:
    """Hold a card to the size that readers read; raises `Refused`."""
    if len(said) > LARGEST_TEXT:
        raise Refused("card-too-large")


def _respondent(wanted: Wanted, standing: Standing) -> PartyRef | None:
    """Say whom a full card names: the one it was asked for, or the only one there is."""
    if wanted.form is CardForm.POINTER:
        return None
    refs = [party.party_ref for party in standing.parties(PartyRole.RESPONDENT)]
    if wanted.respondent is None and len(refs) > 1:
        raise Refused("respondent-needed", field="/respondent")
    chosen = wanted.respondent or refs[0]
    if chosen not in refs:
        raise Refused("no-such-respondent", field="/respondent")
    return chosen


def _bytes(cell: Any) -> bytes:  # noqa: ANN401  # a cell of a column of bytes
    found: bytes = cell
    return found
