"""Who can be somebody: a name with something in it, a birth that a living person can have had."""

from typing import Final

from registry.errors import Malformed
from registry.identity.exact import normalised
from registry.values.parties import Identity
from registry.values.time import Instant, iso

EARLIEST_BIRTH: Final = "1900"


def check_person(identity: Identity, now: Instant, field: str, *, nameless: bool = False) -> None:
    """Refuse a name of nothing, and a birth before 1900 or after today; a partial date is held to its year.

    `field` is the JSON pointer of the identity in the request. With `nameless` a name is not needed: a number or an
    attribute is asked about. Raises `Malformed`, without a value.
    """
    if not nameless and not normalised(f"{identity.name.family} {identity.name.given}"):
        raise Malformed("name-needed", field=f"{field}/name")
    born = identity.birth_date
    if born is not None and not EARLIEST_BIRTH <= born <= iso(now)[: len(born)]:
        raise Malformed("birth-date-implausible", field=f"{field}/birth_date")
