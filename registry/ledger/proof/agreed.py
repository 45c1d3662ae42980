"""When and where something was logged, held against when and by which ledger it was signed: the checks between both.

A signature tells who said something and not when: whoever holds the key can date it back. The log tells when it was
there at the latest, for its entries are in the order of their times and witnesses have seen them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from registry.ledger.proof.bound import as_object
from registry.ledger.proof.errors import NotVerified, NotWellFormed

ANSWER_LAG_SECONDS: Final = 60
"""How much later than it was given an answer may be logged, before its date rests on the registry's word alone."""
LEDGER_MARK: Final = "/po/"
"""In a log's origin: what comes behind it is the ledger's id, and `-n` for a further log of the same ledger."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_NOT_A_TIME: Final = "entry: says no time, or no position"


class NotShown(Exception):  # neither proven nor refuted: no error
    """What is well formed and contradicts nothing, but is not shown by what there is; the message says why."""


def given_when_logged(entry: bytes, claims: Mapping[str, Any]) -> str:
    """Hold an answer's times against its entry's. Raises `NotVerified` kinds where they contradict, `NotShown`."""
    members = as_object(entry, "entry")
    at, given, number = members.get("at"), claims.get("iat"), members.get("n")
    if not isinstance(at, str) or type(given) is not int or type(number) is not int:
        raise NotWellFormed(_NOT_A_TIME)
    logged, known = _posix(at), claims.get("known_position")
    if logged < given or logged < _posix(claims.get("known_at")) or type(known) is not int or known >= number:
        raise NotVerified("entry: older than the answer, or than what the answer rests on")
    said = f"logged at {at}, {logged - given} seconds after the time that the answer bears"
    if logged - given > ANSWER_LAG_SECONDS:
        raise NotShown(
            f"{said}: it was kept aside while the store was down, or it was dated back; the log shows {at} alone"
        )
    return said


def of_the_ledger(origin: str, claims: Mapping[str, Any]) -> str:
    """Hold who signed against the ledger that the log's name bears. Raises `NotVerified`, `NotShown`."""
    host, mark, named = origin.partition(LEDGER_MARK)
    if not mark:
        raise NotShown("the log's name bears no ledger")
    ledger = str(claims.get("iss")).removeprefix("urn:uuid:")
    further = named.removeprefix(f"{ledger}-")
    if named != ledger and (further == named or not further.isdecimal()):
        raise NotVerified("log: of another ledger than the one that signed")
    return f"the log at {host} is of the ledger that signed"


def _posix(value: object) -> int:
    try:
        return (datetime.fromisoformat(str(value)) - _EPOCH) // _SECOND
    except (ValueError, TypeError):
        raise NotWellFormed(_NOT_A_TIME) from None
