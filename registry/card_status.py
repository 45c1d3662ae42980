"""What became of the order of each card: a pure fold over the ledger's facts, and the status list it comes to.

The same facts and the same instant give the same bytes, for us and for whoever audits us. `fold` goes over all
facts; `CardFacts` holds what one list needs, so that a running registry reads the streams that changed alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final, TypeAlias

from registry.card.content import DAYS
from registry.card.pack import FINGERPRINT_BYTES
from registry.card.statuslist import Status, pack
from registry.events.base import Fact
from registry.events.card import CardIssued, CardWithdrawn, StatusListOpened
from registry.events.catalogue import AnyEvent
from registry.events.issuance import OrderCorrected, OrderExtended, OrderVaried
from registry.events.keylist import KeyWithdrawn
from registry.law import standing as standings
from registry.law.standing import Standing
from registry.values.identifiers import CardRef, ListRef, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import SigningUse
from registry.values.time import EPOCH, Expiry, ExpiryKind, Instant
from registry.vault.card_keys import kid_text

AnyFact: TypeAlias = Fact[AnyEvent]
KeyName: TypeAlias = tuple[SigningUse, Jurisdiction, str]
_ONE_IN: Final = 16
"""Of this many places one is a decoy: it shows a status, and no card was ever there."""
_DECOYS: Final = (Status.REVOKED,) * 10 + (Status.CHANGED,) * 4 + (Status.SUSPENDED,) * 2


@dataclass
class CardFacts:
    """The lists, the cards in them, and how their orders stand."""

    lists: dict[ListRef, StatusListOpened] = field(default_factory=dict[ListRef, StatusListOpened])
    cards: dict[ListRef, dict[int, CardIssued]] = field(default_factory=dict[ListRef, dict[int, CardIssued]])
    gone: set[CardRef] = field(default_factory=set[CardRef])
    """Cards that were withdrawn, or replaced by another."""
    withdrawn: dict[KeyName, KeyWithdrawn] = field(default_factory=dict[KeyName, KeyWithdrawn])
    """Keys that count no more, each by its use, by whose it is and by its `kid`; the earliest date of each."""
    orders: dict[OrderRef, Standing] = field(default_factory=dict[OrderRef, Standing])

    def take(self, fact: AnyFact) -> None:
        """Go on by one fact of a list or a card; facts of orders come by `orders`."""
        match fact.event:
            case StatusListOpened() as event:
                self.lists[event.list_ref] = event
                self.cards.setdefault(event.list_ref, {})
            case CardIssued() as event:
                self.cards.setdefault(event.list_ref, {})[event.index] = event
                if event.replaces is not None:
                    self.gone.add(event.replaces)
            case CardWithdrawn() as event:
                self.gone.add(event.card_ref)
            case KeyWithdrawn() as event:
                # A later one is of an earlier date. What is said of another use, or by another State, is no word of it.
                self.withdrawn[event.use, event.jurisdiction, event.kid] = event
            case _:
                pass

    def status(self, card: CardIssued, at: Instant) -> Status:
        """Say what the list says of a card at an instant."""
        standing = self.orders.get(card.order_ref)
        if standing is None:
            return Status.CHANGED
        name = (SigningUse.CARD, self.lists[card.list_ref].jurisdiction, kid_text(bytes.fromhex(card.kid)))
        key = self.withdrawn.get(name)
        late = key is not None and card.issued >= key.since
        return status_of(standing, card, at, gone=late or card.card_ref in self.gone)

    def packed(self, list_ref: ListRef, at: Instant) -> bytes:
        """Give a list's bytes as it stands at an instant."""
        opened, cards = self.lists[list_ref], self.cards[list_ref]
        decoyed, _ = noise(opened.seed, opened.entries)
        values = {index: value for index, value in decoyed.items() if index not in cards}
        values.update({index: self.status(card, at) for index, card in cards.items()})
        return pack(values, entries=opened.entries)

    def fingerprints(self, list_ref: ListRef) -> bytes:
        """Give the fingerprint at each place; noise that looks like one where no card is."""
        opened = self.lists[list_ref]
        prints = bytearray(noise(opened.seed, opened.entries)[1])
        for index, card in self.cards[list_ref].items():
            start = index * FINGERPRINT_BYTES
            prints[start : start + FINGERPRINT_BYTES] = bytes.fromhex(card.digest)[:FINGERPRINT_BYTES]
        return bytes(prints)

    def extensions(self, list_ref: ListRef, at: Instant) -> Mapping[int, int | None]:
        """Give the new last days of orders whose end was changed after the card was made, by place.

        Of cards that still count at an instant: what is over needs no new end, and every entry costs room in a pack.
        """
        found: dict[int, int | None] = {}
        for index, card in self.cards[list_ref].items():
            standing = self.orders.get(card.order_ref)
            if standing is None or standing.expiry.kind is ExpiryKind.UNKNOWN or _is_over(standing, card, at):
                continue
            before = standings.fold(fact for fact in standing.history if fact.version <= card.order_version)
            day = last_day(standing.expiry)
            # A day that no reader takes would cost all others the pack; the list says "ask" of such a card.
            if before is not None and before.expiry != standing.expiry and (day is None or day in DAYS):
                found[index] = day
        return dict(sorted(found.items()))

    def lives(self, list_ref: ListRef, at: Instant) -> bool:
        """Say whether a list has a card that has not expired, or is new and may get one."""
        cards = self.cards[list_ref]
        return not cards or any(card.expires > at for card in cards.values())


def fold(facts: Iterable[AnyFact]) -> CardFacts:
    """Fold all facts of a ledger, in its order."""
    found = CardFacts()
    streams: dict[OrderRef, Standing | None] = {}
    for fact in facts:
        found.take(fact)
        order_ref = OrderRef(fact.stream)
        streams[order_ref] = standings.evolve(streams.get(order_ref), fact)
    wanted = {card.order_ref for cards in found.cards.values() for card in cards.values()}
    for order_ref, standing in streams.items():
        if standing is not None and order_ref in wanted:
            found.orders[order_ref] = standing
    return found


def status_of(standing: Standing, card: CardIssued, at: Instant, *, gone: bool) -> Status:
    """Say what became of a card's order. Only the court's own end is an end; a lost card is a card to ask about."""
    if standing.end is not None and standing.end.at <= at:
        return Status.REVOKED
    if any(pause.begins <= at and (pause.ends is None or at < pause.ends) for pause in standing.pauses):
        return Status.SUSPENDED
    if gone or standing.end is not None or _changed_since(standing, card):
        return Status.CHANGED
    return Status.VALID


def _is_over(standing: Standing, card: CardIssued, at: Instant) -> bool:
    return card.expires <= at or (standing.end is not None and standing.end.at <= at)


def corrected_since(card: CardIssued, facts: Iterable[AnyFact]) -> bool:
    """Say whether the court has corrected the order since: a name, or that it is withheld, may be among it."""
    return any(fact.version > card.order_version and isinstance(fact.event, OrderCorrected) for fact in facts)


def _changed_since(standing: Standing, card: CardIssued) -> bool:
    """Say whether the order says other things than the card, or may: varied, extended or corrected since."""
    return any(
        fact.version > card.order_version
        and (
            isinstance(fact.event, OrderVaried | OrderExtended)
            or (isinstance(fact.event, OrderCorrected) and not fact.event.retracts)
        )
        for fact in standing.history
    )


def last_day(expiry: Expiry) -> int | None:
    """Give the last day of a given end, counted from 1970-01-01; None where there is no end."""
    return None if expiry.at is None else (expiry.at.date - EPOCH.date()).days


@lru_cache(maxsize=64)
def noise(seed: str, entries: int) -> tuple[Mapping[int, Status], bytes]:
    """Give a list's decoys and its noise of fingerprints: pseudorandom, and the same from the same seed."""
    values: dict[int, Status] = {}
    prints = bytearray()
    salt = b"po-decoy/v1|" + bytes.fromhex(seed)
    for index in range(entries):
        drawn = sha256(salt + index.to_bytes(4, "big")).digest()
        if drawn[0] < 256 // _ONE_IN:
            values[index] = _DECOYS[drawn[1] % len(_DECOYS)]
        prints += drawn[8 : 8 + FINGERPRINT_BYTES]
    return values, bytes(prints)
