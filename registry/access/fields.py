"""Kinds of field that an answer can hold of an order, and whose they are. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.values.issuance import PartyRole
from registry.values.look import FieldClass


class Field(StrEnum):
    """A kind of field, finer than `FieldClass`: it says whose as well, which is what a life can hang on."""

    ORDER_FACTS = "ORDER_FACTS"
    CASE_NUMBER = "CASE_NUMBER"
    """The court's own number, by which its file can be asked for."""
    RESPONDENT_IDENTITY = "RESPONDENT_IDENTITY"
    PROTECTED_INITIALS = "PROTECTED_INITIALS"
    PROTECTED_IDENTITY = "PROTECTED_IDENTITY"
    RESPONDENT_ADDRESS = "RESPONDENT_ADDRESS"
    """Where the respondent can be served."""
    PROTECTED_ADDRESS = "PROTECTED_ADDRESS"
    """Where the protected person is, and how they can be reached."""
    TRANSPORT = "TRANSPORT"
    """What a transport proved of a notice, and what was wrong with a container: in codes."""
    REPORTED_ACTS = "REPORTED_ACTS"
    """Which acts were reported as a breach, when, and what they break: in codes."""
    STATEMENT = "STATEMENT"
    """What an officer stated when the glass was broken: an incident and why."""
    WORDS = "WORDS"
    """Words of a court, of a report, of a note; names of documents. Places may stand in them."""
    DOCUMENT = "DOCUMENT"
    """A document as it was handed in, with all that stands in it: names, places and words of everybody."""


CLASS_OF: Final[Mapping[Field, FieldClass]] = {
    Field.ORDER_FACTS: FieldClass.ORDER_FACTS,
    Field.CASE_NUMBER: FieldClass.ORDER_FACTS,
    Field.RESPONDENT_IDENTITY: FieldClass.IDENTITY,
    Field.PROTECTED_INITIALS: FieldClass.IDENTITY,
    Field.PROTECTED_IDENTITY: FieldClass.IDENTITY,
    Field.RESPONDENT_ADDRESS: FieldClass.ADDRESS,
    Field.PROTECTED_ADDRESS: FieldClass.ADDRESS,
    Field.TRANSPORT: FieldClass.EVIDENCE,
    Field.REPORTED_ACTS: FieldClass.EVIDENCE,
    Field.STATEMENT: FieldClass.EVIDENCE,
    Field.WORDS: FieldClass.EVIDENCE,
    Field.DOCUMENT: FieldClass.EVIDENCE,
}
_IN_A_DOCUMENT: Final = frozenset({FieldClass.IDENTITY, FieldClass.ADDRESS, FieldClass.EVIDENCE})
NOTHING: Final[frozenset[Field]] = frozenset()


def field_of(name: str, side: PartyRole | None) -> Field:
    """Give the kind of field that a sealed block holds, by the last word of its name and by whose it is.

    A party of whom nobody knows which side it is on is taken for a protected person.
    """
    respondent = side is PartyRole.RESPONDENT
    match name.rpartition("/")[2]:
        case "identity":
            return Field.RESPONDENT_IDENTITY if respondent else Field.PROTECTED_IDENTITY
        case "address":
            return Field.RESPONDENT_ADDRESS if respondent else Field.PROTECTED_ADDRESS
        case "contact":
            return Field.PROTECTED_ADDRESS
        case "number":
            return Field.CASE_NUMBER
        case _:
            return Field.WORDS


def classes_of(field: Field) -> frozenset[FieldClass]:
    """Give the classes that a look names where this is shown: of a document all that can stand in it, never too few."""
    return _IN_A_DOCUMENT if field is Field.DOCUMENT else frozenset({CLASS_OF[field]})
