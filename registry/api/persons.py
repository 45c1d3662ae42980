"""Persons in answers: each with the fields that the answer may hold, as `access/purposes.py` grants them; no other.

A protected person's address, a contact plan or free text is opened neither here nor anywhere else in the interface,
whatever is granted. What cannot be opened is left out and said to be: an answer on an order never fails for want of a
personal key.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from registry.access.fields import Field
from registry.api.shown import without_nothing
from registry.errors import KeyErased, KeyLost, Tampered, Unavailable
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.sight import Sight
from registry.values.identifiers import SealedBlock, SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import Address, Identity, Name, Party, PersonalData, Text
from registry.vault.contents import decode
from registry.vault.walk import blocks

LOG: Final = logging.getLogger("registry.api")
Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """In which fact a block stands, under what name, and of whom."""

    fact: Fact[AnyEvent]
    name: str
    subject: SubjectId | None


class Blocks:
    """The blocks of an order's facts, to be opened one at a time."""

    def __init__(
        self, sight: Sight, facts: Iterable[Fact[AnyEvent]], *, corrected: frozenset[SealedBlock] = frozenset()
    ) -> None:
        """Note where each block stands, and which were set right since and are opened no more."""
        self._sight = sight
        self._corrected = corrected
        self._places: Mapping[SealedBlock, Where] = {
            found.block: Where(fact=fact, name=found.name, subject=found.subject)
            for fact in facts
            for found in blocks(fact.event)
        }

    def may(self, *fields: Field) -> bool:
        """Say whether the answer may hold one of these."""
        return not self._sight.granted.isdisjoint(fields)

    def open(self, block: SealedBlock | None) -> tuple[PersonalData | None, str | None]:
        """Give what a block holds; or why it is not told: `corrected`, `erased` or `unreadable`."""
        return self._told(block, self._content)

    def initials(self, block: SealedBlock | None) -> tuple[str | None, str | None]:
        """Give the initials of an identity alone; or why they are not told."""
        return self._told(block, self._initials)

    def _told(
        self, block: SealedBlock | None, opened: Callable[[SealedBlock, Where], Told]
    ) -> tuple[Told | None, str | None]:
        if block in self._corrected:
            return None, "corrected"
        where = self._places.get(block) if block is not None else None
        if block is None or where is None:
            return None, None
        try:
            return opened(block, where), None
        except (KeyLost, Unavailable):
            # Whether the order is in force is known and recorded; it is not kept back for want of a name.
            return None, "unreadable"
        except KeyErased:
            return None, "erased"
        except Tampered:
            LOG.error("a block of fact %s does not open", where.fact.fact_id)  # noqa: TRY400  # a traceback may quote what it met
            return None, "unreadable"

    def _content(self, block: SealedBlock, where: Where) -> PersonalData:
        return decode(self._sight.open(block, fact=where.fact, name=where.name, subject=where.subject).content)

    def _initials(self, block: SealedBlock, where: Where) -> str:
        return self._sight.initials(block, fact=where.fact, name=where.name, subject=where.subject)


def shown_party(
    party: Party[SealedBlock], opened: Blocks, *, to_serve: bool = False, apart: bool = False
) -> dict[str, Any]:
    """Show a party with what is granted of it; a field that is not is absent.

    `to_serve`: the address is needed; `apart`: it is to be told from others who may be meant.
    """
    members: dict[str, Any] = {
        "party_ref": str(party.party_ref),
        "role": party.role.value,
        "child": party.child.value,
        "withheld": list(party.withheld),
    }
    respondent = party.role is PartyRole.RESPONDENT
    if respondent and to_serve and opened.may(Field.RESPONDENT_ADDRESS):
        members |= _address(party, opened)
    if opened.may(Field.RESPONDENT_IDENTITY if respondent else Field.PROTECTED_IDENTITY):
        return members | _identity(party, opened, apart=apart)
    if not respondent and opened.may(Field.PROTECTED_INITIALS):
        return members | _initials(party, opened)
    return members


def _identity(party: Party[SealedBlock], opened: Blocks, *, apart: bool) -> dict[str, Any]:
    identity, why = (None, "withheld") if "identity" in party.withheld else opened.open(party.identity)
    if not isinstance(identity, Identity):
        return without_nothing({"identity_missing": why})
    born = None if "birth_date" in party.withheld else identity.birth_date
    told = without_nothing({"name": name(identity.name), "birth_date": born})
    return {"identity": told | (_apart(identity) if apart else {})}


def _apart(identity: Identity) -> dict[str, Any]:
    """Give what else tells a person from others."""
    others = [name(each) for each in identity.other_names] or None
    return without_nothing({"other_names": others, "sex": identity.sex, "marks": identity.description})


def _initials(party: Party[SealedBlock], opened: Blocks) -> dict[str, Any]:
    said, why = (None, "withheld") if "identity" in party.withheld else opened.initials(party.identity)
    return without_nothing({"initials": said, "identity_missing": why})


def _address(party: Party[SealedBlock], opened: Blocks) -> dict[str, Any]:
    if "address" in party.withheld:
        return {}
    found, _ = opened.open(party.address)
    if not isinstance(found, Address):
        return {}
    shown = {"lines": list(found.lines), "postcode": found.postcode, "country": found.country}
    return {"address": without_nothing(shown)}


def name(given: Name) -> dict[str, str]:
    """Show a name as the document writes it."""
    return {"family": given.family, "given": given.given} if given.given else {"family": given.family}


def number(opened: Blocks, block: SealedBlock | None) -> dict[str, Any]:
    """Show the court's own number of an order, where it is granted and there."""
    content, _ = opened.open(block) if opened.may(Field.CASE_NUMBER) else (None, None)
    return {"number": content.text} if isinstance(content, Text) else {}
