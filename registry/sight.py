"""The one gate through which sealed data is opened for an answer. What goes through it is noted, to be recorded.

One sight is of one answer. Whoever opens a block opens it here, and tests/test_house.py holds that nothing else
does; the door (api/looking.py) records what was noted before the answer leaves.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from registry.errors import VaultError
from registry.events.look import PartyShown
from registry.execute import Executor
from registry.ledger.port import AnyFact
from registry.values.glass import GlassRef
from registry.values.identifiers import OrderRef, PartyRef, SealedBlock, SubjectId
from registry.values.look import FieldClass, LookGround
from registry.vault.audit import BLOCK_NAME
from registry.vault.block import Opened, Place
from registry.vault.sealing import opened

_CLASSES: Final[Mapping[str, FieldClass]] = {
    "identity": FieldClass.IDENTITY,
    "address": FieldClass.ADDRESS,
    "contact": FieldClass.ADDRESS,
    "number": FieldClass.ORDER_FACTS,
}
"""By the last word of a block's name; whatever else is sealed was handed in."""


class MixedSight(VaultError):
    """One answer was about to show two orders, of which one look cannot tell."""


class NothingSeen(VaultError):
    """There is no look to record."""


class Sight:
    """What one answer shows of an order, noted as it is opened."""

    def __init__(self, executor: Executor) -> None:
        """Begin with nothing seen."""
        self._executor = executor
        self._parties: dict[PartyRef, set[FieldClass]] = {}
        self._classes: set[FieldClass] = set()
        self.order_ref: OrderRef | None = None
        """The order that is shown; None as long as nothing is."""
        self.glass_ref: GlassRef | None = None
        """The break-glass that it is read under, or that is reviewed."""
        self.ground: LookGround | None = None
        """On what ground, where a fact says so already."""
        self.recorded = False
        """Whether a fact of its own says already what is shown: a check is answered after its record."""

    def show(self, order_ref: OrderRef, *classes: FieldClass) -> None:
        """Note that an answer is about an order, though nothing sealed were opened. Raises `MixedSight`."""
        if self.order_ref not in {None, order_ref} and not self.recorded:
            raise MixedSight
        self.order_ref = order_ref
        self._classes |= {FieldClass.ORDER_FACTS, *classes}

    def under(self, glass_ref: GlassRef, ground: LookGround) -> None:
        """Note by what break-glass this is read."""
        self.glass_ref, self.ground = glass_ref, ground

    def statement(self, block: SealedBlock, *, fact: AnyFact, order_ref: OrderRef) -> bytes:
        """Open what an officer stated when the glass was broken; raises as the vault does."""
        executor = self._executor
        place = Place(ledger=executor.ledger_id, stream=fact.stream, fact_id=fact.fact_id, name=BLOCK_NAME)
        content = opened(block, place=place, ring=executor.ring).content
        self.show(order_ref, FieldClass.EVIDENCE)
        return content

    def open(self, block: SealedBlock, *, fact: AnyFact, name: str, subject: SubjectId | None) -> Opened:
        """Open a block of an order's fact; raises as the vault does, and then nothing was seen."""
        executor = self._executor
        place = Place(ledger=executor.ledger_id, stream=fact.stream, fact_id=fact.fact_id, name=name)
        content = opened(block, place=place, ring=executor.ring)
        kind = _CLASSES.get(name.rpartition("/")[2], FieldClass.EVIDENCE)
        self.show(OrderRef(fact.stream), kind)
        if subject is not None:
            self._parties.setdefault(PartyRef(subject), set()).add(kind)
        return content

    @property
    def classes(self) -> tuple[FieldClass, ...]:
        """Every kind of field that was shown."""
        return tuple(sorted(self._classes))

    @property
    def parties(self) -> Sequence[PartyShown]:
        """Of whom something sealed was opened, and what kinds of field."""
        return tuple(
            PartyShown(party_ref=ref, classes=tuple(sorted(kinds))) for ref, kinds in sorted(self._parties.items())
        )
