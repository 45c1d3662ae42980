"""What whoever asks is to an order, from what is recorded; and what may ever reach the persons it is about. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.access.actors import Principal
from registry.access.fields import NOTHING, Field
from registry.values.institution import Role
from registry.values.jurisdiction import Jurisdiction


class Relation(StrEnum):
    """What whoever asks is to the order, by what is recorded and never by what is said."""

    ISSUING = "ISSUING"
    """It was made in a jurisdiction of the actor's own."""
    EXECUTING = "EXECUTING"
    """The actor is asked to recognise it, or has recognised it and that stands."""
    INFORMED = "INFORMED"
    """It was sent to the actor, who has nothing (any more) to decide on it."""
    SERVING = "SERVING"
    """The actor serves where it was made or was sent it, and a respondent is still to be told."""
    QUERYING = "QUERYING"
    """A check, a hit or a report of a breach, and nothing more."""
    EMERGENCY = "EMERGENCY"
    """The actor's officer broke the glass of the order for danger to life, and the time has not run out."""
    EMERGENCY_AT_A_PLACE = "EMERGENCY_AT_A_PLACE"
    """The same, where it was stated that knowing where somebody is saves the life."""
    AUTHOR = "AUTHOR"
    """The order was made where the actor answers, and its own institution made it or handed this document in."""
    REVIEWING = "REVIEWING"
    """The actor supervises the place where the glass of the order was broken."""
    REPRESENTING = "REPRESENTING"
    """The actor acts for a protected party of it, by that party's authorisation that the court recorded, for a time."""
    PROTECTED = "PROTECTED"
    """The person it protects: by card, by message, by the court's account of looks. Nobody signs in as such."""
    RESPONDENT = "RESPONDENT"
    """The person it binds: by copies that are served, by what is disclosed. Nobody signs in as such."""


EVER: Final[Mapping[Relation, frozenset[Field]]] = {
    Relation.PROTECTED: frozenset(
        {
            Field.ORDER_FACTS,
            Field.CASE_NUMBER,
            Field.RESPONDENT_IDENTITY,
            Field.PROTECTED_INITIALS,
            Field.PROTECTED_IDENTITY,
            Field.PROTECTED_ADDRESS,
        }
    ),
    Relation.RESPONDENT: frozenset(
        {
            Field.ORDER_FACTS,
            Field.CASE_NUMBER,
            Field.RESPONDENT_IDENTITY,
            Field.RESPONDENT_ADDRESS,
            Field.PROTECTED_INITIALS,
            Field.PROTECTED_IDENTITY,
        }
    ),
}
"""What may ever reach a person an order is about, by whatever way: the upper bound of every output to them.

To the protected person their own data and whom the order binds, not where that person lives. To the respondent who is
protected from them, as the order itself says, and never where they are (Directive 2011/99/EU Art 9(3), Regulation
(EU) No 606/2013 Art 8(3)). A message holds nothing of all this: a telephone is read by others.
"""
OF_A_CHECK: Final = frozenset({Relation.QUERYING})
"""A check is answered alike to everybody: whoever is more to an order reads it by a way of its own."""
MESSAGE: Final[frozenset[Field]] = NOTHING
"""What a message to a protected person holds."""


_RECOGNISING: Final = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY})


def relations(
    principal: Principal, made_in: Jurisdiction, *, sent: bool = False, deciding: bool = False, to_serve: bool = False
) -> frozenset[Relation]:
    """Give what an actor is to an order, from what is recorded.

    `sent`: the order, or something about it, was addressed to the actor; `deciding`: a recognition of the actor's is
    asked for or stands, which counts as long as the actor has a role that recognises; `to_serve`: a respondent is still
    to be told of the terms.
    """
    own = principal.acts_in(made_in)
    found = {Relation.ISSUING} if own else set[Relation]()
    if deciding and principal.roles & _RECOGNISING:
        found.add(Relation.EXECUTING)
    elif sent or deciding:
        found.add(Relation.INFORMED)
    if to_serve and (own or sent) and Role.SERVING_AUTHORITY in principal.roles:
        found.add(Relation.SERVING)
    return frozenset(found or {Relation.QUERYING})
