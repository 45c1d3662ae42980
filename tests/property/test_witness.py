"""No fork is ever cosigned: whatever logs send, in whatever order, through whichever process, with restarts between."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import StaleSize, WitnessRefusal
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.signed_note import Note, parse_signature
from registry.ledger.proof.vkey import to_vkey
from tests.amounts import examples
from tests.transparency import LOG_KEY, ORIGIN, root_by_definition
from tests.witnesses import a_log, made, opened, submission

LARGEST = 40
HISTORIES = [None, 0, 1, 7, 16, 33]
"""Where a history leaves the true one; None: nowhere. All of them are signed with the log's true key."""
LOGS = {(size, fork): a_log(size, other_from=fork) for size in range(LARGEST + 1) for fork in HISTORIES}


class Witnessing(RuleBasedStateMachine):
    """A log that lies with its own key, and a witness with two processes on one folder."""

    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.folder = made(Path(self.place.name) / "w")
        self.processes = [opened(self.folder), opened(self.folder)]
        self.cosigned: list[Checkpoint] = []
        self.tail: list[bytes] = []
        self.misled = False

    @rule(
        size=st.integers(0, LARGEST),
        fork=st.sampled_from(HISTORIES),
        old=st.integers(0, LARGEST) | st.none(),
        process=st.integers(0, 1),
        spoiled=st.integers(0, 9),
    )
    def submit(self, size: int, fork: int | None, old: int | None, process: int, spoiled: int) -> None:
        log, held = LOGS[size, fork], self.cosigned[-1].size if self.cosigned else 0
        sent = submission(log, min(held if old is None else old, size))
        if old is None:
            sent = replace(sent, old=held)
        if spoiled == 0:
            sent = replace(sent, path=(*sent.path, bytes(32)))
        try:
            answer = self.processes[process].submit(sent)
        except WitnessRefusal as refusal:
            self.misled |= isinstance(refusal, StaleSize) and not refusal.held == held != sent.old
        else:
            self._check(sent.note, answer)
            self.cosigned.append(log.checkpoint())
            self.tail = [*log.entries]

    def _check(self, note: Note, answer: bytes) -> None:
        """Hold that the answer is a cosignature by both keys of exactly what was sent."""
        vkeys = self.processes[0].keys.vkeys
        names = [f"witness w{place} {vkey}" for place, vkey in enumerate(vkeys)]
        text = "\n".join([f"log {to_vkey(LOG_KEY)}", *names, "group both all w0 w1", "quorum both", ""])
        lines = tuple(parse_signature(line) for line in answer.decode().splitlines())
        accept(replace(note, signatures=(*note.signatures, *lines)).raw, parse_policy(text.encode()))

    @rule()
    def restart(self) -> None:
        for process in self.processes:
            process.store.close()
        self.processes = [opened(self.folder), opened(self.folder)]

    @invariant()
    def what_was_cosigned_is_one_history(self) -> None:
        beginnings = [
            Checkpoint(origin=ORIGIN, size=each.size, root=_root(self.tail, each.size)) for each in self.cosigned
        ]
        assert self.cosigned == beginnings

    @invariant()
    def what_is_held_is_what_was_cosigned_last(self) -> None:
        for process in self.processes:
            held = process.store.held(ORIGIN)
            assert (held and held.checkpoint) == (self.cosigned[-1] if self.cosigned else None)

    def teardown(self) -> None:
        for process in self.processes:
            process.store.close()
        self.place.cleanup()


def _root(entries: list[bytes], size: int) -> bytes:
    """Give the root over the first entries, from the definition and not from what was stored."""
    return root_by_definition([leaf_hash(each) for each in entries[:size]])


TestWitnessing = Witnessing.TestCase
TestWitnessing.settings = settings(max_examples=examples(30), stateful_step_count=30, deadline=None)
