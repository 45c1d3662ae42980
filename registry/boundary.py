"""The command boundary: what happens to a command before it is decided.

Personal data is sealed, the source document is sealed under everybody's key, what is unique is
turned into claims, and the rows that let a party be found are computed from the clear text. After
this no step of the write path holds, needs or could give away a clear word.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, cast

from registry.access.actors import Principal
from registry.commands.document import SupplyDocument
from registry.commands.erasure import EraseFormer, EraseParty
from registry.commands.glass import BreakGlass
from registry.commands.issuance import CorrectOrder, EnterOrder
from registry.commands.notice import ReceiveContainer
from registry.commands.officer import EnrolOfficer
from registry.commands.representation import RecordRepresentation
from registry.errors import Malformed, NotFound
from registry.events.base import Claim
from registry.filing import finding_rows, person_rows
from registry.identity.given import named_by
from registry.identity.plausible import check_person
from registry.law.standing import fold
from registry.ledger.port import Reader
from registry.ledger.rows import Change, Put
from registry.officers import officer_rows
from registry.renewing import Renewing, corrects
from registry.stating import stated
from registry.values.identifiers import ClaimId, FactId, OrderRef, PartyRef, StreamId, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court
from registry.values.parties import Clear, Document, Text
from registry.values.text import case_number
from registry.values.time import Instant
from registry.vault.block import Place, encoded
from registry.vault.claims import claim_id, digest
from registry.vault.documents import SealedDocument, seal_document
from registry.vault.keys import Entropy, KeyRing, SealingKey, WrappedKey
from registry.vault.renewal import Renewal
from registry.vault.sealing import ClearCommand, seal
from registry.vault.walk import subjects
from registry.views.police import DOCUMENT, ORDER

KEPT_JURISDICTIONS: Final = 100_000
DOCUMENT_BLOCK: Final = "details/document/content"
"""The name of the place that a source document's blob is bound to."""
SUPPLIED_BLOCK: Final = "document/content"
"""The same for what came later: a document that was supplied, a container with a notice."""
_Documented: TypeAlias = EnterOrder[Clear] | SupplyDocument[Clear] | ReceiveContainer[Clear]


@dataclass(frozen=True, kw_only=True, slots=True)
class Idempotency:
    """The caller's key and the request it came with: the same pair again gives the same receipt."""

    key: str
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A source document as it came."""

    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A command past the boundary, with all that must be written and held together with its facts."""

    command: Any
    claims: tuple[Claim, ...]
    rows: tuple[Change, ...]
    new_keys: tuple[WrappedKey, ...] = ()
    held: Mapping[SubjectId, bytes | None] = field(default_factory=dict[SubjectId, bytes | None])
    """Whose keys it was sealed under, with the id of each; None: whichever is the subject's."""
    renewals: tuple[Renewal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Takes commands over the boundary of one ledger."""

    ledger_id: str
    reader: Reader
    ring: KeyRing
    claim_key: bytes
    index_key: bytes
    clock: Callable[[], Instant]
    entropy: Entropy
    _jurisdictions: dict[OrderRef, Jurisdiction] = field(
        default_factory=dict[OrderRef, Jurisdiction], init=False, repr=False, compare=False
    )
    """Where orders were made, as far as it was asked; an order never changes its court."""

    def bind(
        self,
        command: Any,  # noqa: ANN401  # any command of plans.PLANS
        *,
        fact_id: FactId,
        principal: Principal,
        idempotency: Idempotency | None,
        attachment: Attachment | None,
    ) -> Bound:
        """Seal a command for one fact. Raises `KeyErased`, `Malformed`, `NotFound` for a foreign order."""
        for place, identity in named_by(command):
            check_person(identity, self.clock(), place)
        claims = tuple(self._claims(command, principal, idempotency))
        if isinstance(command, EnrolOfficer):
            rows = tuple(officer_rows(self.index_key, command, self.entropy))
            return Bound(command=replace(command, identity=None), claims=claims, rows=rows)
        if isinstance(command, BreakGlass):
            said = stated(command, fact_id, principal, self.ledger_id, self.ring, self.clock(), self.entropy)
            held: Mapping[SubjectId, bytes | None] = {said.subject: None}
            return Bound(command=said.command, claims=claims, rows=said.rows, new_keys=said.new_keys, held=held)
        if isinstance(command, EraseParty | EraseFormer | RecordRepresentation):
            command = replace(command, ledger_id=self.ledger_id)
        if not may_hold_clear(command):
            return Bound(command=command, claims=claims, rows=())
        finding = tuple(finding_rows(self.index_key, command))
        jurisdiction = self._jurisdiction(command)
        keys: tuple[SealingKey, ...] = ()
        if attachment is not None and isinstance(command, EnterOrder | SupplyDocument | ReceiveContainer):
            documented = cast("_Documented", command)
            keys = self._party_keys(self._about(documented), jurisdiction)
            sealed_document = self._document(documented, fact_id, attachment, keys)
            command = _with_document(documented, sealed_document, attachment)
            finding = (*finding, _document_row(documented.order_ref, sealed_document))
        command, renewals = self._renewed(command)
        sealed = seal(
            cast("ClearCommand", command),
            ledger=self.ledger_id,
            order_ref=_place(command),
            fact_id=fact_id,
            jurisdiction=jurisdiction,
            ring=self.ring,
            now=self.clock(),
            entropy=self.entropy,
            renewed=[each.key for each in renewals],
        )
        persons = person_rows(self.index_key, command, keys=sealed.keys, ledger_id=self.ledger_id, entropy=self.entropy)
        new = {key.subject: key for key in (*sealed.new_keys, *(each.unsaved for each in keys)) if key is not None}
        return Bound(
            command=sealed.command,
            claims=claims,
            rows=(*finding, *persons),
            new_keys=tuple(new.values()),
            held={**sealed.held, **{each.key.subject: each.key.key_id for each in keys}},
            renewals=renewals,
        )

    def _renewed(self, command: Any) -> tuple[Any, tuple[Renewal, ...]]:  # noqa: ANN401  # as in bind
        if not _corrects_data(command):
            return command, ()
        renewing = Renewing(
            ledger_id=self.ledger_id, reader=self.reader, ring=self.ring, now=self.clock(), entropy=self.entropy
        )
        return renewing.taken(command)

    def reads(self, command: Any) -> bool:  # noqa: ANN401  # as in bind
        """Say whether `bind` would ask the store: for a key that is not at hand, or for the order's jurisdiction.

        What it asks for may come and go between this answer and `bind`, which asks itself in any case.
        """
        if not may_hold_clear(command):
            return isinstance(command, BreakGlass)  # for the audit key of the month
        if isinstance(command, EnterOrder | SupplyDocument | ReceiveContainer) or _corrects_data(command):
            return True  # for the key of every party, or what stands there of one
        if command.order_ref not in self._jurisdictions:
            return True
        return not all(self.ring.holds(subject) for subject in subjects(command))

    def forget(self, bound: Bound) -> None:
        """Let the next attempt fetch the keys' rows afresh: another command saved one first."""
        for subject in (*bound.held, *(each.new.subject for each in bound.renewals)):
            self.ring.forget(subject)

    def _jurisdiction(self, command: Any) -> Jurisdiction:  # noqa: ANN401  # as in bind
        """Say whose key-encryption key wraps new keys: that of the jurisdiction the order was made in."""
        if isinstance(command, EnterOrder):
            made_in = cast("EnterOrder[Clear]", command).details.court.jurisdiction
            return self._remember(command.order_ref, made_in)
        known = self._jurisdictions.get(command.order_ref)
        if known is None:
            rows = self.reader.rows(ORDER, {"order_ref": command.order_ref.bytes})
            if not rows:
                raise NotFound("no-such-order")
            known = self._remember(command.order_ref, Jurisdiction(str(rows[0]["jurisdiction"])))
        return known

    def _remember(self, order_ref: OrderRef, jurisdiction: Jurisdiction) -> Jurisdiction:
        if len(self._jurisdictions) >= KEPT_JURISDICTIONS:
            self._jurisdictions.clear()
        self._jurisdictions[order_ref] = jurisdiction
        return jurisdiction

    def _claims(
        self,
        command: Any,  # noqa: ANN401  # as in bind
        principal: Principal,
        idempotency: Idempotency | None,
    ) -> Iterator[Claim]:
        """Give what the first fact claims: the caller's key, and a court's own number for an order."""
        if idempotency is not None:
            yield Claim(
                claim_id=claim_id(self.claim_key, "idempotency", principal.institution, idempotency.key),
                digest=digest(self.claim_key, idempotency.body),
            )
        if isinstance(command, EnterOrder):
            details = cast("EnterOrder[Clear]", command).details
            number, court = details.number, details.court
            said = case_number(number.content.text) if number and isinstance(number.content, Text) else ""
            if said:
                yield Claim(claim_id=self.number_claim(court, said))

    def number_claim(self, court: Court, said: str) -> ClaimId:
        """Give the claim on a court's case number, as `case_number` writes it. Raises `Malformed`."""
        try:
            return claim_id(self.claim_key, "case-number", court.jurisdiction, court.code, said)
        except Malformed as fault:
            # Composing can make a short number long; the request knows it by this name.
            raise Malformed(fault.code, field="/number") from None

    def _about(self, command: _Documented) -> tuple[PartyRef, ...]:
        """Say whom a document is about: the parties of the entry, or of the order as it stands."""
        if isinstance(command, EnterOrder):
            return tuple(party.party_ref for party in command.details.parties)
        order = fold(recorded.fact for recorded in self.reader.stream(StreamId(command.order_ref)))
        if order is None:
            raise NotFound("no-such-order")
        return tuple(party.party_ref for party in order.details.parties)

    def _party_keys(self, parties: Iterable[PartyRef], jurisdiction: Jurisdiction) -> tuple[SealingKey, ...]:
        """Give the key of every party: a document about two opens only with both."""
        return tuple(
            self.ring.to_seal(SubjectId(party_ref), jurisdiction=jurisdiction, now=self.clock(), entropy=self.entropy)
            for party_ref in parties
        )

    def _document(
        self, command: _Documented, fact_id: FactId, attachment: Attachment, keys: Sequence[SealingKey]
    ) -> SealedDocument:
        name = DOCUMENT_BLOCK if isinstance(command, EnterOrder) else SUPPLIED_BLOCK
        place = Place(ledger=self.ledger_id, stream=StreamId(command.order_ref), fact_id=fact_id, name=name)
        return seal_document(attachment.content, keys=[each.key for each in keys], place=place, entropy=self.entropy)


def may_hold_clear(command: object) -> bool:
    """Say whether a command is of a kind that can carry personal data."""
    return bool(getattr(type(command), "__parameters__", ()))


def _corrects_data(command: Any) -> bool:  # noqa: ANN401  # as in bind
    """Say whether a command sets data of parties right, so that they get another key."""
    return isinstance(command, CorrectOrder) and any(map(corrects, cast("CorrectOrder[Clear]", command).parties))


def _place(command: Any) -> OrderRef:  # noqa: ANN401  # any command with blocks
    """Give the stream that a command's blocks are bound to: the violation's own, else the order's."""
    return cast("OrderRef", getattr(command, "violation_ref", command.order_ref))


def _with_document(command: _Documented, sealed: SealedDocument, attachment: Attachment) -> _Documented:
    document: Document[Clear] = Document(
        blob=sealed.blob,
        commitment=str(encoded(sealed.commitment)),
        media_type=attachment.media_type,
        size=len(attachment.content),
    )
    if isinstance(command, EnterOrder):
        return replace(command, details=replace(command.details, document=document))
    return replace(command, document=document)


def _document_row(order_ref: OrderRef, sealed: SealedDocument) -> Put:
    row = {"blob": sealed.blob.bytes, "order_ref": order_ref.bytes, "sealed": sealed.content}
    return Put(table=DOCUMENT, row=row)
