"""A delivery of a court system comes in: every record is accounted for, none is entered twice.

1 parse     the adapter reads the delivery, record by record      adapters/courts
2 rehearse  or execute: the same path, kept or undone             execute.py
3 repeat    a record seen before is the same order; its service   here
may have moved on, its order may not
4 account   one line a record, one fact a delivery                here
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from registry.access.actors import Principal, Role
from registry.access.permissions import Action
from registry.boundary import Attachment, Idempotency
from registry.commands.document import SupplyDocument
from registry.commands.issuance import EnterOrder
from registry.commands.service import RecordService
from registry.crosschecks import CrossChecker
from registry.errors import AlreadyTaken, KeyReused, Refused
from registry.events.base import Actor
from registry.events.feed import FeedRead
from registry.execute import Executor
from registry.identity.given import named_by
from registry.law.standing import Standing, fold
from registry.ledger.port import Draft, Fold, Unit
from registry.looks import Lookbook, Previewed, Reason
from registry.ports import CourtSystem, EnteredRecord, RejectedRecord
from registry.receipts import Receipt
from registry.sources import feed_stream
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, PartyRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.look import LookPurpose
from registry.values.order import DOCUMENT
from registry.values.parties import Clear, Identity
from registry.vault.claims import claim_id

_COUNT: Final[Fold[int]] = Fold(name="feed", evolve=lambda count, _: (count or 0) + 1)
_UUID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


_TOGETHER: Final = 50
"""Records of a rehearsal that one fact says who was looked for in."""


class Outcome(StrEnum):
    """What became of one record."""

    ACCEPTED = "ACCEPTED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One record of a delivery, accounted for. Codes and places only, never a value."""

    place: str
    outcome: Outcome
    codes: tuple[str, ...] = ()
    order_ref: OrderRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A whole delivery, accounted for."""

    source: str
    lines: tuple[Line, ...]
    dry_run: bool

    def count(self, *outcomes: Outcome) -> int:
        """Count the lines with one of these outcomes."""
        return sum(line.outcome in outcomes for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Brings deliveries of one court system into one ledger."""

    executor: Executor
    system: CourtSystem
    dry_run: bool = False
    _asked: list[Sequence[Identity]] = field(default_factory=list[Sequence[Identity]], init=False, repr=False)
    """Who was looked for in a rehearsal, record by record, and is not recorded yet."""

    @property
    def principal(self) -> Principal:
        """Speak as the feed itself: its code is the source that the orders will be known to come from."""
        return Principal(
            institution=InstitutionId(self.system.CODE),
            key_id=KeyId("feed"),
            roles=frozenset({Role.OPERATOR}),
            jurisdictions=(self.system.JURISDICTION,),
        )

    def read(self, document: bytes, *, progress: Callable[[Line], None] = lambda _: None) -> Account:
        """Bring in one delivery; gives the account of it. Raises what the adapter raises for a whole unreadable one."""
        lines: list[Line] = []
        for record in self.system.parse(document, lambda _: self.executor.mint()):
            line = self._record(record)
            lines.append(line)
            progress(line)
        account = Account(source=self.system.CODE, lines=tuple(lines), dry_run=self.dry_run)
        if self.dry_run:
            self._account_for_asking()
        else:
            self._close(account)
        return account

    def _record(self, record: EnteredRecord | RejectedRecord) -> Line:
        if isinstance(record, RejectedRecord):
            return Line(place=record.place, outcome=Outcome.REJECTED, codes=record.reasons)
        try:
            return self._enter(record)
        except Refused as refusal:
            return Line(place=record.place, outcome=Outcome.REJECTED, codes=(_code(refusal),))

    def _enter(self, record: EnteredRecord) -> Line:
        """Step 2 and 3. Service is recorded against the order that the record stands for, new or seen before."""
        found: list[str] = []
        try:
            receipt = self._entered(record)
            order_ref, changed = OrderRef(receipt.stream), not receipt.replayed
        except KeyReused:
            order_ref, changed = self._seen(record), False
            found.append("order-changed-since-import")
        except AlreadyTaken:
            return Line(place=record.place, outcome=Outcome.NEEDS_ATTENTION, codes=("case-number-already-entered",))
        if self.dry_run and changed:
            return _line(record, [*found, *self._crossing(record)], None, changed=True)
        standing = fold(recorded.fact for recorded in self.executor.reader.stream(StreamId(order_ref)))
        changed |= self._document(record, standing, found)
        for service in record.services if standing else ():
            changed |= self._serve(record, service, standing, found)
        return _line(record, found, order_ref, changed=changed)

    def _crossing(self, record: EnteredRecord) -> Iterator[str]:
        """Say how orders that are there already cross a record, in codes: which they are is for a court to see."""
        self._asked.append([identity for _, identity in named_by(record.enter)])
        check = CrossChecker(executor=self.executor, clock=self.executor.clock).look(record.enter.details)
        said = {f"{each.crossing}:{each.reason}" for found in check.found for each in found.crossed}
        yield from sorted(said)

    def _account_for_asking(self) -> None:
        """Record who was looked for, before anything of it is told: of a rehearsal that alone is kept."""
        lookbook = Lookbook(executor=self.executor, clock=self.executor.clock)
        while self._asked:
            previewed = Previewed(asked=tuple(self._asked[:_TOGETHER]), shown=())
            why, action = Reason(purpose=LookPurpose.REGISTRATION), Action.IMPORT_FEED
            asyncio.run(lookbook.record_preview(previewed, why, self.principal, action=action))
            del self._asked[:_TOGETHER]

    def _entered(self, record: EnteredRecord) -> Receipt:
        attachment = Attachment(content=record.source, media_type=record.media_type) if record.source else None
        return self.executor.perform(
            _without_document(record),
            principal=self.principal,
            idempotency=Idempotency(key=_key(record), body=fingerprint(record.enter)),
            attachment=attachment,
            rehearsal=self.dry_run,
        )

    def _document(self, record: EnteredRecord, standing: Standing | None, found: list[str]) -> bool:
        """Supply the document of a record that came without it before; say whether it was news.

        A record without its document is never dropped: the order is entered and says that it is missing.
        """
        if standing is None or DOCUMENT not in standing.details.unread:
            return False
        if not record.source:
            found.append("document-missing")
            return False
        attachment = Attachment(content=record.source, media_type=record.media_type)
        command: SupplyDocument[Clear] = SupplyDocument(order_ref=standing.order_ref)
        receipt = self.executor.perform(
            command, principal=self.principal, attachment=attachment, rehearsal=self.dry_run
        )
        return bool(receipt.facts)

    def _seen(self, record: EnteredRecord) -> OrderRef:
        """Find the order that a record was entered as, by the claim its first delivery took."""
        claim = claim_id(self.executor.boundary.claim_key, "idempotency", self.principal.institution, _key(record))

        def work(unit: Unit) -> OrderRef:
            held = unit.holder(claim)
            if held is None:
                raise Refused("record-lost")
            return OrderRef(held.stream)

        return self.executor.writer.perform(work, urgent=False)

    def _serve(
        self, record: EnteredRecord, service: RecordService[Clear], standing: Standing | None, found: list[str]
    ) -> bool:
        """Record a state of notice, for the respondent as the order has him; say whether it was news."""
        respondent = _same_party(record.enter, service.respondent, standing)
        if standing is None or respondent is None:
            found.append("service-for-unknown-party")
            return False
        command = replace(service, order_ref=standing.order_ref, respondent=respondent)
        try:
            receipt = self.executor.perform(command, principal=self.principal, rehearsal=self.dry_run)
        except Refused as refusal:
            found.append(_code(refusal))
            return False
        return bool(receipt.facts)

    def _close(self, account: Account) -> None:
        """Step 4: the delivery itself is a fact; the age of the source is counted from it."""
        executor, principal = self.executor, self.principal
        stream = feed_stream(account.source)
        fact_id = FactId(executor.mint())
        event = FeedRead(
            source=account.source,
            jurisdiction=self.system.JURISDICTION,
            read_at=executor.clock(),
            records=len(account.lines),
            accepted=account.count(Outcome.ACCEPTED, Outcome.UNCHANGED),
            needs_attention=account.count(Outcome.NEEDS_ATTENTION),
            rejected=account.count(Outcome.REJECTED),
        )
        actor = Actor(institution=principal.institution, key_id=principal.key_id)
        draft = Draft(fact_id=fact_id, actor=actor, correlation=fact_id, event=event)

        def work(unit: Unit) -> None:
            version, _ = unit.state(stream, _COUNT)
            unit.append(stream, [draft], expected_version=version)

        executor.writer.perform(work, urgent=False)


def _key(record: EnteredRecord) -> str:
    """Name a record for ever: by its source's own reference, which only its hash goes out of here."""
    return sha256(b"po-record/v1|" + record.reference.encode()).hexdigest()


def fingerprint(enter: EnterOrder[Clear]) -> bytes:
    """Write an entry so that two readings of the same record agree, whatever identifiers they minted."""
    seen: dict[bytes, bytes] = {}

    def numbered(found: re.Match[bytes]) -> bytes:
        return seen.setdefault(found.group(), b"#%d" % len(seen))

    return _UUID.sub(numbered, msgspec.json.encode(enter))


def _same_party(enter: EnterOrder[Clear], minted: PartyRef, standing: Standing | None) -> PartyRef | None:
    """Find the party of the standing order that stands where the record's own respondent stands."""
    if standing is None:
        return None
    here = [party.party_ref for party in enter.details.parties if party.role is PartyRole.RESPONDENT]
    there = [party.party_ref for party in standing.parties(PartyRole.RESPONDENT)]
    if minted not in here or len(here) != len(there):
        return None
    return there[here.index(minted)]


def _line(record: EnteredRecord, found: list[str], order_ref: OrderRef | None, *, changed: bool) -> Line:
    """Account for a record. What the source leaves unsaid is attention once; what went wrong now is each time."""
    if found or (changed and record.attention):
        outcome = Outcome.NEEDS_ATTENTION
    else:
        outcome = Outcome.ACCEPTED if changed else Outcome.UNCHANGED
    return Line(place=record.place, outcome=outcome, codes=(*record.attention, *found), order_ref=order_ref)


def _without_document(record: EnteredRecord) -> EnterOrder[Clear]:
    """Say of a record that came without its source that the source is missing."""
    enter = record.enter
    if record.source:
        return enter
    return replace(enter, details=replace(enter.details, unread=(*enter.details.unread, DOCUMENT)))


def _code(refusal: Refused) -> str:
    return f"{refusal.code}:{refusal.field}" if refusal.field else refusal.code


def failures(account: Account) -> Iterator[Line]:
    """Give the lines that somebody has to look at."""
    return (line for line in account.lines if line.outcome in {Outcome.NEEDS_ATTENTION, Outcome.REJECTED})
