"""Since when this registry signs with the keys that it has: what its ledger shows, and no word of an operator.

What was signed with a key before the key is said to count is refused everywhere, however genuine it is. So a key is
offered from its first use on. Receipts are dated as the facts they are of, and an answer is in the log by the digest of
its signed form: signatures are deterministic, so that the first answer says which key has signed since the beginning.
"""

from typing import Final

import msgspec

from registry.events.check import AnswerGiven
from registry.ledger.port import Recorded
from registry.ledger.reader import LedgerReader
from registry.signing import Signer, signed_digest
from registry.trust.keylist import Jwk, KeyList
from registry.values.identifiers import Position
from registry.values.time import Instant

_BATCH: Final = 1000


def first_record(reader: LedgerReader) -> Instant | None:
    """Give when the first fact was recorded, which every log of this ledger begins with; None of an empty ledger."""
    return next((each.fact.recorded_at for each in reader.after(Position(0), limit=1)), None)


def first_receipt(reader: LedgerReader, signer: Signer) -> Instant | None:
    """Give from when on receipts and answers are signed with a key, as far as the ledger shows; None: it shows nothing.

    With the key of the first answer the registry has signed since its first fact. Any other key signs since the first
    answer that bears its signature.
    """
    begins, position = first_record(reader), Position(0)
    while found := reader.after(position, limit=_BATCH, topics=(AnswerGiven.TOPIC,)):
        for each in found:
            event = each.fact.event
            if isinstance(event, AnswerGiven) and event.signed is not None:
                if _signed(signer, event, each) == event.signed:
                    return begins or each.fact.recorded_at
                begins = None
        position = found[-1].position
    return begins


def _signed(signer: Signer, event: AnswerGiven, recorded: Recorded) -> str:
    fact = recorded.fact
    return signed_digest(signer.answer(event, fact_id=fact.fact_id, institution=fact.actor.institution))


def as_listed(listed: KeyList | None, key: Jwk) -> Jwk:
    """Have a key begin as the published list has it: a beginning is said once and stays."""
    former = None if listed is None else listed.find(key.kid)
    if former is None or (former.use, former.material) != (key.use, key.material):
        return key
    return msgspec.structs.replace(key, not_before=former.not_before)
