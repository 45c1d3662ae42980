"""The orders of a story: who made them, against whom, for whom, from when to when, and what they forbid."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from registry.law.jurisdictions import zone_of
from registry.law.stories.tree import Branch
from registry.values.identifiers import ConditionRef, FactId, InstitutionId, OrderRef, PartyRef, SealedBlock
from registry.values.issuance import Channel, ConditionKind, Maker, Nature, OrderKind, PartyRole, PlaceFunction, Ternary
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.order import Court, Findings, Hearing, OrderDetails
from registry.values.parties import Condition, Party
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, Expiry, Instant, LegalMoment, expires

Member = TypeVar("Member", bound=Enum)
_HEARING = ("ex_parte", "notice_given", "respondent_present", "opportunity_to_be_heard")
_FINDINGS = (
    "mutual",
    "cross_petition",
    "specific_findings",
    "intimate_partner",
    "credible_threat",
    "force_prohibited",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Who and what a story names: orders, their zones and parties, procedures. The same name is the same person."""

    name: str
    orders: dict[str, OrderRef] = field(default_factory=dict[str, OrderRef])
    zones: dict[OrderRef, str] = field(default_factory=dict[OrderRef, str])
    parties: dict[OrderRef, dict[str, PartyRef]] = field(default_factory=dict[OrderRef, dict[str, PartyRef]])
    respondents: dict[OrderRef, list[str]] = field(default_factory=dict[OrderRef, list[str]])
    courts: dict[OrderRef, Jurisdiction] = field(default_factory=dict[OrderRef, Jurisdiction])
    procedures: dict[str, tuple[UUID, OrderRef, Jurisdiction]] = field(
        default_factory=dict[str, tuple[UUID, OrderRef, Jurisdiction]]
    )
    versions: dict[OrderRef, int] = field(default_factory=dict[OrderRef, int])
    said: dict[tuple[OrderRef, str], list[FactId]] = field(default_factory=dict[tuple[OrderRef, str], list[FactId]])
    """The facts of an order by the verb that told them, in the order of the story; `issued` is its making."""
    links: dict[tuple[PartyRef, PartyRef], tuple[Instant, Instant | None]] = field(
        default_factory=dict[tuple[PartyRef, PartyRef], tuple[Instant, Instant | None]]
    )
    """What was said besides the names: from when two parties are one person, and from when no longer."""

    def note(self, order_ref: OrderRef, verb: str) -> FactId:
        """Give the reference of the next fact that a verb tells of an order, and keep it."""
        told = self.said.setdefault((order_ref, verb), [])
        told.append(FactId(self.mint("fact", order_ref.hex, verb, str(len(told)))))
        return told[-1]

    def fact(self, order_ref: OrderRef, verb: Branch, which: Branch | None) -> FactId:
        """Find a fact told before by its verb: the newest, or the one of a number from 1."""
        told = self.said.get((order_ref, verb.text()), [])
        number = whole_number(which) if which else len(told)
        if not 1 <= number <= len(told):
            raise verb.wrong("no such fact was told of this order before")
        return told[number - 1]

    def mint(self, *words: str) -> UUID:
        """Give the reference of something of this story: the same for the same words."""
        return UUID(bytes=sha256("\n".join((self.name, *words)).encode()).digest()[:16])

    def order(self, branch: Branch) -> OrderRef:
        """Find the order a branch names."""
        found = self.orders.get(branch.text())
        if found is None:
            raise branch.wrong(f"no such order; there are: {', '.join(self.orders)}")
        return found

    def party(self, order_ref: OrderRef, branch: Branch) -> PartyRef:
        """Find the party of an order that a branch names."""
        found = self.parties[order_ref].get(branch.text())
        if found is None:
            raise branch.wrong(f"no such party; there are: {', '.join(self.parties[order_ref])}")
        return found


def words_of(closed: type[Member]) -> dict[str, Member]:
    """Give the words of a closed list."""
    return {str(member.value): member for member in closed}


def code(branch: Branch) -> Jurisdiction:
    """Read the code of a jurisdiction, such as `US-CA`."""
    if not is_shaped_like_a_jurisdiction(branch.text()):
        raise branch.wrong("a code of a jurisdiction such as FR or US-CA is expected here")
    return Jurisdiction(branch.text())


def moment(branch: Branch, zone: str) -> LegalMoment:
    """Read a date, or a date and hour, in a zone."""
    stated = branch.stated()
    if isinstance(stated, datetime):
        return LegalMoment(date=stated.date(), time=stated.time(), zone=zone)
    return LegalMoment(date=stated, zone=zone)


def whole_number(branch: Branch) -> int:
    """Read a whole number, of at most nine digits."""
    if not branch.text().isdecimal():
        raise branch.wrong("a number is expected here")
    return int(branch.text()[:9])


def expiry(branch: Branch | None, zone: str) -> Expiry:
    """Read an end: a date, `never`, or `not stated`; not given is not stated."""
    if branch is None or branch.text() == "not stated":
        return UNKNOWN_EXPIRY
    return NO_EXPIRY if branch.text() == "never" else expires(moment(branch, zone))


def order_details(key: str, branch: Branch, cast: Cast) -> tuple[OrderRef, Instant, OrderDetails[SealedBlock]]:
    """Read an order: its reference, when it became known, and what its court made."""
    order_ref = OrderRef(cast.mint("order", key))
    court = code(branch.need("court"))
    zone_given, begins, origin = branch.get("zone"), branch.get("begins"), branch.get("adopted from")
    zone = zone_given.text() if zone_given else zone_of(court) or "UTC"
    issued = moment(branch.need("issued"), zone)
    cast.orders[key], cast.zones[order_ref], cast.courts[order_ref] = order_ref, zone, court
    cast.versions[order_ref] = 1
    parties = _parties(key, branch, cast)
    given, known = branch.get("conditions"), branch.get("known")
    details = OrderDetails(
        court=Court(jurisdiction=court, code="story", institution=InstitutionId("story")),
        kind=_choice(branch, "kind", words_of(OrderKind), OrderKind.FINAL),
        nature=_choice(branch, "nature", words_of(Nature), Nature.CIVIL),
        maker=_choice(branch, "maker", words_of(Maker), Maker.COURT),
        issued=issued,
        valid_from=moment(begins, zone) if begins else None,
        expiry=expiry(branch.get("ends"), zone),
        hearing=_hearing(branch.get("hearing"), zone),
        findings=Findings(**_ternaries(branch.get("findings"), _FINDINGS)),
        parties=parties,
        conditions=conditions(given, order_ref, cast, 1),
        origin=cast.order(origin) if origin else None,
    )
    branch.nothing_else()
    return order_ref, known.instant() if known else issued.begins(), details


def _choice(branch: Branch, key: str, words: dict[str, Member], otherwise: Member) -> Member:
    given = branch.get(key)
    return given.one_of(words) if given else otherwise


def _parties(key: str, branch: Branch, cast: Cast) -> tuple[Party[SealedBlock], ...]:
    order_ref = cast.orders[key]
    protects, against = branch.get("protects"), branch.get("against")
    named = cast.parties.setdefault(order_ref, {})
    found: list[Party[SealedBlock]] = []
    sides = ((PartyRole.PROTECTED, protects, "P"), (PartyRole.RESPONDENT, against, "R"))
    for role, given, otherwise in sides:
        names = given.words() if given else (otherwise,)
        for name in names:
            named[name] = PartyRef(cast.mint("party", key, name))
            found.append(Party(party_ref=named[name], role=role))
        if role is PartyRole.RESPONDENT:
            cast.respondents[order_ref] = list(names)
    return tuple(found)


def conditions(
    branch: Branch | None, order_ref: OrderRef, cast: Cast, version: int
) -> tuple[Condition[SealedBlock], ...]:
    """Read the conditions of a version: a kind alone, or a kind with whom it protects, how and from when to when."""
    if branch is None:
        reference = ConditionRef(cast.mint("condition", order_ref.hex, str(version), "0"))
        return (Condition(condition_ref=reference, kind=ConditionKind.NO_CONTACT),)
    return tuple(_condition(item, n, order_ref, cast, version) for n, item in enumerate(branch.list()))


def _condition(branch: Branch, number: int, order_ref: OrderRef, cast: Cast, version: int) -> Condition[SealedBlock]:
    reference = ConditionRef(cast.mint("condition", order_ref.hex, str(version), str(number)))
    kinds, zone = words_of(ConditionKind), cast.zones[order_ref]
    if branch.word is not None:
        return Condition(condition_ref=reference, kind=branch.one_of(kinds), text=SealedBlock("story"))
    protects, channels, place = branch.get("protects"), branch.get("by"), branch.get("place")
    begins, ends, metres = branch.get("begins"), branch.get("ends"), branch.get("metres")
    made: Condition[SealedBlock] = Condition(
        condition_ref=reference,
        kind=branch.need("kind").one_of(kinds),
        protects=tuple(cast.party(order_ref, each) for each in protects.list()) if protects else (),
        channels=tuple(each.one_of(words_of(Channel)) for each in channels.list()) if channels else (),
        metres=whole_number(metres) if metres else None,
        place=place.one_of(words_of(PlaceFunction)) if place else None,
        begins=moment(begins, zone) if begins else None,
        ends=moment(ends, zone) if ends else None,
        text=SealedBlock("story"),
    )
    branch.nothing_else()
    return made


def _ternaries(branch: Branch | None, keys: tuple[str, ...]) -> dict[str, Ternary]:
    if branch is None:
        return {}
    words = words_of(Ternary)
    found = {key: given.one_of(words) for key in keys if (given := branch.get(key.replace("_", " "))) is not None}
    if keys is _FINDINGS:
        branch.nothing_else()
    return found


def _hearing(branch: Branch | None, zone: str) -> Hearing:
    if branch is None:
        return Hearing()
    following = branch.get("next hearing")
    said = _ternaries(branch, _HEARING)
    branch.nothing_else()
    return Hearing(**said, next_hearing=moment(following, zone) if following else None)
