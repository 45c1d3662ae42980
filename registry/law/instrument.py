"""What an instrument sees, and what it answers. An instrument never sees an order, only a claim.

One file in law/instruments is one instrument; it ends with `INSTRUMENT = ...`. It says whether it
reaches a claim at all, what notice it asks for, and how it judges the claim at an instant. One that says
which of several orders stands is `Superseding` or `Ranking` besides; one that carries no order and only
tells what else the law asks for is `Informing` and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from registry.law.citation import Citation
from registry.law.making import maker
from registry.law.procedure import Procedure
from registry.law.standing import Act, Certificate
from registry.values.check import EnforcementStatus
from registry.values.issuance import ConditionKind, Maker, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import NO_FINDINGS, NO_HEARING, Findings, Hearing
from registry.values.service import ServiceState
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """An order's claim to be enforced at a place and an instant: all that law may know of it."""

    issued_in: Jurisdiction
    """Law area of the court."""
    sought_in: Jurisdiction
    """Law area where the officer stands."""
    at: Instant
    kind: OrderKind
    nature: Nature
    maker: Maker
    issued: LegalMoment
    imported: bool = False
    """The order is a national measure adopted from another State's."""
    hearing: Hearing = NO_HEARING
    findings: Findings = NO_FINDINGS
    certificates: tuple[Certificate, ...] = ()
    declarations: tuple[Act, ...] = ()
    registrations: tuple[Act, ...] = ()
    adjustments: tuple[Instant, ...] = ()
    """From when the place sought adjusted factual elements of it (606/2013 Art 11)."""
    procedures: tuple[Procedure, ...] = ()
    """Recognition procedures in the law area where enforcement is sought."""
    kinds: frozenset[ConditionKind] = frozenset()
    """What its terms forbid; only given where several orders of a pair are compared."""
    zone: str = "UTC"
    """Time zone of the place where enforcement is sought."""


make_claim = maker(Claim)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRule:
    """What notice to the respondent an instrument asks for before the terms can be enforced."""

    satisfied_by: frozenset[ServiceState]
    otherwise: EnforcementStatus
    """The status while notice is missing."""
    basis: Citation
    exempt_until: Instant | None = None
    """Terms made at or before this instant need no notice (a declared or registered order, NSW s 98ZY)."""
    mail_of_same_terms: bool = False
    """Mail does not count for terms that differ from those served in person before (Cal Fam 6384)."""
    extensions: bool = False
    """An extension binds only who was told of it: it is a variation, enforceable when notified (NSW ss 98S, 98ZD)."""
    duties: tuple[str, ...] = ("INFORM_RESPONDENT_OF_TERMS", "TRY_TO_SERVE", "RECORD_SERVICE")
    """What must be done while notice is missing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgment:
    """What an instrument says. `reason` is a code that says why, for machines and for the trace."""

    status: EnforcementStatus
    reason: str
    basis: tuple[Citation, ...]
    effect_ends: Instant | None = None
    """First instant at which the effect that the instrument gives is over."""
    notice: NoticeRule | None = None
    carries: frozenset[ConditionKind] | None = None
    """Kinds of condition that it carries; None: all."""
    duties: tuple[str, ...] = ()
    """Codes of what the officer or the authority must do besides."""
    notes: tuple[str, ...] = ()
    changes: tuple[Instant, ...] = ()
    """Instants at which the judgment may become another without any new fact."""


make_judgment = maker(Judgment)


@runtime_checkable
class Instrument(Protocol):
    """One legal instrument."""

    CODE: ClassVar[str]
    NAME: ClassVar[str]

    def reaches(self, claim: Claim, /) -> bool:
        """Say whether the instrument has anything to say of the claim.

        May look at where it is from and sought, its kind and its nature, and at nothing else: never at the time.
        """
        ...

    def judge(self, claim: Claim, /) -> Judgment:
        """Judge a claim it reaches: always a status, a reason and a citation; never raises."""
        ...

    def grounds(self, executing: Jurisdiction, /) -> frozenset[str]:
        """Give the grounds of refusal (`RefusalGround` values) it opens in a State."""
        ...


@runtime_checkable
class Superseding(Protocol):
    """An instrument under which a later order takes the place of an earlier one, person by person."""

    def supersedes(self, later: Claim, earlier: Claim, /) -> Citation | None:
        """Say on what basis a later order, once enforceable, takes an earlier one's place; None: it does not.

        That both are against one respondent and share a protected person is asked before, and when the
        later one became enforceable after.
        """
        ...

    def supersedes_from(self, area: Jurisdiction, /) -> tuple[Instant, ...]:
        """Give the instants at which it begins or ceases to supersede in a law area."""
        ...


@runtime_checkable
class Ranking(Protocol):
    """An instrument that says which of several orders, all in force, an officer enforces."""

    def ranks_in(self, area: Jurisdiction, /) -> bool:
        """Say whether it ranks orders in a law area at all: asked before the orders are judged."""
        ...

    def rank(self, claims: Sequence[Claim], /) -> tuple[int, Citation] | None:
        """Give the place in `claims` of the order that prevails, and the basis; None: it says nothing here."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Information:
    """What an instrument tells besides: a code for machines, what it says of this order, and the basis."""

    code: str
    says: str
    basis: Citation


@runtime_checkable
class Informing(Protocol):
    """An instrument that carries no order: it tells what else the law asks for or makes of one."""

    CODE: ClassVar[str]
    NAME: ClassVar[str]

    def inform(self, claim: Claim, /) -> tuple[Information, ...]:
        """Tell what it has to say of a claim; nothing where it does not apply; never raises."""
        ...
