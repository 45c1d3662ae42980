"""The command boundary: what happens to a command before it is decided.

Personal data is sealed, the source document is sealed under everybody's key, what is unique is
turned into claims, and the rows that let a party be found are computed from the clear text. After
this no step of the write path holds, needs or could give away a clear word.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from registry.access.actors import Principal
from registry.commands.issuance import CorrectOrder, EnterOrder
from registry.errors import KeyErased, Malformed, NotFound
from registry.events.base import Claim
from registry.identity.exact import finding_keys, normalised
from registry.ledger.port import Reader, Unit
from registry.ledger.rows import Add, Bar, Cell, Change, Drop, Hold, Put
from registry.values.identifiers import FactId, OrderRef, StreamId, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import Clear, Document, Identity, Party, Text
from registry.values.time import Instant, iso
from registry.vault.block import Place, encoded
from registry.vault.claims import claim_id, digest
from registry.vault.documents import SealedDocument, seal_document
from registry.vault.keys import CLOSED, Entropy, KeyRing, KeyState, SealingKey, WrappedKey
from registry.vault.rows import key_row
from registry.vault.sealing import ClearCommand, seal
from registry.views.police import DOCUMENT, FINDING, KEY_EPOCH, ORDER, SUBJECT_KEY, epoch_name

_ACTIVE: Final[dict[str, Cell]] = {"state": KeyState.ACTIVE.value}
_CLOSED: Final[dict[str, Cell]] = {"state": CLOSED}
EARLIEST_BIRTH: Final = "1900"
KEPT_JURISDICTIONS: Final = 100_000
DOCUMENT_BLOCK: Final = "details/document/content"
"""The name of the place that a source document's blob is bound to."""


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
    subjects: frozenset[SubjectId] = frozenset()


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
        for party in _parties(command):
            _check_person(party, self.clock())
        claims = tuple(self._claims(command, principal, idempotency))
        if not may_hold_clear(command):
            return Bound(command=command, claims=claims, rows=())
        finding = tuple(self._finding(command))
        jurisdiction = self._jurisdiction(command)
        keys: tuple[SealingKey, ...] = ()
        if attachment is not None and isinstance(command, EnterOrder):
            entering = cast("EnterOrder[Clear]", command)
            keys = self._party_keys(entering.details, jurisdiction)
            sealed_document = self._document(entering.order_ref, fact_id, attachment, keys)
            command = _with_document(entering, sealed_document, attachment)
            finding = (*finding, _document_row(entering.order_ref, sealed_document))
        sealed = seal(
            cast("ClearCommand", command),
            ledger=self.ledger_id,
            order_ref=_place(command),
            fact_id=fact_id,
            jurisdiction=jurisdiction,
            ring=self.ring,
            now=self.clock(),
            entropy=self.entropy,
        )
        new = {key.subject: key for key in sealed.new_keys}
        new.update({each.unsaved.subject: each.unsaved for each in keys if each.unsaved is not None})
        return Bound(
            command=sealed.command,
            claims=claims,
            rows=finding,
            new_keys=tuple(new.values()),
            subjects=sealed.subjects | {each.key.subject for each in keys},
        )

    def forget(self, bound: Bound) -> None:
        """Let the next attempt fetch the keys' rows afresh: another command saved one first."""
        for subject in bound.subjects:
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
            if number is not None and isinstance(number.content, Text):
                said = " ".join(number.content.text.split()).casefold()
                yield Claim(claim_id=claim_id(self.claim_key, "case-number", court.jurisdiction, court.code, said))

    def _finding(self, command: Any) -> Iterator[Change]:  # noqa: ANN401  # as in bind
        """Give the index rows under which the parties of a command are found, from the clear text.

        Whoever is corrected is found under what is right, and under nothing that was wrong.
        """
        for party in _parties(command):
            clear = party.identity
            if clear is None or not isinstance(clear.content, Identity):
                continue
            if isinstance(command, CorrectOrder):
                yield Drop(table=FINDING, where={"party_ref": party.party_ref.bytes})
            for key in finding_keys(self.index_key, clear.content):
                row = {
                    "finding_key": key,
                    "party_ref": party.party_ref.bytes,
                    "order_ref": command.order_ref.bytes,
                    "role": party.role.value,
                }
                yield Put(table=FINDING, row=row)

    def _party_keys(self, details: OrderDetails[Clear], jurisdiction: Jurisdiction) -> tuple[SealingKey, ...]:
        """Give the key of every party: a document about two opens only with both."""
        return tuple(
            self.ring.to_seal(
                SubjectId(party.party_ref), jurisdiction=jurisdiction, now=self.clock(), entropy=self.entropy
            )
            for party in details.parties
        )

    def _document(
        self, order_ref: OrderRef, fact_id: FactId, attachment: Attachment, keys: Sequence[SealingKey]
    ) -> SealedDocument:
        place = Place(ledger=self.ledger_id, stream=StreamId(order_ref), fact_id=fact_id, name=DOCUMENT_BLOCK)
        return seal_document(attachment.content, keys=[each.key for each in keys], place=place, entropy=self.entropy)


def _check_person(party: Party[Clear], now: Instant) -> None:
    """Refuse a person who can be nobody: a name of nothing, a birth before 1900 or after today.

    A partial birth date is held to its year. Raises `Malformed`, without a value.
    """
    clear = party.identity
    if clear is None or not isinstance(clear.content, Identity):
        return
    if not normalised(f"{clear.content.name.family} {clear.content.name.given}"):
        raise Malformed("name-needed", field="/parties")
    born = clear.content.birth_date
    if born is not None and not EARLIEST_BIRTH <= born <= iso(now)[: len(born)]:
        raise Malformed("birth-date-implausible", field="/parties")


def may_hold_clear(command: object) -> bool:
    """Say whether a command is of a kind that can carry personal data."""
    return bool(getattr(type(command), "__parameters__", ()))


def _parties(command: Any) -> Iterable[Party[Clear]]:  # noqa: ANN401  # as in bind
    if isinstance(command, EnterOrder):
        return cast("EnterOrder[Clear]", command).details.parties
    return (*getattr(command, "added_parties", ()), *getattr(command, "parties", ()))


def _place(command: Any) -> OrderRef:  # noqa: ANN401  # any command with blocks
    """Give the stream that a command's blocks are bound to: the violation's own, else the order's."""
    return cast("OrderRef", getattr(command, "violation_ref", command.order_ref))


def _with_document(command: EnterOrder[Clear], sealed: SealedDocument, attachment: Attachment) -> EnterOrder[Clear]:
    document: Document[Clear] = Document(
        blob=sealed.blob,
        commitment=str(encoded(sealed.commitment)),
        media_type=attachment.media_type,
        size=len(attachment.content),
    )
    return replace(command, details=replace(command.details, document=document))


def _document_row(order_ref: OrderRef, sealed: SealedDocument) -> Put:
    row = {"blob": sealed.blob.bytes, "order_ref": order_ref.bytes, "sealed": sealed.content}
    return Put(table=DOCUMENT, row=row)


class KeyMadeMeanwhile(Exception):  # a signal to seal again, not a fault
    """Another command saved a key for the same subject first."""


def key_changes(new_keys: Iterable[WrappedKey], subjects: Iterable[SubjectId]) -> Iterator[Change]:
    """Save new keys with the fact; hold every other subject's key to be there and not erased.

    A new key is added, never put over another, and never under an epoch that was closed: what
    destroys the epoch's key has counted the rows under it. Where one is there already, and where a
    key that was held is not active, the store refuses the command; it is sealed again from the rows
    there are, which tells who was erased.
    """
    new = {key.subject: key for key in new_keys}
    for subject in subjects:
        made = new.get(subject)
        if made is not None:
            yield Add(table=SUBJECT_KEY, row=key_row(made))
            yield Bar(table=KEY_EPOCH, key={"epoch": epoch_name(made.jurisdiction, made.epoch)}, cells=_CLOSED)
        else:
            yield Hold(table=SUBJECT_KEY, key={"subject": subject.bytes}, cells=_ACTIVE)


def assert_active(unit: Unit, subjects: Iterable[SubjectId]) -> None:
    """Look keys up at once, for a rehearsal: it is never written. Raises `KeyErased` and `KeyMadeMeanwhile`."""
    for subject in subjects:
        rows = unit.rows(SUBJECT_KEY, {"subject": subject.bytes})
        if not rows:
            raise KeyMadeMeanwhile
        if rows[0]["state"] != KeyState.ACTIVE:
            raise KeyErased("the key was erased")
