"""What an officer is given, from what was recorded: the word first, then why, and how old it all is."""

from typing import Any

from registry.api import shown
from registry.api.persons import Blocks, shown_party
from registry.api.services import Services
from registry.law.citation import Citation
from registry.law.instrument import Information
from registry.law.jurisdictions import zone_of
from registry.questions import Answer, Found, OrderAnswer, PersonAnswer
from registry.sight import Sight
from registry.sources import Source
from registry.values.identifiers import SealedBlock
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court
from registry.values.parties import Condition, Party
from registry.values.time import Instant


def shown_answer(answer: Answer, asked_in: Jurisdiction, services: Services, sight: Sight) -> dict[str, Any]:
    """Show an answer as recorded. `asked_in` is where the officer stands."""
    receipt = answer.receipt
    search = {"search": shown_search(answer.found, sight)} if answer.found is not None else {}
    return {
        "word": answer.word.value,
        "statement": answer.statement,
        "orders": [shown_order(order, asked_in, services, sight) for order in answer.orders],
        **search,
        "valid_at": shown.instant(answer.valid_at),
        "known_at": shown.instant(answer.known_at),
        "known_position": answer.known_position,
        "check_ref": answer.check_ref,
        "receipt": {
            "check_ref": answer.check_ref,
            "position": receipt.position,
            "recorded_at": shown.instant(receipt.recorded_at),
        },
        "signed": answer.signed,
        "opening": answer.opening,
        "question": answer.question,
        "engine": services.checker.engine,
        "zone_rules": services.zone_rules,
    }


def shown_order(order: OrderAnswer, asked_in: Jurisdiction, services: Services, sight: Sight) -> dict[str, Any]:
    """Show the answer on one order. Who the parties are as far as the purpose of the check grants it."""
    verdict, standing = order.verdict, order.standing
    details = standing.details
    sight.show(standing.order_ref)
    opened = Blocks(sight, order.facts, corrected=order.corrected)
    parties = {party.party_ref: party for party in details.parties}
    return {
        "order_ref": str(verdict.order_ref),
        "enforced_ref": str(verdict.enforced_ref),
        "prevails": str(verdict.prevails) if verdict.prevails else None,
        "version": order.facts[-1].version,
        "word": order.word.value,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "instrument": verdict.instrument,
        "legal_basis": [shown_basis(basis) for basis in verdict.basis],
        "verified": verdict.verified,
        "terms": verdict.terms,
        "conditions": _conditions(order),
        "served": [
            {
                "respondent": str(notice.party_ref) if notice.party_ref else None,
                "terms": notice.terms,
                "state": notice.state.value,
                "notified": notice.notified,
                "since": shown.instant(notice.since),
            }
            for notice in verdict.notice
        ],
        "respondents": [shown_party(party, opened) for party in standing.parties(PartyRole.RESPONDENT)],
        "protected": [
            {
                **_protected(parties.get(person.party_ref), opened),
                "party_ref": str(person.party_ref),
                "status": person.status.value,
                "superseded_by": str(person.superseded_by) if person.superseded_by else None,
            }
            for person in verdict.persons
        ],
        "effect_ends": _ends(verdict.effect_ends, details.court.jurisdiction, asked_in),
        "next_change": shown.instant(verdict.next_change),
        "expiry": shown.expiry(standing.expiry),
        "court": shown_court(details.court, services),
        "source": shown_source(order.source),
        "doubts": [str(fact) for fact in order.doubts],
        "duties": list(verdict.duties),
        "notes": list(verdict.notes),
        "information": [shown_information(each) for each in order.information],
    }


def shown_search(found: Found, sight: Sight) -> dict[str, Any]:
    """Show whom a search by person found, the surest first, and what to ask next."""
    return {
        "persons": [shown_person(person, sight) for person in found.persons],
        "look_alikes_hundredths": found.look_alikes,
        "ask_next": list(found.ask),
        "complete": found.complete,
        "too_many": found.too_many,
        "sources": [shown_source(source) for source in found.sources],
    }


def shown_person(person: PersonAnswer, sight: Sight) -> dict[str, Any]:
    """Show somebody who may be meant.

    What speaks for it is told in their own words, so only where name and birth date are shown as well; and so is what
    that comes to, by which a birth date that is not shown could be tried digit by digit.
    """
    sight.show(person.order_ref)
    party = shown_party(person.party, Blocks(sight, person.facts, corrected=person.corrected), apart=True)
    told = "identity" in party and "birth_date" not in person.party.withheld
    return {
        "order_ref": str(person.order_ref),
        "band": person.band.value,
        "exact": person.exact,
        "answered": person.sure,
        **({"hundredths_of_bits": person.bits, "features": list(person.features)} if told else {}),
        "person": party,
    }


def shown_source(source: Source) -> dict[str, Any]:
    """Show how old our last word from a source is, and what is too old."""
    return {
        "name": source.name,
        "state": source.state.value,
        "age_seconds": source.age_seconds,
        "limit_seconds": source.limit_seconds,
    }


def shown_information(information: Information) -> dict[str, Any]:
    """Show what an instrument tells of an order."""
    basis = shown_basis(information.basis)
    return {"code": information.code, "says": information.says, "legal_basis": basis}


def shown_basis(basis: Citation) -> dict[str, Any]:
    """Show a legal basis, and whether it was read."""
    return {"text": str(basis), "verified": basis.verified}


def shown_court(court: Court, services: Services) -> dict[str, Any]:
    """Show the issuing court, with the telephone that is answered at all hours where it is enrolled."""
    enrolled = services.enrolment().institutions.get(court.institution) if court.institution else None
    return {
        "jurisdiction": court.jurisdiction,
        "code": court.code,
        "institution": court.institution,
        "name": enrolled.name if enrolled else None,
        "contact": enrolled.contact if enrolled else None,
    }


def _protected(party: Party[SealedBlock] | None, opened: Blocks) -> dict[str, Any]:
    return shown_party(party, opened) if party is not None and party.role is PartyRole.PROTECTED else {}


def _conditions(order: OrderAnswer) -> list[dict[str, Any]]:
    """Show each condition that was judged, with what it says in codes."""
    known = {condition.condition_ref: condition for condition in order.conditions}
    return [
        {
            "condition_ref": str(judged.condition_ref),
            "kind": judged.kind.value,
            "enforceable": judged.enforceable,
            "reason": judged.reason,
            **_parameters(known.get(judged.condition_ref)),
        }
        for judged in order.verdict.conditions
    ]


def _parameters(condition: Condition[SealedBlock] | None) -> dict[str, Any]:
    return shown_condition(condition) if condition is not None else {}


def shown_condition(condition: Condition[SealedBlock]) -> dict[str, Any]:
    """Show what a condition says in codes. `has_text` tells that the court's own words say more."""
    return {
        "condition_ref": str(condition.condition_ref),
        "kind": condition.kind.value,
        "protects": [str(party) for party in condition.protects],
        "channels": [channel.value for channel in condition.channels],
        "metres": condition.metres,
        "place": condition.place.value if condition.place else None,
        "power_of_arrest": condition.power_of_arrest.value,
        "begins": shown.moment(condition.begins),
        "ends": shown.moment(condition.ends),
        "source_code": condition.source_code,
        "has_text": condition.text is not None,
    }


def _ends(at: Instant | None, issued_in: Jurisdiction, asked_in: Jurisdiction) -> dict[str, Any] | None:
    """Show when the effect ends here: as an instant, on the court's clock, and on the officer's."""
    stated = shown.instant(at)
    if at is None or stated is None:
        return None
    zones = {"issuing": zone_of(issued_in), "asked": zone_of(asked_in)}
    return {"at": stated, **{where: shown.local(at, zone) for where, zone in zones.items() if zone is not None}}
