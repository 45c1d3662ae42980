"""What a correction of a party's data takes along: the party's next key, and what stays right, sealed again under it.

Then the former key opens what was recorded before and nothing that counts, and can be destroyed by itself
(docs/decisions/0012-erasure.md, Rectification).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from registry.commands.issuance import CorrectOrder
from registry.errors import NotFound
from registry.law.standing import AnyFact, fold
from registry.ledger.port import Reader
from registry.values.identifiers import OrderRef, SealedBlock, StreamId, SubjectId
from registry.values.parties import Clear, Party, PersonalData
from registry.values.time import Instant
from registry.vault.keys import Entropy, KeyRing
from registry.vault.renewal import Renewal, former_subject
from registry.vault.sealing import open_block
from registry.vault.walk import blocks
from registry.views.police import SUBJECT_KEY


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewing:
    """Renews keys of one ledger at a moment."""

    ledger_id: str
    reader: Reader
    ring: KeyRing
    now: Instant
    entropy: Entropy

    def taken(self, command: CorrectOrder[Clear]) -> tuple[CorrectOrder[Clear], tuple[Renewal, ...]]:
        """Give the correction with what else it seals again, and the next key of every party whose data it corrects.

        Raises `NotFound` for an order that is not there, `KeyErased` for a party that was erased, `Unavailable`.
        """
        facts = [recorded.fact for recorded in self.reader.stream(StreamId(command.order_ref))]
        order = fold(facts)
        if order is None:
            raise NotFound("no-such-order")
        known = {party.party_ref: party for party in order.details.parties}
        renewals: dict[SubjectId, Renewal] = {}
        parties: list[Party[Clear]] = []
        for party in command.parties:
            former = known.get(party.party_ref)
            renewal = self._renewal(SubjectId(party.party_ref)) if former is not None and corrects(party) else None
            if former is None or renewal is None:
                parties.append(party)
                continue
            renewals[renewal.new.subject] = renewal
            parties.append(self._whole(party, former, facts))
        return replace(command, parties=tuple(parties)), tuple(renewals.values())

    def _renewal(self, subject: SubjectId) -> Renewal | None:
        """Make a party's next key; None for a party whose data was never sealed: it gets its first."""
        made = self.ring.next_key(subject, now=self.now, entropy=self.entropy)
        if made is None:
            return None
        before, moved, (key, new) = made
        names = (former_subject(subject, number) for number in count(1))
        free = next(name for name in names if not self.reader.rows(SUBJECT_KEY, {"subject": name.bytes}))
        return Renewal(before=before, former=replace(moved, subject=free), new=new, key=key)

    def _whole(self, party: Party[Clear], former: Party[SealedBlock], facts: Sequence[AnyFact]) -> Party[Clear]:
        """Add what the correction leaves as it is, to be sealed under the same key as what it sets right."""
        places = {each.block: (fact, each.name) for fact in facts for each in blocks(fact.event)}

        def left(given: Clear | None, block: SealedBlock | None, name: str) -> Clear | None:
            if given is not None or block is None:
                return given
            return Clear(subject=SubjectId(party.party_ref), name=name, content=self._opened(block, *places[block]))

        return replace(
            party,
            identity=left(party.identity, former.identity, "identity"),
            address=left(party.address, former.address, "address"),
            contact=left(party.contact, former.contact, "contact"),
        )

    def _opened(self, block: SealedBlock, fact: AnyFact, path: str) -> PersonalData:
        return open_block(
            block,
            ledger=self.ledger_id,
            order_ref=OrderRef(fact.stream),
            fact_id=fact.fact_id,
            name=path,
            ring=self.ring,
        )


def corrects(party: Party[Clear]) -> bool:
    """Say whether a party that is named again is named with data."""
    return any(block is not None for block in (party.identity, party.address, party.contact))
