"""What holds for every test: hypothesis profiles, zone rules from the package, the watch for planted words."""

import os
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.closing import Closing

# Two machines must give one answer, so zone rules come from the locked package and never from the machine.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

_SHARED_CORES = (HealthCheck.too_slow,)
"""A busy machine is no fault of a test; every other health check stays."""

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_SHARED_CORES)
settings.register_profile(
    "ci", max_examples=50, derandomize=True, print_blob=True, deadline=None, suppress_health_check=_SHARED_CORES
)
settings.register_profile(
    "deep", max_examples=5_000, stateful_step_count=100, deadline=None, suppress_health_check=_SHARED_CORES
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parts = parser.getgroup("registry")
    parts.addoption(
        "--part", choices=("counted", "uncounted"), help="only tests whose lines are counted, or the others"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Closing(config), "closing")


UNCOUNTED = (
    "browser",
    "crash",
    "security",
    "contract/test_channels.py",
    "contract/test_traps.py",
    "http/test_documents_of_the_interface.py",
    "http/test_who_sees_what.py",
    "journeys/test_erase_while_serving.py",
    "journeys/test_go_audits.py",
    "journeys/test_key_ceremony.py",
    "journeys/test_log_restored.py",
    "journeys/test_tutorial.py",
    "journeys/test_witnessed.py",
    "property/test_ledger.py",
    "property/test_messages.py",
    "property/test_vault.py",
    "property/test_views.py",
    "property/test_witness.py",
    "test_docs.py",
    "test_house.py",
    "unit/test_benches.py",
    "unit/test_journal.py",
    "unit/ledger/test_runs.py",
)
"""Folders and files whose tests go many times over what others go over once, or read the source and run nothing of it.
Counting lines would double what they cost, and a line that only chance gets to is not covered by it. The floors hold
without them: scripts/test runs them beside the others, in processes that count nothing."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    part = config.getoption("part")
    if part is None or collection_path.suffix != ".py":
        return None
    uncounted = collection_path.relative_to(Path(__file__).parent).as_posix().startswith(UNCOUNTED)
    return uncounted is (part == "counted") or None
