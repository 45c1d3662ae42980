"""Threads that read their first facts at one moment do not end the process (two of three did, before one compiled)."""

import subprocess
import sys
from pathlib import Path

from tests.crash.unmeasured import environment

ROOT = Path(__file__).parents[2]
STARTS = 5


def test_many_threads_may_read_their_first_fact_at_one_moment():
    command = [sys.executable, "-m", "tests.crash.compiling_child"]
    ended = [subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode for _ in range(STARTS)]
    assert ended == [0] * STARTS
