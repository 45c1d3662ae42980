"""Folding in: answers that were kept while the store was down become facts, each by itself, none for ever in the way.

What was given was given: an answer is recorded though its audit key was erased or replaced meanwhile. One that cannot
be recorded for another reason stays in the spool, and the log names its kind of fault alone; the others go on.
"""

import logging
from dataclasses import replace
from typing import Any, Final

from registry.answers import AnyGiven, Spool, recording
from registry.errors import RegistryError, Unavailable, VaultError
from registry.execute import Executor, off_loop
from registry.ledger.tables import StatementRejected
from registry.values.identifiers import FactId
from registry.vault.audit import reseal_query

LOG: Final = logging.getLogger("registry.folding")


class _Stays(RegistryError):
    """The key of this one answer cannot be had now, which is no reason for the next one to wait."""


async def fold(waiting: tuple[AnyGiven, ...], spool: Spool, executor: Executor) -> int:
    """Fold answers into the ledger; gives how many it holds now. Raises `Unavailable` while it cannot take them."""
    folded: set[FactId] = set()
    try:
        for given in waiting:
            try:
                await _folded(given, executor)
                folded.add(given.fact_id)
            except Unavailable:
                raise
            except RegistryError as fault:
                LOG.error("an answer stays in the spool: %s", type(fault).__name__)  # noqa: TRY400  # no values
    finally:
        if folded:
            await spool.settled(folded)
    return len(folded)


async def _folded(given: AnyGiven, executor: Executor) -> None:
    try:
        await executor.writer.submit(recording(given))
    except StatementRejected:
        executor.ring.forget(given.subject)
        again = await off_loop(executor.reader, lambda: _resealed(given, executor))
        await executor.writer.submit(recording(again))
        given = again
    executor.ring.saved(() if given.new_key is None else (given.new_key,))


def _resealed(given: AnyGiven, executor: Executor) -> AnyGiven:
    """Seal the question again under the key that stands: another was saved while this one waited with its own.

    The commitment stays, and with it what was signed. Where either key was destroyed, the question stays as it is,
    under a key that nobody has, and the answer is recorded all the same.
    """
    if given.new_key is None:
        return given
    try:
        sealed = reseal_query(
            given.event.query,
            waited=given.new_key,
            ledger=executor.ledger_id,
            stream=given.stream,
            fact_id=given.fact_id,
            ring=executor.ring,
            entropy=executor.entropy,
        )
    except VaultError:
        return replace(given, new_key=None)
    except Unavailable as fault:
        raise _Stays from fault
    event: Any = replace(given.event, query=sealed.query)
    return replace(given, event=event, new_key=sealed.new_key)
