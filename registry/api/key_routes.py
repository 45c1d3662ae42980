"""The routes of a key's withdrawal: one institution proposes, another confirms; who confirms may read."""

from typing import Annotated, Final, cast

from aiohttp import web
from pydantic import Field

from registry.access.permissions import Action
from registry.api import shown
from registry.api.answer import answer
from registry.api.change_models import Acting
from registry.api.lines import NEAR, read, write
from registry.api.models import Asking, Model, acting
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.api.route import Call, Route
from registry.api.texts import Moment
from registry.api.writing import asking_of, shown_receipt
from registry.commands.keylist import ConfirmKeyWithdrawal, ProposeKeyWithdrawal
from registry.decisions.withdrawal import Withdrawal, evolve
from registry.errors import NotFound
from registry.execute import off_loop
from registry.ledger.port import Reader
from registry.values.identifiers import StreamId
from registry.values.keylist import KeyGround, SigningUse
from registry.values.time import Instant

KeyName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._~-]{1,128}$", description="`kid` of the key, as the JWK set has it.", examples=["k1"]),
]


class WithdrawalProposal(Model):
    """Say that a key of this registry is to count no more."""

    jurisdiction: Acting = None
    kid: KeyName
    use: SigningUse
    ground: KeyGround
    since: Annotated[Moment, Field(description="A whole second: nothing signed with it from then on counts.")]

    def to_command(self, asking: Asking) -> ProposeKeyWithdrawal:
        """Give the command."""
        return ProposeKeyWithdrawal(
            kid=self.kid,
            use=self.use,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            ground=self.ground,
            since=Instant(self.since),
            by=asking.principal.institution,
        )


class WithdrawalConfirmation(Model):
    """Confirm it, as another institution than the one that proposed it."""

    since: Annotated[Moment, Field(description="As it was proposed.")]
    ground: Annotated[KeyGround, Field(description="As it was proposed.")]

    def to_command(self, asking: Asking) -> ConfirmKeyWithdrawal:
        """Give the command."""
        return ConfirmKeyWithdrawal(
            stream=StreamId(asking.reference),
            since=Instant(self.since),
            ground=self.ground,
            by=asking.principal.institution,
        )


class WithdrawalReceipt(Receipt):
    """A withdrawal of a key, proposed or confirmed."""

    key_ref: Ref


class WaitingWithdrawal(Answered):
    """What was proposed of a key and waits for another institution."""

    ground: KeyGround
    since: At
    proposed_by: str = Field(description="The institution that does not confirm it.")


class ShownWithdrawal(Answered):
    """What was said of a key: what holds, or else what was proposed last; and all that waits."""

    kid: str
    use: SigningUse
    ground: KeyGround
    since: At
    confirmed: bool = Field(
        description="Whether another institution has confirmed it: only then the key counts no more."
    )
    waiting: list[WaitingWithdrawal] = Field(description="What can be confirmed, the oldest first.")


async def withdraw(call: Call) -> web.StreamResponse:
    """Propose or confirm."""
    command = cast("WithdrawalProposal | WithdrawalConfirmation", call.model).to_command(asking_of(call))
    receipt = await call.services.executor.execute(command, principal=call.principal, idempotency=call.idempotency)
    status = 201 if isinstance(command, ProposeKeyWithdrawal) else 200
    return answer(shown_receipt(receipt, "key_ref", call.services.checker.signer), status=status)


def _state(reader: Reader, stream: StreamId) -> Withdrawal | None:
    state = None
    for recorded in reader.stream(stream):
        state = evolve(state, recorded.fact)
    return state


async def withdrawal(call: Call) -> web.StreamResponse:
    """Show what holds or else was proposed last, and all that waits, to whoever may confirm it."""
    state = await off_loop(call.services.reader, lambda: _state(call.services.reader, StreamId(call.reference)))
    said = state.said if state else None
    if state is None or said is None or not call.principal.acts_in(said.jurisdiction):
        raise NotFound("no-such-key-withdrawal")
    return answer(
        {
            "kid": said.kid,
            "use": said.use.value,
            "ground": said.ground.value,
            "since": shown.instant(said.since),
            "confirmed": state.withdrawn is not None,
            "waiting": [
                {"ground": each.ground.value, "since": shown.instant(each.since), "proposed_by": by}
                for each, by in state.waiting
            ],
        }
    )


KEY_ROUTES: Final[tuple[Route, ...]] = (
    write(
        "/v1/key-withdrawals",
        Action.PROPOSE_KEY_WITHDRAWAL,
        WithdrawalProposal,
        withdraw,
        WithdrawalReceipt,
        "Propose that a key counts no more; it counts until another institution confirms.",
        "withdrawal-of-another-time",
        "key-withdrawn-earlier",
        "too-many-proposals",
        *NEAR,
        absent="not-found",
        status=201,
    ),
    write(
        "/v1/key-withdrawals/{key_ref}/confirmation",
        Action.CONFIRM_KEY_WITHDRAWAL,
        WithdrawalConfirmation,
        withdraw,
        WithdrawalReceipt,
        "Confirm that a key counts no more, as another institution than the one that proposed it.",
        "another-withdrawal-proposed",
        "proposer-does-not-confirm",
        absent="no-such-key-withdrawal",
    ),
    read(
        "/v1/key-withdrawals/{key_ref}",
        withdrawal,
        ShownWithdrawal,
        "What was proposed of a key, or holds.",
        Action.CONFIRM_KEY_WITHDRAWAL,
        absent="no-such-key-withdrawal",
    ),
)
