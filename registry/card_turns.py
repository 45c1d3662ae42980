"""Which key signs a card: that of its month, or the next one where it was withdrawn; and which one signed it."""

from dataclasses import dataclass

from registry.card.pack import CARD_USE
from registry.errors import Refused
from registry.events.keylist import KeyWithdrawn
from registry.ledger.port import Reader
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import SigningUse, key_stream
from registry.values.time import SECOND
from registry.vault.card_keys import CardKeys, SigningKey, signer_of


@dataclass(frozen=True, slots=True)
class CardTurns:
    """The keys of cards by what the ledger says of them."""

    keys: CardKeys
    reader: Reader

    def signer(self, jurisdiction: Jurisdiction, issued: int) -> SigningKey:
        """Give the key that signs at an instant (seconds); raises `Unavailable` where none is left."""
        return signer_of(self._turns(jurisdiction, issued))

    def named(self, jurisdiction: Jurisdiction, issued: int, kid: str) -> SigningKey:
        """Give the key of a card, though it was withdrawn since: the same fact gives the same card."""
        for each in self._turns(jurisdiction, issued):
            if each.public.kid.hex() == kid:
                return each
        raise Refused("card-cannot-be-made")

    def _turns(self, jurisdiction: Jurisdiction, issued: int) -> tuple[SigningKey, ...]:
        return self.keys.turns(jurisdiction, CARD_USE, issued, lambda kid: self._withdrawn(jurisdiction, kid))

    def _withdrawn(self, jurisdiction: Jurisdiction, kid: str) -> int | None:
        events = [each.fact.event for each in self.reader.stream(key_stream(SigningUse.CARD, jurisdiction, kid))]
        return min((each.since // SECOND for each in events if isinstance(each, KeyWithdrawn)), default=None)
