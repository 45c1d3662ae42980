"""A witness for the crash tests that dies where it is told to: before its disk has the checkpoint, or just after.

Run with a witness's folder and `before` or `after`; it says its address on its standard output.
"""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from registry.ledger.proof.witness import Submission
from registry.witness.door import Witness
from registry.witness_node import running
from tests.witnesses import opened

DIED = 9


class DyingAfter(Witness):
    """Has remembered, and never answers."""

    def submit(self, submission: Submission) -> bytes:
        super().submit(submission)
        os._exit(DIED)


def _die(_: bytes) -> bytes:
    """Die while signing: within the transaction, before its commit."""
    os._exit(DIED)


async def _serve(witness: Witness) -> None:
    async with running(witness, host="127.0.0.1", port=0) as port:
        os.write(1, b"http://127.0.0.1:%d\n" % port)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    made = opened(Path(sys.argv[1]))
    if sys.argv[2] == "after":
        made = DyingAfter(keys=made.keys, logs=made.logs, store=made.store, clock=made.clock)
    else:
        keys = replace(made.keys, signers=tuple((key, _die) for key, _ in made.keys.signers))
        made = replace(made, keys=keys)
    asyncio.run(_serve(made))
