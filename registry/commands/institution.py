"""Commands of institutions: found the directory, propose and confirm changes, keep own keys, confirm own facts."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, Position, ProposalRef, StreamId
from registry.values.institution import Change, Enrolled, KeyTerms, SuspensionReason
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDirectory:
    """Record the list that the ledger begins with. Done once, at the machine itself."""

    stream: StreamId
    institutions: tuple[Enrolled, ...]
    digest: str
    """SHA-256 of the founding file's bytes, in hexadecimal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeChange:
    """Propose a change that another person is to confirm."""

    stream: StreamId
    proposal_ref: ProposalRef
    change: Change


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmChange:
    """Confirm what another person proposed, by the digest of exactly what was read."""

    stream: StreamId
    proposal_ref: ProposalRef
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawChange:
    """Take a proposal off the table."""

    stream: StreamId
    proposal_ref: ProposalRef


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspendAtOnce:
    """Suspend an institution in an emergency; it lapses unless another person confirms it in time."""

    stream: StreamId
    proposal_ref: ProposalRef
    institution: InstitutionId
    reason: SuspensionReason


@dataclass(frozen=True, kw_only=True, slots=True)
class AddOwnKey:
    """Add a key to one's own, signed in with one of them."""

    stream: StreamId
    terms: KeyTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class RetireOwnKey:
    """Have a key of one's own sign no more from an instant on."""

    stream: StreamId
    key_id: KeyId
    at: Instant | None = None
    """None: now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkOwnKeyCompromised:
    """Say that a key of one's own is in wrong hands, and from where on in the ledger it is not to be trusted."""

    stream: StreamId
    key_id: KeyId
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtFact:
    """Hold an institution to say whether a fact stands. Said by the registry itself, of each fact in doubt."""

    stream: StreamId
    institution: InstitutionId
    key_id: KeyId
    fact_id: FactId
    order_ref: OrderRef
    due: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmFacts:
    """Say that one recorded these facts oneself."""

    stream: StreamId
    facts: tuple[FactId, ...]


OwnKeyCommand: TypeAlias = AddOwnKey | RetireOwnKey | MarkOwnKeyCompromised
ProposalCommand: TypeAlias = ProposeChange | ConfirmChange | WithdrawChange | SuspendAtOnce
InstitutionCommand: TypeAlias = FoundDirectory | ProposalCommand | OwnKeyCommand | DoubtFact | ConfirmFacts
