"""What an order says, as a card says it: persons with their names opened for it alone, measures, days."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from unicodedata import normalize

from registry.card import content
from registry.card.content import Measure, Person, Summary
from registry.card.transliteration import is_latin, transliterated
from registry.card_status import last_day
from registry.commands.card import IssueCard
from registry.errors import Refused, Tampered
from registry.events.card import CardIssued
from registry.law.standing import AnyFact, Standing
from registry.sight import Sight
from registry.values.identifiers import SealedBlock, SubjectId
from registry.values.issuance import ConditionKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Identity, Party
from registry.values.time import EPOCH, ExpiryKind
from registry.vault.contents import decode
from registry.vault.walk import blocks

_CODES: Final = {word: code for code, word in content.MEASURE_WORDS.items()}
_SEXES: Final = {"M": 1, "MALE": 1, "1": 1, "F": 2, "FEMALE": 2, "2": 2, "X": 9, "9": 9}
"""ISO/IEC 5218; what a record writes otherwise is left out."""


def summary_of(standing: Standing, said: IssueCard | CardIssued, names: "Names", court: str) -> Summary:
    """Give what a full card says of an order."""
    respondent = next(each for each in standing.details.parties if each.party_ref == said.respondent)
    terms = next(each for each in standing.terms if each.version == said.terms)
    # A place is never named: neither where it is nor that it is a school.
    measures = dict.fromkeys(
        Measure(code=_CODES[each.kind], metres=each.metres if each.kind is not ConditionKind.OTHER_TEXT else None)
        for each in terms.conditions
    )
    return Summary(
        court=normalize("NFC", court)[: content.MAXIMUM_COURT],
        protected=tuple(names.of(party) for party in standing.parties(PartyRole.PROTECTED)),
        respondent=names.of(respondent),
        measures=tuple(measures),
        from_day=(standing.valid_from().date - EPOCH.date()).days,
        until_day=last_day(standing.expiry),
        open_ended=standing.expiry.kind is ExpiryKind.NONE,
        states=said.states,
    )


class Names:
    """Opens who the parties are, for the card alone; what cannot be opened makes no card."""

    def __init__(self, sight: Sight, facts: Sequence[AnyFact], jurisdiction: Jurisdiction) -> None:
        """Note where each block stands."""
        self._sight = sight
        self._jurisdiction = jurisdiction
        self._places = {found.block: (fact, found.name) for fact in facts for found in blocks(fact.event)}
        self.openings: list[bytes] = []
        """Of each block that was opened, in order: random, and gone with the block's key."""

    def of(self, party: Party[SealedBlock]) -> Person:
        """Give a party as the card names it; nameless where the court withheld the name."""
        if party.identity is None or "identity" in party.withheld:
            return Person()
        identity = self._identity(party.identity, SubjectId(party.party_ref))
        return self._person(identity, party.withheld)

    def _identity(self, block: SealedBlock, subject: SubjectId) -> Identity:
        fact, name = self._places[block]
        try:
            found = self._sight.open(block, fact=fact, name=name, subject=subject)
        except Tampered:
            raise Refused("card-cannot-be-made") from None
        identity = decode(found.content)
        if not isinstance(identity, Identity):
            raise Refused("card-cannot-be-made")
        self.openings.append(found.opening)
        return identity

    def _person(self, identity: Identity, withheld: tuple[str, ...]) -> Person:
        family, given = (normalize("NFC", part.strip()) or None for part in (identity.name.family, identity.name.given))
        return Person(
            family=family,
            given=given,
            born=None if "birth_date" in withheld else _born(identity.birth_date),
            sex=None if "sex" in withheld else _SEXES.get((identity.sex or "").upper()),
            family_latin=self._latin(family),
            given_latin=self._latin(given),
        )

    def _latin(self, name: str | None) -> str | None:
        return None if name is None or is_latin(name) else transliterated(name, self._jurisdiction) or None


def _born(said: str | None) -> int | str | None:
    full = said is not None and said.count("-") == 2  # noqa: PLR2004  # YYYY-MM-DD
    return (date.fromisoformat(said) - EPOCH.date()).days if full and said else said
