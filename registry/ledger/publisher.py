"""Facts become entries, entries a tree, the tree a signed checkpoint: one thread, after the commit, in no caller's way.

1 sequence    facts after the last entry's position, in ledger order       reader, leaf.py
2 grow        tiles and entries, in one transaction that begins where the last one ended
3 remember    is what was signed before the beginning of this tree?        heads.py, and witnesses if there are any
4 check       every new byte, as a reader would, from the store            proof/self_check.py
5 sign        Ed25519 and ML-DSA-44
6 keep        outside every backup, durably; only then is the note shown

A log that finds that it has signed something else does not sign again until a person has decided. Commands and
answers go on meanwhile: an order must count although nobody can prove it yet.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Condition, Event
from time import monotonic
from typing import Final, Protocol

from registry.errors import LedgerError, StaleVersion, WouldFork
from registry.ledger.codec import StoredFact
from registry.ledger.heads import Heads
from registry.ledger.leaf import NONE, bundled, entry
from registry.ledger.log_store import LeafRow, LogHead, LogStore
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.growth import EMPTY_EDGE, Edge, edge_root, grow, read_edge
from registry.ledger.proof.merkle import EMPTY_ROOT, leaf_hash
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import LogSigner, sign_checkpoint
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.published import REFUSES, Published, Signing
from registry.values.identifiers import Position
from registry.values.time import SECOND, Instant

BATCH: Final = 1_000
LATEST: Final = 65_536
"""Streams whose last entry is known without asking the store; a look-up each would be half of the work."""
PACE_MILLISECONDS: Final = 100
"""The least time from one checkpoint to the next; a fact waits this long and a little more."""
POLL_SECONDS: Final = 0.5
RECORDED: Final = 8
"""How many of the sizes that are on record as signed are held against the tree after a start."""


class StoredReader(Protocol):
    """What the publisher reads of the ledger."""

    def stored_after(self, position: Position, /, *, limit: int) -> Sequence[StoredFact]:
        """Give stored facts after a position, in order."""
        ...

    def wait_changed(self, position: Position, /, *, timeout: float) -> Position:
        """Wait until the head is above a position, or time is over."""
        ...


@dataclass(kw_only=True, slots=True)
class _Tree:
    """The log's right edge in memory; made from the store at the start and after anything went wrong."""

    head: LogHead
    edge: Edge
    bundle: list[bytes]
    """Entries of the bundle that is not full yet."""
    latest: OrderedDict[int, int] = field(default_factory=OrderedDict[int, int])
    """Index of the last entry by the integer of its stream's id; the longest untouched leaves first."""


class Publisher:
    """Publishes one ledger's log. `step` is for one thread; everything else may be called by any."""

    def __init__(
        self,
        *,
        reader: StoredReader,
        store: LogStore,
        heads: Heads,
        signer: LogSigner,
        clock: Callable[[], Instant],
        former: Callable[[], Sequence[Checkpoint]] = tuple,
    ) -> None:
        """Take the log's parts; `former` gives what others say that they have seen signed, asked before the first."""
        self._reader = reader
        self._store = store
        self._heads = heads
        self._signer = signer
        self._clock = clock
        self._others = former
        self._origin = store.origin()
        self._tree: _Tree | None = None
        self._former: tuple[Checkpoint, ...] | None = None
        """What must be the beginning of whatever is signed next; None until it was asked for."""
        self._own: Checkpoint | None = None
        """What this log itself remembers to have signed last; what others hold is no replacement for it."""
        self._latest = Instant(0)
        """When it signed last: a clock that is set back does not set the signatures back."""
        self._contradicted = ""
        """What others hold against it; once there is anything, nothing is signed until a person has decided."""
        self._published = Published(signing=Signing.NEW, size=0)
        self._changed = Condition()
        self._pace = Event()
        self._signed_at = 0.0

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._origin

    def published(self) -> Published:
        """Say how the log is."""
        return self._published

    def contradict(self, because: str) -> None:
        """Sign nothing any more: somebody holds what cannot come before it. `because` names who and what."""
        with self._changed:
            self._contradicted = self._contradicted or because
        self._show(self._published)

    def wait_size(self, size: int, *, timeout: float) -> bool:
        """Wait in a thread until a checkpoint of at least this size is signed; say whether one is."""
        deadline = monotonic() + timeout
        with self._changed:
            while True:
                checkpoint = self._published.checkpoint
                if checkpoint is not None and checkpoint.size >= size:
                    return True
                remaining = deadline - monotonic()
                if remaining <= 0:
                    return False
                self._changed.wait(remaining)

    def step(self) -> bool:
        """Publish what is new; say whether more waits. Raises what the store raises: then it begins again."""
        try:
            more = self.sequence()
            self.sign()
        except BaseException as fault:
            self._tree = None  # what is stored decides, not what this thread remembers
            if not isinstance(fault, StaleVersion):  # another process was quicker, which is no failure
                forks = isinstance(fault, WouldFork)
                self._show(replace(self._published, signing=Signing.CONTRADICTS if forks else Signing.FAILING))
            raise
        return more

    def idle(self) -> None:
        """Wait for new facts, and for the pace."""
        tree = self._tree
        self._reader.wait_changed(tree.head.position if tree else Position(0), timeout=POLL_SECONDS)
        spent = monotonic() - self._signed_at
        self._pace.wait(max(0.0, PACE_MILLISECONDS / 1000 - spent))

    def sequence(self) -> bool:
        """Steps 1 and 2."""
        tree = self._tree or self._load()
        self._tree = tree
        stored = self._reader.stored_after(tree.head.position, limit=BATCH)
        if stored:
            self._append(tree, stored)
        return len(stored) == BATCH

    def _load(self) -> _Tree:
        self._must_be_ours()
        head = self._store.head()
        edge = read_edge(head.size, self._store.read) if head.size else EMPTY_EDGE
        return _Tree(head=head, edge=edge, bundle=self._store.last_bundle(head.size))

    def _must_be_ours(self) -> None:
        """Hold that nobody ended this log meanwhile: where several processes write, no lock keeps them from it."""
        if self._store.origin() != self._origin:
            raise LedgerError("this log was ended and another one begun; the registry must be started anew")

    def _append(self, tree: _Tree, stored: Sequence[StoredFact]) -> None:
        first = tree.head.size
        rows: list[LeafRow] = []
        entries: list[bytes] = []
        last: dict[int, int] = {}
        for leaf, fact in enumerate(stored, first):
            position, stream, version = fact[0], fact[1], fact[2]
            number = stream.int
            former = last.get(number, tree.latest.get(number))
            if version == 1 or former is None:
                former = NONE if version == 1 else self._former_leaf(fact)
            last[number] = leaf
            fact_id, raw = entry(fact, former=former)
            entries.append(raw)
            rows.append(
                LeafRow(leaf=leaf, position=Position(position), stream=stream, version=version, fact_id=fact_id)
            )
        growth = grow(tree.edge, [leaf_hash(raw) for raw in entries])
        bundle, bundles = bundled(first, tree.bundle, entries)
        head = LogHead(size=first + len(entries), position=rows[-1].position)
        self._store.grow(tree.head, head, rows, (*growth.tiles, *bundles))
        tree.head, tree.edge, tree.bundle = head, growth.edge, bundle
        tree.latest.update(last)
        for number in last:
            tree.latest.move_to_end(number)
        while len(tree.latest) > LATEST:
            tree.latest.popitem(last=False)

    def _former_leaf(self, fact: StoredFact) -> int:
        found = self._store.leaf_of(fact[1], fact[2] - 1)
        if found is None:
            raise LedgerError(f"the fact at position {fact[0]} follows one that has no entry")
        return found

    def sign(self) -> None:
        """Steps 3 to 6."""
        tree = self._tree
        if tree is None:
            return
        proposed = Checkpoint(origin=self._origin, size=tree.head.size, root=edge_root(tree.edge))
        if self._former is None:
            self._former = self._remembered(proposed)
        signing = self._may_sign(proposed, self._former)
        shown = self._published
        if signing in REFUSES:
            contained = shown.contained or self._contains(proposed, shown.checkpoint)
            self._show(replace(shown, signing=signing, size=proposed.size, contained=contained))
        elif shown.signing is not Signing.SIGNS or shown.checkpoint != proposed:
            self._show(self._signed(proposed, self._former))

    def _signed(self, proposed: Checkpoint, former: Sequence[Checkpoint]) -> Published:
        """Steps 4 to 6."""
        self._must_be_ours()
        self._latest = now = max(self._clock(), self._latest)
        note = sign_checkpoint(
            proposed,
            former=max(former, key=lambda checkpoint: checkpoint.size, default=None),
            read=self._store.read,
            signer=self._signer,
            timestamp=now // SECOND,
        ).raw
        self._heads.write(note)
        self._store.signed(self._origin, proposed.size, proposed.root, now)
        self._own = proposed
        self._former = (proposed,)
        self._signed_at = monotonic()
        return Published(signing=Signing.SIGNS, size=proposed.size, checkpoint=proposed, note=note, contained=True)

    def _remembered(self, proposed: Checkpoint) -> tuple[Checkpoint, ...]:
        """Give what this log is known to have signed: by its note, by its own record, and by others."""
        recorded = (
            Checkpoint(origin=self._origin, size=size, root=root)
            for size, root in self._store.sizes_signed(self._origin, limit=RECORDED)
        )
        raw = self._heads.read()
        if raw is None:
            return (*recorded, *self._others())
        note = parse_note(raw)
        self._own = own = parse_checkpoint(note.text)
        if own.origin == self._origin:  # by another name others must verify it; that it is another is enough here
            verified = verify_note(note, (self._signer.ed25519, self._signer.ml_dsa_44))
            self._latest = Instant(max(each.timestamp or 0 for each in verified) * SECOND)
            shown = Published(signing=Signing.NEW, size=0, checkpoint=own, note=raw)
            # Proofs wait neither for witnesses nor for the next signature.
            self._published = replace(shown, contained=self._contains(proposed, own))
        return (own, *recorded, *self._others())

    def _may_sign(self, proposed: Checkpoint, former: Sequence[Checkpoint]) -> Signing:
        """Step 3: hold the tree against everything that was signed before."""
        if self._own is None and self._store.sizes_signed(self._origin, limit=1):
            return Signing.FORGOTTEN
        if self._contradicted or any(each.origin != proposed.origin for each in former):
            return Signing.CONTRADICTS
        if any(each.size > proposed.size for each in former):
            return Signing.BEHIND
        if self._published.signing is Signing.SIGNS:
            return Signing.SIGNS  # the former one is our own, of a moment ago; the self-check proves that it is kept
        kept = all(self._contains(proposed, each) for each in former)
        return Signing.SIGNS if kept else Signing.CONTRADICTS

    def _contains(self, proposed: Checkpoint, former: Checkpoint | None) -> bool:
        if former is None or former.size > proposed.size:
            return False
        return _beginning(TileTree(proposed.size, ExpandedTiles(self._store.read)), former.size) == former.root

    def _show(self, published: Published) -> None:
        with self._changed:
            if self._contradicted:
                published = replace(published, signing=Signing.CONTRADICTS, because=self._contradicted)
            self._published = published
            self._changed.notify_all()


def _beginning(tree: TileTree, size: int) -> bytes:
    """Give the root that the tree had at a smaller size, or has at its own."""
    return tree.subtree(0, size) if size else EMPTY_ROOT
