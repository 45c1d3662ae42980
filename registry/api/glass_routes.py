"""The routes of break-glass: break it, read under it, take its alert in hand, review it, see what waits for review."""

from typing import Final

from registry.access.permissions import Action
from registry.api import glass_models
from registry.api.conflicts import ConflictAcknowledgment
from registry.api.glass_answers import ABSENT, break_glass, glasses, met_conflict, opened_order, stated_glass
from registry.api.lines import KEY, LIMIT, NEAR, ORDER, read, write
from registry.api.route import Parameter, Route
from registry.api.writing import writes
from registry.values.look import LookPurpose

GLASS: Final = "/v1/break-glass/{glass_ref}"
_STATE: Final = Parameter(
    name="state", pattern="WAITING|ALL", description="What waits for review (default), or all.", example="ALL"
)
GLASS_ROUTES: Final[tuple[Route, ...]] = (
    write(
        f"{ORDER}/break-glass",
        Action.BREAK_GLASS,
        glass_models.GlassBreak,
        break_glass,
        glass_models.GlassBrokenReceipt,
        "Open the order for an hour, for danger to life alone; its court and a supervisor are alerted at once.",
        "person-needed",
        "no-danger-to-life",
        "whereabouts-not-opened",
        "break-glass-barred",
        *NEAR,
        absent="no-such-order",
        status=201,
    ),
    read(
        f"{GLASS}/order",
        opened_order,
        glass_models.OpenedOrder,
        "The order that you broke the glass of, while it is open to you.",
        Action.BREAK_GLASS,
        absent=ABSENT,
        look=LookPurpose.BREAK_GLASS,
    ),
    write(
        f"{GLASS}/acknowledgment",
        Action.ACKNOWLEDGE_GLASS,
        glass_models.GlassAcknowledgment,
        writes("glass_ref"),
        glass_models.GlassReceipt,
        "Take in hand the alerts that your institution was sent of a break-glass.",
        absent=ABSENT,
    ),
    write(
        f"{GLASS}/review",
        Action.REVIEW_GLASS,
        glass_models.GlassReview,
        writes("glass_ref"),
        glass_models.GlassReceipt,
        "Say, as a second person, whether the glass was rightly broken.",
        "person-needed",
        "second-person-needed",
        "reviewed-by-another",
        "reason-of-another-verdict",
        absent=ABSENT,
    ),
    read(
        GLASS,
        stated_glass,
        glass_models.StatedGlass,
        "A break-glass with what its officer stated, for whoever reviews it.",
        Action.REVIEW_GLASS,
        absent=ABSENT,
        look=LookPurpose.BREAK_GLASS_REVIEW,
    ),
    read(
        "/v1/conflicts/{conflict_ref}",
        met_conflict,
        glass_models.ShownConflict,
        "Who met an order of which they are a party, and how; for whoever was alerted of it.",
        Action.ACKNOWLEDGE_GLASS,
        absent="no-such-conflict",
    ),
    write(
        "/v1/conflicts/{conflict_ref}/acknowledgment",
        Action.ACKNOWLEDGE_GLASS,
        ConflictAcknowledgment,
        writes("conflict_ref"),
        glass_models.ConflictReceipt,
        "Take in hand that an officer met an order of which they are a party.",
        absent="no-such-conflict",
    ),
    read(
        "/v1/supervision/break-glass",
        glasses,
        glass_models.GlassPage,
        "What waits for review of break-glass in your jurisdictions.",
        Action.REVIEW_GLASS,
        parameters=(_STATE, KEY, LIMIT),
    ),
)
