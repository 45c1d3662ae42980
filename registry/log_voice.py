"""Says on standard error, at the moment it happens, that the log does not sign and what can be done; and that it does.

Every state and every fault is said once, when it begins: the publisher tries again for ever, and nobody reads a
message that comes ten times a second.
"""

from collections.abc import Callable

from registry.errors import Conflict
from registry.ledger.published import REFUSES, Signing
from registry.ledger.publisher import Publisher
from registry.ledger.refusals import WHAT_TO_DO, WHY


class Voice:
    """Runs a publisher's steps and tells what changes. For the one thread that publishes."""

    def __init__(self, publisher: Publisher, say: Callable[[str], None]) -> None:
        """Take who publishes, and how to say a line."""
        self._publisher = publisher
        self._say = say
        self._told = ""

    def step(self) -> bool:
        """Publish what is new; say whether more waits. Raises what the publisher raises."""
        try:
            more = self._publisher.step()
        except Conflict:
            raise  # another process was quicker, which is nothing to tell
        except Exception as fault:
            self._tell(type(fault).__name__, f"registry: the log does not sign: {type(fault).__name__}: {fault}")
            raise
        self._tell_state()
        return more

    def _tell_state(self) -> None:
        published = self._publisher.published()
        state = published.signing
        if state in REFUSES:
            why = f"{WHY[state]} ({published.because})" if published.because else WHY[state]
            self._tell(state, f"registry: the log does not sign: {state.value}: {why}. {WHAT_TO_DO[state]}.")
        elif self._told and state is Signing.SIGNS:
            self._say(f"registry: the log signs again, at size {published.size}")
            self._told = ""

    def _tell(self, what: str, line: str) -> None:
        if what != self._told:
            self._say(line)
            self._told = what
