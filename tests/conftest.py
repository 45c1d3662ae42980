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
    "ci", max_examples=75, derandomize=True, print_blob=True, deadline=None, suppress_health_check=_SHARED_CORES
)
settings.register_profile(
    "deep", max_examples=5_000, stateful_step_count=100, deadline=None, suppress_health_check=_SHARED_CORES
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Closing(config), "closing")


CAMPAIGNS = {"browser", "crash"}
"""Folders whose tests go many times over what the others go over once. Counting lines would double what they cost, and
a line that only chance gets to is not covered by it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in CAMPAIGNS:
            item.add_marker(pytest.mark.no_cover)
