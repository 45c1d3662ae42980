"""Finds how a protected party has agreed to be reached, where the newest fact of the order says so.

Only the outbox asks, only just before it sends, and what it is given is never kept.
"""

from dataclasses import dataclass
from typing import Any, Final

from registry.errors import KeyErased, KeyLost, Tampered
from registry.ledger.port import Reader, Recorded
from registry.values.contact import MessageFailure
from registry.values.identifiers import OrderRef, PartyRef, SealedBlock, StreamId, SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import ContactPlan, Party
from registry.vault.keys import KeyRing
from registry.vault.rows import wrapped_key
from registry.vault.sealing import open_block
from registry.vault.walk import blocks
from registry.views.police import SUBJECT_KEY

_CONTACT: Final = "contact"


class CannotReach(Exception):  # an answer, not a fault
    """There is no way to reach the party that it has agreed to; trying again does not help."""

    def __init__(self, reason: MessageFailure) -> None:
        """Keep the reason."""
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """Opens contact plans; any thread may use it."""

    reader: Reader
    ring: KeyRing
    ledger_id: str

    def plan(self, order_ref: OrderRef, party_ref: PartyRef) -> ContactPlan:
        """Give the newest contact plan of a protected party.

        Raises `CannotReach` without one, without consent, after erasure, and for whoever is not
        a protected party of this order; `Tampered` for a block that does not open.
        """
        facts = self.reader.stream(StreamId(order_ref))
        if not _is_protected(facts, party_ref):
            # A respondent is never contacted, whatever row asks for it.
            raise CannotReach(MessageFailure.NO_CONTACT)
        if self._erased(party_ref):
            raise CannotReach(MessageFailure.ERASED)
        plan = self._newest(facts, order_ref, party_ref)
        if not plan.consent:
            raise CannotReach(MessageFailure.NO_CONSENT)
        return plan

    def _erased(self, party_ref: PartyRef) -> bool:
        """Ask the row itself: the ring is a cache, and another process may have erased the key."""
        rows = self.reader.rows(SUBJECT_KEY, {"subject": party_ref.bytes})
        if rows and wrapped_key(rows[0]).erased_at is not None:
            self.ring.forget(SubjectId(party_ref))
            return True
        return False

    def _newest(self, facts: tuple[Recorded, ...], order_ref: OrderRef, party_ref: PartyRef) -> ContactPlan:
        for recorded in reversed(facts):
            found = _block(recorded, party_ref)
            if found is None:
                continue
            name, block = found
            try:
                content = open_block(
                    block,
                    ledger=self.ledger_id,
                    order_ref=order_ref,
                    fact_id=recorded.fact.fact_id,
                    name=name,
                    ring=self.ring,
                )
            except KeyLost:
                raise Tampered("a contact block does not open") from None
            except KeyErased:
                raise CannotReach(MessageFailure.ERASED) from None
            if not isinstance(content, ContactPlan):
                raise Tampered("a contact block holds something else")
            return content
        raise CannotReach(MessageFailure.NO_CONTACT)


def _block(recorded: Recorded, party_ref: PartyRef) -> tuple[str, SealedBlock] | None:
    """Give name and block of the party's contact plan in a fact, if the fact has one."""
    for found in blocks(recorded.fact.event):
        if found.subject == party_ref and found.name.rpartition("/")[2] == _CONTACT:
            return found.name, found.block
    return None


def _is_protected(facts: tuple[Recorded, ...], party_ref: PartyRef) -> bool:
    """Say whether every mention of the party in the order's facts is on the protected side, and there is one."""
    roles = {party.role for recorded in facts for party in _parties(recorded) if party.party_ref == party_ref}
    return roles == {PartyRole.PROTECTED}


def _parties(recorded: Recorded) -> tuple[Party[SealedBlock], ...]:
    event: Any = recorded.fact.event
    details = getattr(event, "details", None)
    return (
        *(details.parties if details else ()),
        *getattr(event, "added_parties", ()),
        *getattr(event, "parties", ()),
    )
