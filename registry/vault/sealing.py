"""The command boundary: every `Clear` of a command becomes a sealed block, before anything is decided.

What execute owes the vault, because only the writer can see it:

1. `new_keys` are saved in the transaction of the fact that the blocks go into. A key saved earlier
   might never be used; one saved later might be lost with the blocks sealed under it.
2. A row that is already there under another key id is never replaced: two writers have made a key
   each. The command is sealed again, after `KeyRing.forget`.
3. For every subject in `held` the row is still active, and of this key, when the fact is appended; the
   ring is a cache and may not have heard of an erasure, or that a correction gave the subject another key.
4. Blocks go into the fact whose `fact_id` they were sealed for, and into no other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar, cast

from registry.commands.document import SupplyDocument
from registry.commands.issuance import AdjustOrder, CorrectOrder, EnterOrder, VaryOrder
from registry.commands.notice import ReceiveContainer
from registry.commands.service import RecordService
from registry.commands.violation import ReportViolation
from registry.errors import Malformed
from registry.values.identifiers import FactId, OrderRef, SealedBlock, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Clear, PersonalData
from registry.values.time import Instant
from registry.vault import contents
from registry.vault.block import Opened, Place, key_id_of, open_text, seal_block
from registry.vault.keys import Entropy, KeyRing, SealingKey, SubjectKey, WrappedKey
from registry.vault.walk import replaced

ClearCommand: TypeAlias = (
    EnterOrder[Clear]
    | VaryOrder[Clear]
    | CorrectOrder[Clear]
    | SupplyDocument[Clear]
    | ReceiveContainer[Clear]
    | AdjustOrder[Clear]
    | RecordService[Clear]
    | ReportViolation[Clear]
)
"""The commands that can hold personal data; the others go to `decide` as they are."""
SealedCommand: TypeAlias = (
    EnterOrder[SealedBlock]
    | VaryOrder[SealedBlock]
    | CorrectOrder[SealedBlock]
    | SupplyDocument[SealedBlock]
    | ReceiveContainer[SealedBlock]
    | AdjustOrder[SealedBlock]
    | RecordService[SealedBlock]
    | ReportViolation[SealedBlock]
)
Command_co = TypeVar("Command_co", covariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed(Generic[Command_co]):
    """A command as `decide` may see it, and what must be saved and held with its facts."""

    command: Command_co
    new_keys: tuple[WrappedKey, ...] = ()
    held: Mapping[SubjectId, bytes] = field(default_factory=dict[SubjectId, bytes])
    """Whose keys were used, with their ids; each is its subject's still, and not erased, when the fact is appended."""
    keys: Mapping[SubjectId, SubjectKey] = field(default_factory=dict[SubjectId, SubjectKey], repr=False)
    """The keys themselves, for what else is sealed with the fact."""


def seal(
    command: ClearCommand,
    *,
    ledger: str,
    order_ref: OrderRef,
    fact_id: FactId,
    jurisdiction: Jurisdiction,
    ring: KeyRing,
    now: Instant,
    entropy: Entropy,
    renewed: Iterable[SubjectKey] = (),
) -> Sealed[SealedCommand]:
    """Seal all personal data of a command, each block under its subject's key and its own name.

    `renewed` are next keys of subjects that have one: whoever made them holds and saves them.

    `jurisdiction` is whose key-encryption key wraps new keys; `now` dates them. Raises `KeyErased`
    where a subject was erased, and `Malformed` where two elements carry the same reference or data
    is too long or is not Unicode.
    """
    keys = {key.subject: SealingKey(key=key) for key in renewed}
    mine = frozenset(keys)
    names: set[str] = set()

    def sealed(clear: Clear, name: str) -> SealedBlock:
        if name in names:
            # Two blocks of one place could be exchanged for one another.
            raise Malformed("duplicate-reference")
        names.add(name)
        sealing_key = keys.get(clear.subject)
        if sealing_key is None:
            sealing_key = ring.to_seal(clear.subject, jurisdiction=jurisdiction, now=now, entropy=entropy)
            keys[clear.subject] = sealing_key
        place = Place(ledger=ledger, stream=order_ref, fact_id=fact_id, name=name)
        return seal_block(contents.encode(clear.content), key=sealing_key.key, place=place, entropy=entropy)

    return Sealed(
        command=cast("SealedCommand", replaced(command, sealed)),
        new_keys=tuple(used.unsaved for used in keys.values() if used.unsaved is not None),
        held={subject: used.key.key_id for subject, used in keys.items() if subject not in mine},
        keys={subject: used.key for subject, used in keys.items()},
    )


def open_block(
    sealed: SealedBlock, *, ledger: str, order_ref: OrderRef, fact_id: FactId, name: str, ring: KeyRing
) -> PersonalData:
    """Open one block of a fact. Raises `KeyErased` where the key was destroyed, `Tampered` where it does not fit."""
    place = Place(ledger=ledger, stream=order_ref, fact_id=fact_id, name=name)
    return contents.decode(opened(sealed, place=place, ring=ring).content)


def opened(sealed: SealedBlock, *, place: Place, ring: KeyRing) -> Opened:
    """Open one block to its bytes and the opening of the commitment to them; raises as `open_block`."""
    return open_text(sealed, key=ring.to_open(key_id_of(sealed)), place=place)
