"""No descriptors, no disk: what is acknowledged is kept, what failed is absent, and writing heals by itself."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", ["descriptors", "disk", "keys"])
def test_the_writer_outlives_a_fault_of_the_machine_and_works_again_without_a_restart(
    fault: str, tmp_path: Path
) -> None:
    child = "tests.crash.keys_child" if fault == "keys" else "tests.crash.faults_child"
    command = [sys.executable, "-m", child, fault, str(tmp_path / "ledger" / "registry.db")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)  # ourselves
    outcome = orjson.loads(ended.stdout)
    assert outcome["failed"], "the fault did not show: the test tests nothing"
    assert outcome["works_again"]
    assert outcome["milliseconds"] < 1000
    assert sorted(outcome["stored"]) == sorted(outcome["acknowledged"])
    assert not set(outcome["stored"]) & set(outcome["failed"])
