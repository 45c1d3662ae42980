"""Australia's National Domestic Violence Order Scheme, by the text of New South Wales (2007 Act, Part 13B).

Recognised when made (98Y), enforceable when properly notified under the law of where it was made (98ZD).
Older orders need a declaration by any registrar and are then enforceable at once (98ZY); New Zealand
orders need registration and are enforceable from then (98Y(2), 98ZD(4)). All Victorian orders in force on
2017-11-25 were recognised on that day. A later enforceable order takes an earlier one's place, for the
persons both protect and for no others (98ZB).
"""

from dataclasses import replace
from typing import ClassVar, Final

from registry.law.bindings import NDVOS, binding, edges
from registry.law.citation import Citation
from registry.law.instrument import Claim, Judgment, make_judgment
from registry.law.local_notice import notice_rule
from registry.law.records import Act
from registry.values.check import EnforcementStatus
from registry.values.issuance import Maker, OrderKind
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.time import Instant

_ACT: Final = "Crimes (Domestic and Personal Violence) Act 2007 (NSW)"


def _cite(provision: str, *, verified: bool = True) -> tuple[Citation, ...]:
    return (Citation(instrument=_ACT, provision=provision, verified=verified),)


_RECOGNISED: Final = _cite("ss 98Y(2), 98ZD(3)")
_VICTORIAN: Final = (Citation(instrument="National Domestic Violence Order Scheme", provision="Victorian orders"),)
_DECLARED: Final = _cite("s 98ZY(1)(b), (2)")
_OLDER: Final = _cite("ss 98W-98ZY")
_REGISTERED: Final = _cite("ss 98Y(1)(c), 98ZD(4)")
_SUPERSEDED: Final = _cite("s 98ZB")[0]
_TYPE: Final = _cite("s 98S", verified=False)
_NEVER: Final = frozenset(
    {
        OrderKind.CRIMINAL_CONDITION,
        OrderKind.UNDERTAKING,
        OrderKind.MILITARY,
        OrderKind.EUROPEAN_PROTECTION_ORDER,
        OrderKind.IMPORTED_MEASURE,
    }
)
_GENERAL_VIOLENCE: Final = frozenset({Jurisdiction("AU-SA"), Jurisdiction("AU-WA")})
"""States whose orders may be general violence orders, which count only with a domestic violence concern (98W)."""


_EDGES: Final = {area: edges(NDVOS, area) for area in NDVOS}


class NationalScheme:
    """Automatic between States and Territories; by registration from New Zealand."""

    CODE: ClassVar[str] = "au-ndvos"
    NAME: ClassVar[str] = "National Domestic Violence Order Scheme"

    def reaches(self, claim: Claim, /) -> bool:
        """Reach orders of another State or Territory, and of New Zealand."""
        issued, sought = claim.issued_in, claim.sought_in
        return sought in NDVOS and issued != sought and (issued in NDVOS or issued == "NZ")

    def judge(self, claim: Claim, /) -> Judgment:
        """Recognise when made, declared or registered; enforce when properly notified."""
        turns = (*_EDGES[claim.sought_in], *_instants(claim))
        if binding(NDVOS, claim.sought_in, claim.at) is None:
            return _no("OUT_OF_SCOPE_TIME", _OLDER, turns, "OFFER_REGISTRATION")
        if claim.kind in _NEVER:
            return _no("OUT_OF_SCOPE_TYPE", _TYPE, turns, "PROPOSE_DOMESTIC_ORDER")
        if claim.issued_in == "NZ":
            return _since(_first(claim.registrations, claim.at), claim, "REGISTERED", _REGISTERED, turns)
        begins = NDVOS[claim.issued_in].since
        if claim.issued.begins() >= begins or claim.issued_in == "AU-VIC":
            basis = _RECOGNISED if claim.issued.begins() >= begins else _VICTORIAN
            return _yes("RECOGNISED_WHEN_MADE", basis, turns, claim, None)
        return _since(_first(claim.declarations, claim.at), claim, "DECLARED", _DECLARED, turns)

    def grounds(self, _executing: Jurisdiction, /) -> frozenset[str]:
        """Open no ground: recognition is by the statute and nobody refuses it."""
        return frozenset()

    def supersedes(self, later: Claim, earlier: Claim, /) -> Citation | None:
        """Take the earlier order's place, but never a court's order by one of the police."""
        if later.sought_in not in NDVOS or binding(NDVOS, later.sought_in, later.at) is None:
            return None
        if not all(_within(claim) for claim in (later, earlier)):
            return None
        police = later.maker is Maker.POLICE or later.kind is OrderKind.EMERGENCY
        return None if police and earlier.maker is not Maker.POLICE else _SUPERSEDED

    def supersedes_from(self, area: Jurisdiction, /) -> tuple[Instant, ...]:
        """Supersede from when the area is in the scheme."""
        return _EDGES.get(area, ())


def _within(claim: Claim) -> bool:
    return claim.kind not in _NEVER and (claim.issued_in in NDVOS or claim.issued_in == "NZ")


def _instants(claim: Claim) -> tuple[Instant, ...]:
    acts = (*claim.declarations, *claim.registrations)
    return tuple([act.made.begins() for act in acts]) if acts else ()


def _first(acts: tuple[Act, ...], at: Instant) -> Instant | None:
    """Give the instant of the first declaration or registration anywhere in the scheme that was done by `at`."""
    done = [act.made.begins() for act in acts if country_of(act.jurisdiction) == "AU"]
    return min((instant for instant in done if instant <= at), default=None)


def _since(
    act: Instant | None, claim: Claim, reason: str, basis: tuple[Citation, ...], turns: tuple[Instant, ...]
) -> Judgment:
    if act is None:
        missing, duty = ("NOT_REGISTERED", "OFFER_REGISTRATION")
        if reason == "DECLARED":
            missing, duty, basis = "NOT_DECLARED", "OFFER_DECLARATION", _OLDER
        return _no(missing, basis, turns, duty)
    return _yes(reason, basis, turns, claim, act)


def _yes(
    reason: str, basis: tuple[Citation, ...], turns: tuple[Instant, ...], claim: Claim, exempt_until: Instant | None
) -> Judgment:
    rule = notice_rule(claim.issued_in if claim.issued_in in NDVOS else claim.sought_in)
    if rule is not None and exempt_until is not None:
        rule = replace(rule, exempt_until=exempt_until)
    return make_judgment(
        status=EnforcementStatus.ENFORCEABLE,
        reason=reason,
        basis=basis,
        notice=rule,
        duties=("ENFORCE_AS_LOCAL_ORDER",),
        notes=("DOMESTIC_VIOLENCE_CONCERN_TO_BE_CHECKED",) if claim.issued_in in _GENERAL_VIOLENCE else (),
        changes=turns,
    )


def _no(reason: str, basis: tuple[Citation, ...], turns: tuple[Instant, ...], duty: str) -> Judgment:
    status = EnforcementStatus.NOT_RECOGNISED
    return make_judgment(status=status, reason=reason, basis=basis, duties=(duty,), changes=turns)


INSTRUMENT = NationalScheme()
