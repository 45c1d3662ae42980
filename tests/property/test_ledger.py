"""Random batches with planted conflicts: the ledger says what a dictionary says, on both stores."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from registry.errors import AlreadyTaken, NotFound, StaleVersion
from registry.events.base import Claim
from registry.ledger.opening import open_ledger
from registry.ledger.port import Unit
from registry.ledger.rows import Put
from registry.values.identifiers import ClaimId, Position, StreamId
from tests.amounts import examples
from tests.ledgers import NOTES, SEEN, STORES, TABLES, TOTAL, Ticking, draft, ledger, place, project

STREAMS = [StreamId(UUID(int=number)) for number in range(1, 5)]
CLAIMS = [ClaimId(UUID(int=number)) for number in range(11, 15)]

COMMAND = st.fixed_dictionaries(
    {
        "stream": st.sampled_from(STREAMS),
        "size": st.integers(0, 3),
        "ahead": st.sampled_from([0, 0, 0, 0, 1, -1]),
        "claim": st.sampled_from([None, None, *CLAIMS]),
        "note": st.sampled_from([None, "a", "b", "refused"]),
        "raises": st.sampled_from([False, False, False, True]),
        "looks": st.booleans(),
    }
)


class LedgerAgainstDictionary(RuleBasedStateMachine):
    """Give batches to a ledger and to a model, and compare all they say."""

    store = "sqlite"

    def __init__(self) -> None:
        """Open a fresh ledger beside an empty model."""
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Ticking()
        self.place = place(self.store, Path(self.folder.name))
        self.settings = self.place.__enter__()
        self.lent = ledger(self.settings, clock=self.clock)
        self.opened = self.lent.__enter__()
        self.versions: dict[StreamId, int] = {}
        self.claims: dict[ClaimId, StreamId] = {}
        self.notes: dict[str, int] = {}

    @rule(commands=st.lists(COMMAND, min_size=1, max_size=8), step=st.integers(-5, 5))
    def batch(self, commands: list[dict[str, Any]], step: int) -> None:
        """Run commands that wait together; each ends as the model says."""
        self.clock.at += step
        wanted = [self._expected(command) for command in commands]
        holding, go = Event(), Event()

        def hold(_unit: Unit, /) -> None:
            holding.set()
            go.wait(10)

        with ThreadPoolExecutor(len(commands) + 1) as callers:
            held = callers.submit(self.opened.writer.perform, hold)
            holding.wait(10)
            running = []
            for number, command in enumerate(commands):
                running.append(callers.submit(self._outcome, command))
                while self.opened.writer.waiting <= number:
                    go.wait(0.001)
            go.set()
            held.result()
            outcomes = [each.result() for each in running]
        assert all(outcome in allowed for outcome, allowed in zip(outcomes, wanted, strict=True)), (outcomes, wanted)

    @rule()
    def reopen(self) -> None:
        """Close and open again: nothing that was answered depends on memory."""
        self.opened.close()
        self.opened = open_ledger(self.settings, clock=self.clock, project=project, tables=TABLES)

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        """Compare streams, claims, rows, order and times."""
        reader = self.opened.reader
        facts = reader.after(Position(0), limit=10_000)
        assert sum(self.versions.values()) == len(facts)
        instants = [each.fact.recorded_at for each in facts]
        assert instants == sorted(set(instants))
        positions = [each.position for each in facts]
        assert positions == sorted(set(positions))
        for stream in STREAMS:
            own = reader.stream(stream)
            assert [each.fact.version for each in own] == list(range(1, self.versions.get(stream, 0) + 1))
            assert list(own) == [each for each in facts if each.fact.stream == stream]
            assert len(reader.rows(SEEN, {"stream": str(stream)})) == len(own)
        for claim_id in CLAIMS:
            held = reader.holder(claim_id)
            assert (held.stream if held else None) == self.claims.get(claim_id)
        assert {row["key"]: row["value"] for row in reader.rows(NOTES, {})} == self.notes

    def _expected(self, command: dict[str, Any]) -> set[str]:
        """Give the outcomes that are right, and bring the model up to date."""
        stream, size, claim, note = command["stream"], command["size"], command["claim"], command["note"]
        bad_row = note == "refused"
        if command["ahead"]:
            return {"StaleVersion"}
        if claim in self.claims and size:
            # PostgreSQL sees a taken claim when it writes, and a command that gives up is not written.
            return {"AlreadyTaken", "NotFound"} if command["raises"] else {"AlreadyTaken"}
        if command["raises"] and not (bad_row and command["looks"]):
            return {"NotFound"}
        if bad_row:
            return {"StatementRejected"}
        self.versions[stream] = self.versions.get(stream, 0) + size
        if claim is not None and size:
            self.claims[claim] = stream
        if note is not None:
            self.notes[note] = self.versions[stream]
        return {f"{self.versions[stream]} {self.versions[stream]}"}

    def _outcome(self, command: dict[str, Any]) -> str:
        try:
            version, total = self.opened.writer.perform(lambda unit: _act(unit, command))
        except Exception as outcome:  # noqa: BLE001  # compared by name
            return type(outcome).__name__
        return f"{version} {total or 0}"

    def teardown(self) -> None:
        """Give everything back."""
        self.opened.close()
        self.place.__exit__(None, None, None)
        self.folder.cleanup()


def _act(unit: Unit, command: dict[str, Any]) -> tuple[int, int | None]:
    stream = command["stream"]
    version, _ = unit.state(stream, TOTAL)
    claims = [] if command["claim"] is None else [Claim(claim_id=command["claim"])]
    drafts = [draft(claims=claims if number == 0 else ()) for number in range(command["size"])]
    key = None if command["note"] == "refused" else command["note"]
    rows = [] if command["note"] is None else [Put(table=NOTES, row={"key": key, "value": version + command["size"]})]
    unit.append(stream, drafts, expected_version=version + command["ahead"], rows=rows)
    if command["looks"]:
        unit.rows(NOTES, {})
    if command["raises"]:
        raise NotFound("planted")
    return unit.state(stream, TOTAL)


@pytest.mark.parametrize("store", STORES)
def test_random_batches_with_planted_conflicts_end_as_the_model_says(store: str, tmp_path: Path) -> None:
    with place(store, tmp_path):
        pass  # skips where there is no such store
    machine = type("Machine", (LedgerAgainstDictionary,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=examples(10 if store == "postgres" else 40), stateful_step_count=8, deadline=None
        ),
    )


def test_the_planted_outcomes_are_the_real_refusals() -> None:
    assert {each.__name__ for each in (StaleVersion, AlreadyTaken, NotFound)} == {
        "StaleVersion",
        "AlreadyTaken",
        "NotFound",
    }
