"""The routes of erasing: the dry question, the erasure, its statement and the pack that proves it."""

from typing import Final

from registry.access.permissions import Action
from registry.api import erasure_models
from registry.api.erasure_answers import erasability, erased, erasure, erasure_evidence, erasures
from registry.api.lines import ORDER, change, read
from registry.api.route import Handler, Parameter, Route
from registry.api.writing import writes
from registry.values.erasure import FOR_A_PARTY, ErasureGround
from registry.values.look import LookPurpose

_GROUND: Final = Parameter(
    name="ground",
    pattern="|".join(each for each in ErasureGround if each in FOR_A_PARTY),
    description="On which ground it would be erased; default `RETENTION_OVER`.",
    example=ErasureGround.UNLAWFUL,
)
_PARTY: Final = Parameter(
    name="party",
    pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    description="Whose erasure: the reference of a party, or of the order itself, which goes with its last party. "
    "Must be there.",
    example="7d444840-9dc0-41d1-b245-5ffdce74fad2",
)
_AGAINST: Final = (
    "order-in-force",
    "linked-order-in-force",
    "same-person-in-force",
    "recognition-pending",
    "breach-open",
    "retention-period-runs",
    "limitation-period-runs",
    "no-retention-rule",
    "waiting-period-runs",
    "facts-in-doubt",
)


def _read(  # noqa: PLR0917  # a line of the table reads from left to right
    way: str, action: Action, handler: Handler, response: type, summary: str, parameter: Parameter, *problems: str
) -> Route:
    return Route(
        method="GET",
        path=f"{ORDER}/{way}",
        action=action,
        handler=handler,
        response=response,
        summary=summary,
        parameters=(parameter,),
        absent="no-such-order",
        problems=("no-such-order", *problems),
        etag=way == "erasability",
        look=LookPurpose.ERASURE,
    )


ERASURE_ROUTES: Final[tuple[Route, ...]] = (
    change(
        "erasure",
        Action.ERASE_PERSON,
        erasure_models.Erasure,
        "Erase a party: destroy the key of all that is sealed about it, for good. Ask `erasability` first.",
        *_AGAINST,
        "no-such-party",
        handler=writes("order_ref", extra=erased, etag=True),
        response=erasure_models.ErasureReceipt,
        document=False,  # nothing is kept sealed under a key that the same command destroys
    ),
    _read(
        "erasability",
        Action.ERASE_PERSON,
        erasability,
        erasure_models.Erasability,
        "Whether parties of the order may be erased, and if not until when, by which rule.",
        _GROUND,
    ),
    read(
        f"{ORDER}/erasures",
        erasures,
        erasure_models.Erasures,
        "Whose data in the order was erased: for whoever was told that copies have to go.",
        Action.READ_ERASURE,
        absent="no-such-order",
        look=LookPurpose.ERASURE,
    ),
    _read(
        "erasure",
        Action.READ_ERASURE,
        erasure,
        erasure_models.ErasureStatement,
        "The statement that a party was erased, with the registry's signature.",
        _PARTY,
        "not-erased",
    ),
    _read(
        "erasure/evidence",
        Action.READ_ERASURE,
        erasure_evidence,
        erasure_models.ErasurePack,
        "The certificate of an erasure with all that verifies it offline, in one file.",
        _PARTY,
        "not-erased",
        "no-checkpoint-yet",
    ),
)
