"""The routes of looks: who looked, held back for a time, and what a supervisor sees in it."""

from typing import Final

from registry.access.permissions import Action
from registry.api.lines import AFTER, LIMIT, NEAR, ORDER, read, write
from registry.api.look_answers import delayed, findings, looks
from registry.api.look_models import FindingPage, LookDelay, LookDelayLift, LookDelayReceipt, LookPage
from registry.api.route import Parameter, Route
from registry.api.writing import writes
from registry.values.look import LookPurpose

_INSTITUTION: Final = Parameter(
    name="institution",
    pattern=r"[a-z0-9][a-z0-9-]{1,63}",
    description="Whose looks; needed.",
    example="fr-police",
)
_DAYS: Final = Parameter(
    name="days", pattern=r"[1-9]|[12][0-9]|3[01]", description="How many days back, at most 31; default 7.", example="7"
)
LOOK_ROUTES: Final[tuple[Route, ...]] = (
    read(
        f"{ORDER}/looks",
        looks,
        LookPage,
        "Who looked at the order, for the protected person by way of its court.",
        Action.READ_LOOKS,
        parameters=(AFTER, LIMIT),
        absent="no-such-order",
        look=LookPurpose.ACCOUNT_OF_LOOKS,
    ),
    write(
        f"{ORDER}/look-delays",
        Action.DELAY_LOOKS,
        LookDelay,
        writes("delay_ref", status=201, extra=delayed),
        LookDelayReceipt,
        "Hold back for a time what is told of your own looks at the order; a second person asks for the same.",
        "no-delay-rule",
        "person-needed",
        "second-person-needed",
        "looks-delayed-already",
        "delayed-too-often",
        *NEAR,
        absent="no-such-order",
        status=201,
    ),
    write(
        f"{ORDER}/look-delays/lift",
        Action.DELAY_LOOKS,
        LookDelayLift,
        writes("delay_ref", extra=delayed),
        LookDelayReceipt,
        "End the delay of your own looks before its time; everything it held back is told.",
        "no-such-delay",
        absent="no-such-order",
    ),
    read(
        "/v1/supervision/looks",
        findings,
        FindingPage,
        "Patterns in the looks of an institution of your jurisdiction, by rules that explain themselves.",
        Action.SUPERVISE_LOOKS,
        parameters=(_INSTITUTION, _DAYS),
        absent="not-supervised",
    ),
)
