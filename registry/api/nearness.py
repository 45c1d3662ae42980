"""What whoever asks is to an order, read from what is recorded; `access/purposes.py` says what may be seen so near."""

from typing import Final
from uuid import UUID

from registry.access.actors import Principal, Role
from registry.access.permissions import Action, permit
from registry.access.relations import Relation, relations
from registry.api.services import Services
from registry.errors import NotFound
from registry.law import procedure as procedures
from registry.law.procedure import Procedure, ProcedureState
from registry.law.standing import Standing, fold
from registry.ledger.rows import Cell, Table
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.service import TOLD, ServiceState
from registry.values.time import Instant
from registry.views.police import INVOLVED, LINK, ORDER, SHOWN

_OPEN: Final = frozenset({ProcedureState.PENDING, ProcedureState.SUPPLEMENT_REQUESTED, ProcedureState.GRANTED})
"""While a recognition stands or is asked for, its authority needs to know whom the order is about."""
_DONE: Final = TOLD | {ServiceState.NOT_REQUIRED}


def nearness(
    services: Services, principal: Principal, order_ref: OrderRef, action: Action = Action.READ_ORDER
) -> frozenset[Relation]:
    """Give what a reader is to an order; raises `NotFound` where it may not be known of.

    Not there and not yours are one answer. Of an erasure whoever was shown the order may know.
    """
    permit(principal, action)
    made_in = _made_in(services, order_ref)
    if made_in is None:
        raise NotFound("no-such-order")
    known = principal.acts_in(made_in) or _stands_in(INVOLVED, services, principal, order_ref)
    told = action is Action.READ_ERASURE and _stands_in(SHOWN, services, principal, order_ref)
    if not known and not told:
        raise NotFound("no-such-order")
    return relation_to(services, principal, order_ref)


def relation_to(
    services: Services, principal: Principal, order_ref: OrderRef, *, sent: bool = False
) -> frozenset[Relation]:
    """Give what somebody is to an order that they know of; `sent` where something about it was addressed to them."""
    made_in = _made_in(services, order_ref)
    if made_in is None:
        raise NotFound("no-such-order")
    standing = _standing(services, order_ref) if Role.SERVING_AUTHORITY in principal.roles else None
    return relations(
        principal,
        made_in,
        sent=sent or _stands_in(INVOLVED, services, principal, order_ref),
        deciding=any(
            each.authority == principal.institution and each.state in _OPEN
            for each in procedures_of(services, order_ref)
        ),
        to_serve=standing is not None and bool(to_be_served(standing, services.clock())),
    )


def author_of(
    services: Services, principal: Principal, order_ref: OrderRef, author: InstitutionId
) -> frozenset[Relation]:
    """Say whether a desk's own institution made the order or handed a document of it in; `author` did the latter.

    A court of the same country that neither made the order nor wrote the document has no more to do with its names and
    addresses than any other; raises `NotFound` as `nearness`.
    """
    near = nearness(services, principal, order_ref, Action.READ_DOCUMENT)
    (row,) = services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    own = Relation.ISSUING in near and principal.institution in {row["institution"], author}
    return near | {Relation.AUTHOR} if own else near


def to_be_served(standing: Standing, now: Instant) -> frozenset[PartyRef]:
    """Give the respondents who are still to be told of the terms that count, of an order that is not over."""
    ends = standing.expiry.ends()
    if standing.end is not None or (ends is not None and ends <= now):
        return frozenset()
    newest = standing.terms[-1].version
    done = {each.respondent for each in standing.services if each.terms == newest and each.state in _DONE}
    return frozenset(party.party_ref for party in standing.parties(PartyRole.RESPONDENT)) - done


def procedures_of(services: Services, order_ref: OrderRef) -> list[Procedure]:
    """Give the recognitions of an order as they stand."""
    found: list[Procedure] = []
    for row in services.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}):
        linked = row["linked"]
        if isinstance(linked, bytes):
            facts = services.reader.stream(StreamId(UUID(bytes=linked)))
            procedure = procedures.fold(recorded.fact for recorded in facts)
            found += [procedure] if procedure else []
    return found


def _made_in(services: Services, order_ref: OrderRef) -> Jurisdiction | None:
    rows = services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    return Jurisdiction(str(rows[0]["jurisdiction"])) if rows else None


def _stands_in(table: Table, services: Services, principal: Principal, order_ref: OrderRef) -> bool:
    where: dict[str, Cell] = {"order_ref": order_ref.bytes, "institution": principal.institution}
    return bool(services.reader.rows(table, where))


def _standing(services: Services, order_ref: OrderRef) -> Standing | None:
    return fold(recorded.fact for recorded in services.reader.stream(StreamId(order_ref)))
