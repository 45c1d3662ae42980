"""A channel that keeps what it is given, fails as it is told, and can be made to hang."""

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

from registry.ports import ChannelFailure


@dataclass
class SimulatedChannel:
    """Implements `registry.ports.Channel`."""

    CODE: ClassVar[str] = "email"

    taken: list = field(default_factory=list)
    """What was handed over: address, message."""
    tried: list = field(default_factory=list)
    """Addresses in the order in which they were tried."""
    answers: dict = field(default_factory=dict)
    """For an address, what each try comes to, in turn: an error to raise, or None; then it is taken."""
    hanging: set = field(default_factory=set)
    """Addresses whose server never answers."""

    async def send(self, plan, message, /) -> None:
        self.tried.append(plan.address)
        if plan.address in self.hanging:
            await asyncio.Event().wait()
        answers = self.answers.get(plan.address)
        answer = answers.pop(0) if answers else None
        if isinstance(answer, ChannelFailure | RuntimeError):
            raise answer
        self.taken.append((plan.address, message))
