"""What is asked about institutions: who takes part, what two persons change, own keys and facts in doubt."""

from typing import Final, cast

from aiohttp import web

from registry.api import institution_answers as answers
from registry.api import institution_models as models
from registry.api.answer import answer
from registry.api.route import Call
from registry.api.writing import recorded_event, shown_receipt
from registry.commands import institution as commands
from registry.errors import NotFound
from registry.events.institution import ChangeProposed
from registry.execute import off_loop
from registry.ledger.port import Reader
from registry.receipts import Receipt
from registry.values.identifiers import InstitutionId, KeyId, Position, ProposalRef
from registry.values.time import Instant

_PAGE: Final = 50
_DOUBTS: Final = 500


async def institutions(call: Call) -> web.StreamResponse:
    """Show who takes part, and who did."""
    services, limit = call.services, min(int(call.query.get("limit", _PAGE)), call.services.limits.page)
    members, after = services.roster.roll.members, call.query.get("after", "")
    names = sorted(name for name in members if name > after)
    items = [answers.shown_institution(members[name], services.clock()) for name in names[:limit]]
    return answer({"items": items, "next": names[limit - 1] if len(names) > limit else None})


async def institution(call: Call) -> web.StreamResponse:
    """Show one of them."""
    member = call.services.roster.roll.members.get(InstitutionId(call.place))
    if member is None:
        raise NotFound("not-found")
    return answer(answers.shown_institution(member, call.services.clock()))


async def proposals(call: Call) -> web.StreamResponse:
    """Show what waits for a second person."""
    now = call.services.clock()
    tabled = [each for each in call.services.roster.roll.proposals.values() if now < each.expires]
    tabled.sort(key=lambda each: each.expires)
    return answer({"items": [answers.shown_proposal(each) for each in tabled]})


async def doubts(call: Call) -> web.StreamResponse:
    """Show which of the institution's own facts are in doubt."""
    roll = call.services.roster.roll
    waiting = [each for fact_id, each in roll.doubted.items() if fact_id not in roll.confirmed]
    own = answers.sorted_by_due(waiting, call.principal.institution)
    return answer({"items": [answers.shown_doubt(each) for each in own[:_DOUBTS]]})


async def propose(call: Call) -> web.StreamResponse:
    """Put a change on the table."""
    model = cast("models.ChangeProposal", call.model)
    position = None if model.compromise is None else await _position(call, model.compromise)
    command = commands.ProposeChange(
        stream=call.services.roster.stream,
        proposal_ref=ProposalRef(call.services.executor.mint()),
        change=model.to_change(position),
    )
    return await _proposed(call, command)


async def suspend(call: Call) -> web.StreamResponse:
    """Suspend an institution in an emergency."""
    model = cast("models.EmergencySuspension", call.model)
    command = commands.SuspendAtOnce(
        stream=call.services.roster.stream,
        proposal_ref=ProposalRef(call.services.executor.mint()),
        institution=InstitutionId(model.institution),
        reason=model.reason,
    )
    return await _proposed(call, command)


async def _proposed(call: Call, command: commands.ProposeChange | commands.SuspendAtOnce) -> web.StreamResponse:
    receipt = await _recorded(call, command)
    event = await off_loop(call.services.reader, lambda: recorded_event(call, receipt))
    members = shown_receipt(receipt, "stream", call.services.checker.signer)
    del members["stream"]
    if isinstance(event, ChangeProposed):
        members |= {"proposal_ref": str(event.proposal_ref), "digest": event.digest}
    return answer(members, status=201)


async def confirm(call: Call) -> web.StreamResponse:
    """Confirm a change; it counts from here on."""
    model = cast("models.ChangeConfirmation", call.model)
    ref = ProposalRef(call.reference)
    stream = call.services.roster.stream
    return await _done(call, commands.ConfirmChange(stream=stream, proposal_ref=ref, digest=model.digest))


async def withdraw(call: Call) -> web.StreamResponse:
    """Take a change off the table."""
    ref = ProposalRef(call.reference)
    return await _done(call, commands.WithdrawChange(stream=call.services.roster.stream, proposal_ref=ref))


async def add_key(call: Call) -> web.StreamResponse:
    """Add a key to one's own."""
    terms = cast("models.NewKey", call.model).value()
    return await _done(call, commands.AddOwnKey(stream=call.services.roster.stream, terms=terms), status=201)


async def retire_key(call: Call) -> web.StreamResponse:
    """Have a key of one's own sign no more."""
    at = cast("models.KeyRetirement", call.model).at
    command = commands.RetireOwnKey(
        stream=call.services.roster.stream, key_id=KeyId(call.place), at=None if at is None else Instant(at)
    )
    return await _done(call, command)


async def mark_key(call: Call) -> web.StreamResponse:
    """Say that a key of one's own is in wrong hands."""
    position = await _position(call, cast("models.Since", call.model))
    command = commands.MarkOwnKeyCompromised(
        stream=call.services.roster.stream, key_id=KeyId(call.place), position=position
    )
    return await _done(call, command)


async def confirm_facts(call: Call) -> web.StreamResponse:
    """Say that one recorded facts oneself."""
    facts = cast("models.FactsConfirmation", call.model).value()
    return await _done(call, commands.ConfirmFacts(stream=call.services.roster.stream, facts=facts))


async def _done(call: Call, command: commands.InstitutionCommand, *, status: int = 200) -> web.StreamResponse:
    receipt = await _recorded(call, command)
    return answer(shown_receipt(receipt, "stream", call.services.checker.signer), status=status)


async def _recorded(call: Call, command: commands.InstitutionCommand) -> Receipt:
    """Carry it out, and have this process know of it before anybody is answered: the very next request meets it."""
    services = call.services
    receipt = await services.executor.execute(command, principal=call.principal, idempotency=call.idempotency)
    await off_loop(services.reader, services.roster.catch_up)
    return receipt


async def _position(call: Call, given: models.Since) -> Position:
    """Give the first position in doubt: the one that was named, or the first after an instant."""
    if given.position is not None:
        return Position(given.position)
    return await off_loop(call.services.reader, lambda: first_after(call.services.reader, Instant(given.since or 0)))


def first_after(reader: Reader, since: Instant) -> Position:
    """Give the first position that anything recorded after an instant can have."""
    return Position(reader.position_at(since) + 1)
