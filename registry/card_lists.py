"""Status lists and packs as they are published: folded from the facts, signed, recorded, and only then served."""

import asyncio
import logging
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, cast

import orjson
from joserfc import jws
from joserfc.jwk import ECKey

from registry.card import pack, statuslist
from registry.card.keys import as_set
from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE, Key, Listed, Pack
from registry.card.statuslist import JWT_TYPE, StatusList
from registry.card_status import CardFacts
from registry.cards import REGISTRY, CardOffice
from registry.commands.card import PublishStatusList
from registry.errors import NotFound
from registry.events.card import StatusListIssued
from registry.events.keylist import KeyWithdrawn
from registry.law.standing import fold
from registry.values.identifiers import ListRef, OrderRef, Position, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import KeyGround
from registry.values.time import SECOND, Instant, moment_of
from registry.vault.block import encoded
from registry.vault.card_keys import SIGNS, SigningKey, kid_text, signer_of
from registry.views.police import CARD, STATUS_LIST

LOG: Final = logging.getLogger("registry.cards")
REFRESH_SECONDS: Final = 3600
"""A list that says the same is signed anew this often, so that its age tells how old it is."""
FRESH_SECONDS: Final = 24 * 3600
"""How long a list or a pack counts as fresh."""
POLL_SECONDS: Final = 5.0
_BATCH: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A list as it is served."""

    cwt: bytes = field(repr=False)
    jwt: bytes = field(repr=False)
    status: StatusList = field(repr=False)
    content: str
    kid: bytes
    """Of the key that signed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedPack:
    """A pack as it is served; `tag` changes with its content."""

    content: bytes = field(repr=False)
    tag: str


class CardLists:
    """Follows the facts, and publishes every list and pack that is due. One publisher a ledger."""

    def __init__(self, office: CardOffice) -> None:
        """Take what makes cards: its keys, its reader, its clock."""
        self._office = office
        self._facts = CardFacts()
        self._position = Position(0)
        self._signed: dict[ListRef, int] = {}
        """When each list was last signed, by whichever process; seconds."""
        self._lists: dict[ListRef, Published] = {}
        self._packs: dict[Jurisdiction, PublishedPack] = {}
        self._published_keys = b""
        self._moved: set[Jurisdiction] = set()
        """Whose pack has to be made anew."""

    def status(self, list_ref: ListRef) -> Published:
        """Give a list as it was last published; raises `NotFound`."""
        found = self._lists.get(list_ref)
        if found is None:
            raise NotFound("no-such-status-list")
        return found

    def pack(self, jurisdiction: Jurisdiction) -> PublishedPack:
        """Give a jurisdiction's pack as it was last published; raises `NotFound`."""
        found = self._packs.get(jurisdiction)
        if found is None:
            raise NotFound("no-such-pack")
        return found

    def key_set(self) -> bytes:
        """Give the public keys as they were last published, as a JWK set; before that, as they are now."""
        return self._published_keys or self._key_set()

    def _key_set(self) -> bytes:
        """Give the keys of every jurisdiction that has a list: of packs, lists and cards."""
        now = self._office.clock() // SECOND
        found: list[Key] = []
        for jurisdiction in self._jurisdictions():
            # The period's, whether or not a key is left that signs: one jurisdiction keeps no other from its keys.
            period = self._turns(jurisdiction, PACK_USE, now)[-1].public
            for at in (period.begins - 1, now, period.signs_until):
                found += [each.public for use in (PACK_USE, STATUS_USE) for each in self._turns(jurisdiction, use, at)]
            found += self._card_keys(jurisdiction)
        return orjson.dumps(as_set(found))

    async def run(self) -> None:
        """Publish for ever."""
        while True:
            await self.publish()
            await asyncio.sleep(POLL_SECONDS)

    async def publish(self) -> None:
        """Publish what is due: lists that say something else, and those that are an hour old."""
        await asyncio.to_thread(self.follow)
        now = self._office.clock() // SECOND
        for list_ref, opened in self._facts.lists.items():
            # One list that cannot be published, for whatever reason, must not keep the others from it.
            with _logged(f"status list {list_ref}"):
                if await self._renewed(list_ref, opened.jurisdiction, now):
                    self._moved.add(opened.jurisdiction)
        changed = (self._moved & self._jurisdictions()) | (self._jurisdictions() - set(self._packs))
        for jurisdiction in changed:
            with _logged(f"pack of {jurisdiction}"):
                self._packs[jurisdiction] = await asyncio.to_thread(self._pack, jurisdiction, now)
                self._moved.discard(jurisdiction)
        if changed or not self._published_keys:
            self._published_keys = await asyncio.to_thread(self._key_set)

    async def _renewed(self, list_ref: ListRef, jurisdiction: Jurisdiction, now: int) -> bool:
        """Publish a list if it is due; say whether it was."""
        # A list of this second may have been signed by a process before this one: ours is of the next.
        moment = max(now, self._signed.get(list_ref, 0) + 1)
        packed = await asyncio.to_thread(self._facts.packed, list_ref, Instant(moment * SECOND))
        held = self._lists.get(list_ref)
        content = sha256(packed).hexdigest()
        same = held is not None and (held.content, held.kid) == (content, self._kid(jurisdiction, moment))
        if held is not None and same and now < held.status.issued + REFRESH_SECONDS:
            return False
        if held is not None and now <= held.status.issued:
            return False  # this second is taken; the next round has another
        await self._issue(list_ref, jurisdiction, packed, moment)
        return True

    def follow(self) -> None:
        """Read the facts since last time; the streams of orders that have cards are folded anew where they moved."""
        reader, moved = self._office.reader, set[OrderRef]()
        while facts := reader.after(self._position, limit=_BATCH):
            for recorded in facts:
                self._facts.take(recorded.fact)
                if isinstance(recorded.fact.event, StatusListIssued):
                    self._signed[recorded.fact.event.list_ref] = recorded.fact.event.issued // SECOND
                if isinstance(recorded.fact.event, KeyWithdrawn):
                    self._moved.add(recorded.fact.event.jurisdiction)
                moved.add(OrderRef(getattr(recorded.fact.event, "order_ref", recorded.fact.stream)))
            self._position = facts[-1].position
        for order_ref in moved:
            if not reader.rows(CARD, {"order_ref": order_ref.bytes}, limit=1):
                continue
            stream = reader.stream(StreamId(order_ref), upto=self._position)
            standing = fold(recorded.fact for recorded in stream)
            if standing is not None:
                self._facts.orders[order_ref] = standing
                # A later end stands in the pack alone: the list says the same of the first extension and the second.
                self._moved.add(standing.details.court.jurisdiction)

    async def _issue(self, list_ref: ListRef, jurisdiction: Jurisdiction, packed: bytes, now: int) -> None:
        key = self._key(jurisdiction, STATUS_USE, now)
        status = StatusList(
            uri=self._office.uri(list_ref),
            issued=now,
            expires=now + FRESH_SECONDS,
            ttl=REFRESH_SECONDS,
            packed=packed,
        )
        cwt, jwt = statuslist.cwt(status, key.private), _jwt(status, key)
        command = PublishStatusList(
            list_ref=list_ref,
            upto=self._position,
            issued=Instant(now * SECOND),
            content=sha256(packed).hexdigest(),
            cwt=sha256(cwt).hexdigest(),
            jwt=sha256(jwt).hexdigest(),
        )
        await self._office.executor.execute(command, principal=REGISTRY)
        self._lists[list_ref] = Published(cwt=cwt, jwt=jwt, status=status, content=command.content, kid=key.public.kid)

    def _pack(self, jurisdiction: Jurisdiction, now: int) -> PublishedPack:
        lists = {
            list_ref: self._lists[list_ref]
            for list_ref, opened in self._facts.lists.items()
            if opened.jurisdiction == jurisdiction
            and list_ref in self._lists
            and self._facts.lives(list_ref, Instant(now * SECOND))
        }
        listed = {
            found.status.uri: Listed(
                status=found.status,
                fingerprints=self._facts.fingerprints(list_ref),
                extensions=self._facts.extensions(list_ref, Instant(now * SECOND)),
            )
            for list_ref, found in lists.items()
        }
        status_keys = {
            found.kid: each.public
            for found in lists.values()
            for each in self._turns(jurisdiction, STATUS_USE, found.status.issued)
            if each.public.kid == found.kid
        }
        made = Pack(
            issuer=jurisdiction,
            issued=now,
            fresh_until=now + FRESH_SECONDS,
            keys=(*self._card_keys(jurisdiction), *status_keys.values()),
            lists=listed,
        )
        tokens = {found.status.uri: found.cwt for found in lists.values()}
        signer = self._key(jurisdiction, PACK_USE, now)
        content = pack.write(made, tokens, signer.private)
        pack.read(content, [signer.public])  # what no device could read is not handed out: the one before it stays
        return PublishedPack(content=content, tag=sha256(content).hexdigest()[:32])

    def _card_keys(self, jurisdiction: Jurisdiction) -> Iterable[Key]:
        """Give every key that signed a card of a jurisdiction, and the one that signs now."""
        times = {self._office.clock() // SECOND}
        for list_ref, cards in list(self._facts.cards.items()):
            if self._facts.lists[list_ref].jurisdiction == jurisdiction:
                times |= {card.issued // SECOND for card in list(cards.values())}
        # A key is of a month: one instant of each is enough to ask for it.
        months = {moment_of(Instant(at * SECOND)).strftime("%Y-%m"): at for at in times}
        return [each.public for _, at in sorted(months.items()) for each in self._turns(jurisdiction, CARD_USE, at)]

    def _key(self, jurisdiction: Jurisdiction, use: int, at: int) -> SigningKey:
        return signer_of(self._turns(jurisdiction, use, at))

    def _kid(self, jurisdiction: Jurisdiction, at: int) -> bytes:
        return self._key(jurisdiction, STATUS_USE, at).public.kid

    def _turns(self, jurisdiction: Jurisdiction, use: int, at: int) -> tuple[SigningKey, ...]:
        """Give the keys of a period, those that were withdrawn with their mark, and last the one that signs."""

        def said(kid: str) -> KeyWithdrawn | None:
            return self._facts.withdrawn.get((SIGNS[use], jurisdiction, kid))

        def since(kid: str) -> int | None:
            found = said(kid)
            return None if found is None else found.since // SECOND

        keys = self._office.keys.turns(jurisdiction, use, at, since)
        return tuple(replace(each, public=_marked(each.public, said(kid_text(each.public.kid)))) for each in keys)

    def _jurisdictions(self) -> set[Jurisdiction]:
        rows = self._office.reader.rows(STATUS_LIST, {})
        return {Jurisdiction(str(row["jurisdiction"])) for row in rows}


def _marked(key: Key, said: KeyWithdrawn | None) -> Key:
    return replace(key, compromised=said is not None and said.ground is KeyGround.COMPROMISED)


@contextmanager
def _logged(what: str) -> Generator[None, None, None]:
    try:
        yield
    except Exception as fault:  # noqa: BLE001  # whatever it is, it is tried again in the next round
        LOG.error("%s waits: %s", what, getattr(fault, "code", type(fault).__name__))  # noqa: TRY400  # no values


def _jwt(status: StatusList, key: SigningKey) -> bytes:
    numbers = key.private.private_numbers()
    members = {
        "kty": "EC",
        "crv": "P-256",
        "d": encoded(numbers.private_value.to_bytes(32, "big")),
        "x": encoded(numbers.public_numbers.x.to_bytes(32, "big")),
        "y": encoded(numbers.public_numbers.y.to_bytes(32, "big")),
    }
    header = {"alg": "ES256", "kid": str(encoded(key.public.kid)), "typ": JWT_TYPE}
    claims = orjson.dumps(statuslist.jwt_claims(status), option=orjson.OPT_SORT_KEYS)
    return jws.serialize_compact(header, claims, ECKey.import_key(cast("Any", members))).encode()
