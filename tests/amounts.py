"""How much a test tries: little in every run, much in a deep one (`scripts/test --deep`)."""

import os

DEEP = bool(os.environ.get("TEST_DEEP"))
_MORE = 50


def examples(usual: int) -> int:
    """Give how many examples a property tries that costs more, or less, than the profile of hypothesis counts on."""
    return usual * _MORE if DEEP else usual
