"""The trust list as a registry keeps it: where it lies, how the ledger learns of it, who signs the operator's part."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from registry.alerts.reactor import REGISTRY
from registry.commands.keylist import RecordKeyList
from registry.config import Settings
from registry.errors import RegistryError
from registry.execute import Executor
from registry.trust import publisher
from registry.trust.folder import TrustFolder
from registry.values.keylist import PublishedFile, key_list_stream
from registry.values.time import Instant

FOLDER: Final = "trust"
SECONDS: Final = 3600.0
"""How often it is looked whether something is to be signed anew."""
LOG: Final = logging.getLogger("registry.trust")


def folder_of(settings: Settings) -> TrustFolder:
    """Say where a registry's trust list is."""
    return TrustFolder(path=settings.data / FOLDER)


def recording(executor: Executor) -> publisher.Record:
    """Give what makes a publication a fact of the ledger. Blocks until it is durable."""
    stream = key_list_stream(UUID(executor.ledger_id))

    def record(files: Sequence[PublishedFile]) -> None:
        executor.perform(RecordKeyList(stream=stream, files=tuple(files)), principal=REGISTRY)

    return record


async def keep(folder: TrustFolder, executor: Executor, clock: Callable[[], Instant]) -> None:
    """Sign the operator's part anew each day, and say in the log what others must sign before it ends. Never ends."""
    record = recording(executor)
    while True:
        await asyncio.to_thread(look_after, folder, record, clock())
        await asyncio.sleep(SECONDS)


def look_after(folder: TrustFolder, record: publisher.Record, now: Instant) -> None:
    """Finish what was begun, sign what is a day old, and log what is past half its life. Raises nothing of ours."""
    try:
        publisher.refresh(folder, record=record, now=now)
        current = folder.current()
        due = publisher.due(current, now) if current else ()
    except RegistryError as fault:
        # The list counts for days yet: a fault is told at each look, and stops nothing else.
        LOG.error("trust list: not signed anew: %s: %s", type(fault).__name__, fault)  # noqa: TRY400  # no traceback
        return
    if due:
        LOG.warning("trust list: to be signed anew before it ends: %s", ", ".join(due))
