"""The one gate through which sealed data is opened for an answer. What goes through it is noted, to be recorded.

One sight is of one answer, and knows what that answer may hold: the table of `access/purposes.py` says it, by who asks,
what for, and what they are to the order. To open or to show anything else is a fault of ours and opens nothing.

Whoever opens a block opens it here, and tests/test_house.py holds that nothing else does; the door (api/looking.py)
records what was noted before the answer leaves.
"""

from collections.abc import Iterable, Sequence
from typing import Final, cast

from registry.access.fields import NOTHING, Field, classes_of, field_of
from registry.access.granted import Asks, granted_at_once
from registry.access.grants import Purpose
from registry.access.permissions import Action
from registry.access.relations import Relation
from registry.errors import VaultError
from registry.events.catalogue import AnyEvent
from registry.events.issuance import OrderCorrected, OrderIssued, OrderVaried
from registry.events.look import PartyShown
from registry.execute import Executor
from registry.ledger.port import AnyFact
from registry.values.glass import GlassRef
from registry.values.identifiers import OrderRef, PartyRef, SealedBlock, SubjectId
from registry.values.issuance import PartyRole
from registry.values.look import FieldClass, LookGround
from registry.values.parties import Identity, Name, Party
from registry.vault.audit import BLOCK_NAME
from registry.vault.block import Opened, Place
from registry.vault.contents import decode
from registry.vault.documents import open_document
from registry.vault.sealing import opened

NOBODY: Final = Asks()
NO_CLASSES: Final[frozenset[FieldClass]] = frozenset()
_SHOWN_UNCASED: Final = 3
"""Letters that a name in a script without case has at least, for its first one to say little of it."""


class MixedSight(VaultError):
    """One answer was about to show two orders, of which one look cannot tell."""


class NothingSeen(VaultError):
    """There is no look to record."""


class NotGranted(VaultError):
    """An answer was about to show what its purpose does not grant. It names the kind of field, never what it holds."""


class Sight:
    """What one answer shows of an order, noted as it is opened."""

    def __init__(self, executor: Executor, asks: Asks = NOBODY) -> None:
        """Begin with nothing seen, and nothing granted until it is known what the asker is to the order."""
        self._executor = executor
        self._asks = asks
        self._parties: dict[PartyRef, set[FieldClass]] = {}
        self._shown: set[Field] = set()
        self.granted = NOTHING
        self.order_ref: OrderRef | None = None
        """The order that is shown; None as long as nothing is."""
        self.glass_ref: GlassRef | None = None
        """The break-glass that it is read under, or that is reviewed."""
        self.ground: LookGround | None = None
        """On what ground, where a fact says so already."""
        self.recorded = False
        """Whether a fact of its own says already what is shown: a check is answered after its record."""

    @property
    def action(self) -> Action | None:
        """Give by what action is asked; None where nobody asks."""
        return self._asks.action

    def another(self) -> "Sight":
        """Begin again for the same asker: of each of several orders that one answer is about there is a look."""
        return Sight(self._executor, self._asks)

    def near(self, relations: Iterable[Relation], purpose: Purpose | None = None) -> frozenset[Field]:
        """Have granted what the table grants in these relations; `purpose` where the route leaves it to the request."""
        asks = self._asks if purpose is None else Asks(self._asks.roles, self._asks.action, purpose)
        self.granted = granted_at_once(asks, frozenset(relations))
        return self.granted

    def show(self, order_ref: OrderRef, *fields: Field) -> None:
        """Note that an answer is about an order, though nothing sealed were opened.

        Raises `MixedSight`, and `NotGranted` where the answer may not hold it.
        """
        for field in (Field.ORDER_FACTS, *fields):
            self._demand(field)
        if self.order_ref not in {None, order_ref} and not self.recorded:
            raise MixedSight
        self.order_ref = order_ref
        self._shown |= {Field.ORDER_FACTS, *fields}

    def under(self, glass_ref: GlassRef, ground: LookGround) -> None:
        """Note by what break-glass this is read."""
        self.glass_ref, self.ground = glass_ref, ground

    def statement(self, block: SealedBlock, *, fact: AnyFact, order_ref: OrderRef) -> bytes:
        """Open what an officer stated when the glass was broken; raises as the vault does."""
        self._demand(Field.STATEMENT)
        executor = self._executor
        place = Place(ledger=executor.ledger_id, stream=fact.stream, fact_id=fact.fact_id, name=BLOCK_NAME)
        content = opened(block, place=place, ring=executor.ring).content
        self.show(order_ref, Field.STATEMENT)
        return content

    def open(self, block: SealedBlock, *, fact: AnyFact, name: str, subject: SubjectId | None) -> Opened:
        """Open a block of an order's fact; raises as the vault does, and then nothing was seen. Raises `NotGranted`."""
        return self._open(block, fact, name, subject, field_of(name, side_of(fact.event, subject)))

    def initials(self, block: SealedBlock, *, fact: AnyFact, name: str, subject: SubjectId | None) -> str:
        """Give of an identity the initials alone: where no more is granted, no more leaves the gate.

        Raises as `open` does, and for a block that is no protected person's identity.
        """
        if (field := field_of(name, side_of(fact.event, subject))) is not Field.PROTECTED_IDENTITY:
            raise NotGranted(field.value)
        content = decode(self._open(block, fact, name, subject, Field.PROTECTED_INITIALS).content)
        return initials(cast("Identity", content).name)

    def _open(self, block: SealedBlock, fact: AnyFact, name: str, subject: SubjectId | None, field: Field) -> Opened:
        self._demand(field)
        executor = self._executor
        place = Place(ledger=executor.ledger_id, stream=fact.stream, fact_id=fact.fact_id, name=name)
        content = opened(block, place=place, ring=executor.ring)
        self.show(OrderRef(fact.stream), field)
        if subject is not None:
            self._parties.setdefault(PartyRef(subject), set()).update(classes_of(field))
        return content

    def open_document(self, sealed: bytes, *, place: Place, order_ref: OrderRef, parties: Iterable[PartyRef]) -> bytes:
        """Open a document that is kept sealed, and note that all these parties were shown; raises as `open`."""
        self._demand(Field.DOCUMENT)
        content = open_document(sealed, place=place, ring=self._executor.ring).content
        self.show(order_ref, Field.DOCUMENT)
        for party in parties:
            self._parties.setdefault(party, set()).update(classes_of(Field.DOCUMENT))
        return content

    def _demand(self, field: Field) -> None:
        if field not in self.granted:
            raise NotGranted(field.value)

    @property
    def shown(self) -> frozenset[Field]:
        """Every kind of field that was shown, and whose."""
        return frozenset(self._shown)

    @property
    def classes(self) -> tuple[FieldClass, ...]:
        """Every kind of field that was shown."""
        return tuple(sorted(NO_CLASSES.union(*map(classes_of, self._shown))))

    @property
    def parties(self) -> Sequence[PartyShown]:
        """Of whom something sealed was opened, and what kinds of field."""
        return tuple(
            PartyShown(party_ref=ref, classes=tuple(sorted(kinds))) for ref, kinds in sorted(self._parties.items())
        )


def side_of(event: AnyEvent, subject: SubjectId | None) -> PartyRole | None:
    """Say on which side of the order a party is, by the fact that holds the block; None where it does not say."""
    return next((party.role for party in _parties(event) if party.party_ref == subject), None)


def _parties(event: AnyEvent) -> tuple[Party[SealedBlock], ...]:
    match event:
        case OrderIssued():
            return event.details.parties
        case OrderVaried():
            return event.added_parties
        case OrderCorrected():
            return event.parties
        case _:
            return ()


def initials(given: Name) -> str:
    """Give the initials of a name; a dot stands for a part whose first letter would be the name itself."""
    return " ".join(_initial(part) for part in (given.given, given.family) if part.strip())


def _initial(part: str) -> str:
    word = part.split(maxsplit=1)[0]
    first = word[0]
    cased = first.upper() != first.lower()
    return f"{first.upper()}." if len(word) >= (2 if cased else _SHOWN_UNCASED) else "·"
