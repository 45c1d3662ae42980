"""The routes between authorities and of the police: recognition, notices, checks, breaches, alerts, deadlines."""

from typing import Final

from registry.access.permissions import Action
from registry.api import answer_models as answers
from registry.api import asking, list_models, receipt_models
from registry.api import authority_models as authority
from registry.api.lines import AFTER, KEY, LIMIT, MIN_POSITION, NEAR, ORDER, PROCEDURE, RECOGNITION, read, write
from registry.api.route import Route
from registry.api.stream import alerts_listed_or_streamed
from registry.api.writing import take_alert, writes

_CHECK: Final = Route(
    method="POST",
    path="/v1/checks",
    action=Action.CHECK,
    request=authority.CheckRequest,
    handler=asking.check,
    response=answers.CheckAnswer,
    summary="Ask who or which order, where, when and why. The answer is recorded first.",
    problems=("incident-needed", "birth-date-needed", "too-many-found", *NEAR),
)

AUTHORITY_ROUTES: Final[tuple[Route, ...]] = (
    write(
        f"{ORDER}/recognitions",
        Action.ASK_RECOGNITION,
        authority.RecognitionRequest,
        writes("recognition_ref", status=201),
        receipt_models.RecognitionReceipt,
        "Send the order to an authority of another jurisdiction.",
        "no-executing-authority",
        "no-recognition-by-decision",
        "recognition-already-asked",
        "order-ended",
        "only-on-request-of-protected-person",
        "outside-own-jurisdiction",
        absent="no-such-order",
        status=201,
    ),
    write(
        f"{RECOGNITION}/supplement-request",
        Action.DECIDE_RECOGNITION,
        authority.SupplementRequest,
        writes("recognition_ref"),
        receipt_models.RecognitionReceipt,
        "Find the request incomplete and set a time.",
        *PROCEDURE,
        absent="no-such-recognition",
    ),
    write(
        f"{RECOGNITION}/supplement",
        Action.DECIDE_RECOGNITION,
        authority.Supplement,
        writes("recognition_ref"),
        receipt_models.RecognitionReceipt,
        "Send what was missing.",
        *PROCEDURE,
        absent="no-such-recognition",
    ),
    write(
        f"{RECOGNITION}/decision",
        Action.DECIDE_RECOGNITION,
        authority.RecognitionDecision,
        writes("recognition_ref"),
        receipt_models.RecognitionReceipt,
        "Recognise, or refuse on stated grounds.",
        "no-such-adopted-measure",
        "ground-not-open",
        *PROCEDURE,
        absent="no-such-recognition",
    ),
    write(
        f"{RECOGNITION}/discontinuation",
        Action.DECIDE_RECOGNITION,
        authority.Discontinuation,
        writes("recognition_ref"),
        receipt_models.RecognitionReceipt,
        "End what was recognised.",
        *PROCEDURE,
        absent="no-such-recognition",
    ),
    read(
        "/v1/inbox",
        asking.inbox,
        list_models.InboxPage,
        "Notices that wait for the institution.",
        Action.READ_INBOX,
        parameters=(AFTER, LIMIT, MIN_POSITION),
    ),
    write(
        "/v1/notices/{notice_ref}/acknowledgment",
        Action.ACKNOWLEDGE_NOTICE,
        authority.NoticeAnswer,
        writes("notice_ref"),
        receipt_models.NoticeReceipt,
        "Acknowledge a notice, or send it back with a reason.",
        "notice-acknowledged",
        "notice-rejected",
        absent="no-such-notice",
    ),
    _CHECK,
    write(
        "/v1/violations",
        Action.REPORT_VIOLATION,
        authority.ViolationReport,
        writes("violation_ref", status=201),
        receipt_models.ViolationReceipt,
        "Report that the respondent broke an order.",
        "no-such-condition",
        *NEAR,
        absent="no-such-order",
        status=201,
    ),
    write(
        "/v1/violations/{violation_ref}/resolution",
        Action.RESOLVE_VIOLATION,
        authority.ViolationClosing,
        writes("violation_ref"),
        receipt_models.ViolationReceipt,
        "Close a reported breach.",
        absent="no-such-violation",
    ),
    read(
        "/v1/alerts",
        alerts_listed_or_streamed,
        list_models.AlertPage,
        "Alerts not yet acknowledged: a list, or an event stream.",
        Action.READ_ALERTS,
        parameters=(AFTER, LIMIT, MIN_POSITION),
        stream=True,
    ),
    write(
        "/v1/alerts/{alert_ref}/acknowledgment",
        Action.ACKNOWLEDGE_ALERT,
        authority.AlertTaken,
        take_alert,
        receipt_models.ViolationReceipt,
        "Take an alert in hand.",
        absent="no-such-alert",
    ),
    read(
        "/v1/deadlines",
        asking.deadlines,
        list_models.DeadlinePage,
        "What the institution has to do, and by when.",
        Action.READ_DEADLINES,
        parameters=(KEY, LIMIT, MIN_POSITION),
    ),
)
