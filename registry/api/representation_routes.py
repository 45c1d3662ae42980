"""The routes of representations: the court records and ends them, the organisation asks who looked."""

from typing import Final

from registry.access.permissions import Action
from registry.api import representation_models as models
from registry.api.lines import AFTER, LIMIT, ORDER, read, write
from registry.api.look_models import LookPage
from registry.api.representation_answers import ABSENT, acting_for, representations, represented_looks
from registry.api.route import Route
from registry.api.writing import writes
from registry.values.look import LookPurpose

REPRESENTATION: Final = "/v1/representations/{representation_ref}"
REPRESENTATION_ROUTES: Final[tuple[Route, ...]] = (
    write(
        f"{ORDER}/representations",
        Action.RECORD_REPRESENTATION,
        models.RepresentationEntry,
        writes("representation_ref", status=201),
        models.RepresentationReceipt,
        "Record that an organisation acts for a protected party of the order, so that it may ask who looked.",
        "no-such-party",
        "respondent-not-represented",
        "no-other-protected-party",
        "personal-data-erased",
        "no-such-institution",
        "not-an-advocate",
        "represented-already",
        "representation-over",
        "representation-too-long",
        document=True,
        absent="no-such-order",
        status=201,
    ),
    read(
        f"{ORDER}/representations",
        representations,
        models.RepresentationPage,
        "Who acts for a protected party of the order now.",
        Action.READ_REPRESENTATIONS,
        parameters=(AFTER, LIMIT),
        absent="no-such-order",
        look=LookPurpose.CASE_HANDLING,
    ),
    write(
        f"{REPRESENTATION}/end",
        Action.RECORD_REPRESENTATION,
        models.RepresentationEnding,
        writes("representation_ref"),
        models.RepresentationReceipt,
        "End a representation before its time.",
        "representation-ended",
        document=True,
        absent=ABSENT,
    ),
    read(
        "/v1/representations",
        acting_for,
        models.ActingForPage,
        "The representations by which your organisation may ask who looked.",
        Action.READ_REPRESENTED_LOOKS,
        parameters=(AFTER, LIMIT),
    ),
    read(
        f"{REPRESENTATION}/looks",
        represented_looks,
        LookPage,
        "Who looked at the order of the protected party that your organisation acts for.",
        Action.READ_REPRESENTED_LOOKS,
        parameters=(AFTER, LIMIT),
        absent=ABSENT,
        look=LookPurpose.ACCOUNT_OF_LOOKS,
    ),
)
