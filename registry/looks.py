"""THE READ PATH OF THE DESKS: who was shown what of an order becomes a fact before the answer leaves.

1 permit     role, relation to the order                          the route's own handler
2 open       through one gate, which notes what was opened        sight.py
3 record     one fact a request, durable before it is given       here; answers.py, the same writer and spool
4 answer     what was shown
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import new as hmac
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from registry.access.actors import Principal
from registry.access.permissions import Action
from registry.answers import AnyGiven, Given, Spool, audit_key_of, record
from registry.errors import Malformed
from registry.events.base import Actor
from registry.events.look import LookTaken, PreviewGiven
from registry.execute import Executor, off_loop
from registry.law.jurisdictions import place_zone
from registry.receipts import Receipt
from registry.rights import permit_answer
from registry.sight import NothingSeen, Sight
from registry.values.identifiers import FactId, InstitutionId, OrderRef, StreamId
from registry.values.look import LookGround, LookPurpose
from registry.values.parties import Identity
from registry.values.time import DAY, EPOCH, MICROSECOND, Instant
from registry.vault.audit import SealedQuery, seal_query
from registry.vault.block import MAXIMUM_CONTENT

_DEVICE_BYTES: Final = 16
_BESIDE: Final = 1024
"""Bytes that what is kept beside names has at most: an incident, the pseudonym of a device."""
_Seen: TypeAlias = LookTaken | PreviewGiven


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why somebody looks, and from which device."""

    purpose: LookPurpose
    ground: LookGround | None = None
    incident: str | None = field(default=None, repr=False)
    device: str = field(default="", repr=False)
    """The pseudonym of the client (`device_of`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Previewed:
    """What was held against the register before it was entered, and what of that was shown."""

    asked: Sequence[Sequence[Identity]] = field(repr=False)
    """Of each order, who its parties are."""
    shown: tuple[OrderRef, ...]


@dataclass(frozen=True, kw_only=True)
class Lookbook:
    """Records what institutions are shown, in one ledger."""

    executor: Executor
    clock: Callable[[], Instant]
    spool: Spool | None = None
    """Where looks are kept while the store is down; without one no answer leaves then."""

    async def record(self, sight: Sight, reason: Reason, principal: Principal) -> Receipt:
        """Record a look; raises `Unavailable` where it is durable nowhere: then nothing may be answered."""
        order_ref, action = sight.order_ref, sight.action
        if order_ref is None or action is None:
            raise NothingSeen
        look_ref = self.executor.mint().hex

        def taken(sealed: SealedQuery, now: Instant) -> LookTaken:
            return LookTaken(
                look_ref=look_ref,
                order_ref=order_ref,
                jurisdiction=principal.jurisdictions[0],
                purpose=reason.purpose,
                ground=sight.ground or reason.ground,
                incident_stated=bool(reason.incident) or sight.glass_ref is not None,
                commitment=sealed.commitment,
                query=sealed.query,
                classes=sight.classes,
                parties=tuple(sight.parties),
                given_at=now,
                glass_ref=sight.glass_ref,
            )

        query = orjson.dumps({"device": reason.device, "incident": reason.incident})
        receipt = await self._recorded(action, principal, query, taken)
        sight.recorded = True
        return receipt

    async def record_preview(
        self, previewed: Previewed, reason: Reason, principal: Principal, *, action: Action = Action.PREVIEW_ORDER
    ) -> Receipt:
        """Record who was asked about before an order was entered, whatever came of it; raises as `record`."""
        look_ref = self.executor.mint().hex

        def given(sealed: SealedQuery, now: Instant) -> PreviewGiven:
            return PreviewGiven(
                look_ref=look_ref,
                jurisdiction=principal.jurisdictions[0],
                purpose=reason.purpose,
                ground=reason.ground,
                incident_stated=bool(reason.incident),
                commitment=sealed.commitment,
                query=sealed.query,
                orders=len(previewed.asked),
                shown=previewed.shown,
                given_at=now,
            )

        said = {"device": reason.device, "incident": reason.incident, "orders": _sought(previewed.asked)}
        return await self._recorded(action, principal, orjson.dumps(said), given)

    async def _recorded(
        self, action: Action, principal: Principal, query: bytes, make: Callable[[SealedQuery, Instant], _Seen]
    ) -> Receipt:
        async def sealed() -> tuple[AnyGiven, None]:
            held = self.executor.ring.holds(audit_key_of(principal, self.clock()))
            if held:
                return self._given(principal, query, make), None
            return await off_loop(self.executor.reader, lambda: self._given(principal, query, make)), None

        receipt, _ = await record(
            self.executor,
            self.spool,
            sealed,
            lambda unit: permit_answer(action, principal, unit, self.executor.ledger_id),
        )
        return receipt

    def _given(self, principal: Principal, query: bytes, make: Callable[[SealedQuery, Instant], _Seen]) -> AnyGiven:
        now, fact_id = self.clock(), FactId(self.executor.mint())
        stream = looks_stream(principal.institution, now)
        sealed = seal_query(
            query,
            institution=principal.institution,
            ledger=self.executor.ledger_id,
            stream=stream,
            fact_id=fact_id,
            jurisdiction=principal.jurisdictions[0],
            zone=place_zone(principal.jurisdictions[0]),
            ring=self.executor.ring,
            now=now,
            entropy=self.executor.entropy,
        )
        actor = Actor(institution=principal.institution, key_id=principal.key_id, on_behalf_of=principal.on_behalf_of)
        event: Any = make(sealed, now)
        return Given(
            stream=stream,
            fact_id=fact_id,
            actor=actor,
            event=event,
            subject=sealed.subject,
            new_key=sealed.new_key,
        )


def hold_to_length(asked: Sequence[Sequence[Identity]]) -> None:
    """Raise `Malformed` for more people than one fact keeps; asked before they are sought, or the time would tell."""
    if len(orjson.dumps(_sought(asked))) > MAXIMUM_CONTENT - _BESIDE:
        raise Malformed("too-long", field="/orders")


def _sought(asked: Sequence[Sequence[Identity]]) -> list[list[dict[str, Any]]]:
    """Give of each person what they are sought by; what else the request says of them is not kept a second time."""
    return [
        [{"name": each.name, "other_names": each.other_names, "birth_date": each.birth_date} for each in order]
        for order in asked
    ]


def looks_stream(institution: InstitutionId, at: Instant) -> StreamId:
    """Give the stream of an institution's looks on a UTC day."""
    day = (EPOCH + (at - at % DAY) * MICROSECOND).date()
    seed = f"po-looks/v1|{institution}|{day.isoformat()}"
    return StreamId(UUID(bytes=sha256(seed.encode()).digest()[:16]))


def device_of(key: bytes, address: str, agent: str) -> str:
    """Give the pseudonym of a client: the same for the same address and agent, under a key of the ledger."""
    said = b"po-device/v1|" + address.encode() + b"|" + agent.encode("utf-8", "replace")
    return hmac(key, said, sha256).hexdigest()[: 2 * _DEVICE_BYTES]
