"""The environment of a process whose lines are not counted: it is killed, or only the way it is started is tested."""

import os

_MEASURING = {"COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"}


def environment(**more: str) -> dict[str, str]:
    """Give this process's environment without what switches measuring on, and with `more`."""
    return {name: value for name, value in os.environ.items() if name not in _MEASURING} | more
