"""Persons in answers: a respondent by name and birth date, a protected person by initials, to nearly everybody.

No address, contact or free text is opened here or anywhere else in the interface. What cannot be opened
is left out and said to be: an answer on an order never fails for want of a personal key.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.api.shown import without_nothing
from registry.errors import KeyErased, Tampered, Unavailable
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.sight import Sight
from registry.values.identifiers import SealedBlock, SubjectId
from registry.values.issuance import PartyRole
from registry.values.parties import Identity, Name, Party, PersonalData, Text
from registry.vault.contents import decode
from registry.vault.walk import blocks

LOG: Final = logging.getLogger("registry.api")
_SHOWN_UNCASED: Final = 3
"""Letters that a name in a script without case has at least, for its first one to say little of it."""


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

    def open(self, block: SealedBlock | None) -> tuple[PersonalData | None, str | None]:
        """Give what a block holds; or why it is not told: `corrected`, `erased` or `unreadable`."""
        if block in self._corrected:
            return None, "corrected"
        where = self._places.get(block) if block is not None else None
        if block is None or where is None:
            return None, None
        try:
            content = decode(self._sight.open(block, fact=where.fact, name=where.name, subject=where.subject).content)
        except KeyErased:
            return None, "erased"
        except Unavailable:
            # Whether the order is in force is known and recorded; it is not kept back for want of a name.
            return None, "unreadable"
        except Tampered:
            LOG.error("a block of fact %s does not open", where.fact.fact_id)  # noqa: TRY400  # a traceback may quote what it met
            return None, "unreadable"
        return content, None

    def identity(self, party: Party[SealedBlock]) -> tuple[Identity | None, str | None]:
        """Give who a party is, unless the court withheld it."""
        if "identity" in party.withheld:
            return None, "withheld"
        content, why = self.open(party.identity)
        return (content, why) if isinstance(content, Identity) else (None, why)


def shown_party(party: Party[SealedBlock], opened: Blocks | None, *, deciding: bool = False) -> dict[str, Any]:
    """Show a party: with `opened`, a respondent's identity or a protected person's initials; else neither.

    `deciding`: for the authority that is asked to recognise the order, and that has to name the
    protected person in a measure of its own (Directive 2011/99/EU Art 7(a)).
    """
    members: dict[str, Any] = {
        "party_ref": str(party.party_ref),
        "role": party.role.value,
        "child": party.child.value,
        "withheld": list(party.withheld),
    }
    if opened is None:
        return members
    identity, why = opened.identity(party)
    if why is not None:
        members["identity_missing"] = why
    if identity is None:
        return members
    if party.role is PartyRole.PROTECTED and not deciding:
        return {**members, "initials": initials(identity.name)}
    born = None if "birth_date" in party.withheld else identity.birth_date
    return {**members, "identity": without_nothing({"name": name(identity.name), "birth_date": born})}


def name(given: Name) -> dict[str, str]:
    """Show a name as the document writes it."""
    return {"family": given.family, "given": given.given} if given.given else {"family": given.family}


def initials(given: Name) -> str:
    """Give the initials of a name; a dot stands for a part whose first letter would be the name itself."""
    return " ".join(_initial(part) for part in (given.given, given.family) if part.strip())


def _initial(part: str) -> str:
    word = part.split(maxsplit=1)[0]
    first = word[0]
    cased = first.upper() != first.lower()
    return f"{first.upper()}." if len(word) >= (2 if cased else _SHOWN_UNCASED) else "·"


def number(opened: Blocks, block: SealedBlock | None) -> str | None:
    """Give the court's own number of an order."""
    content, _ = opened.open(block)
    return content.text if isinstance(content, Text) else None
