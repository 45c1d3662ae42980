"""The route table: every path there is, by hand. Router, OpenAPI document and reference are made from it."""

from functools import cache
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from registry.access.permissions import Action
from registry.api import answer_models as answers
from registry.api import asking, change_models
from registry.api import authority_models as authority
from registry.api.models import Model
from registry.api.openapi import document_bytes
from registry.api.order_models import OrderEntry
from registry.api.reading import know
from registry.api.route import KIBIBYTE, Call, Handler, IfMatch, Parameter, Route
from registry.api.sign_in_form import TokenRequest
from registry.api.stream import alerts_listed_or_streamed
from registry.api.writing import certified, entered, take_alert, varied, writes

_AFTER: Final = Parameter(
    name="after", pattern=r"[0-9]{1,18}", description="`next` of the page before.", example="1200"
)
_KEY: Final = Parameter(
    name="after", pattern=r"[A-Za-z0-9._-]{1,128}", description="`next` of the page before.", example="1790000000.a1"
)
_LIMIT: Final = Parameter(
    name="limit", pattern=r"[1-9][0-9]{0,2}", description="Rows of a page, at most 200.", example="50"
)
_ORDER: Final = "/v1/orders/{order_ref}"
_RECOGNITION: Final = "/v1/recognitions/{recognition_ref}"
_NEAR: Final = ("outside-own-jurisdiction", "jurisdiction-needed")
_CHANGES: Final = ("order-ended", "no-power-over-this-order", *_NEAR)
_PROCEDURE: Final = ("recognition-in-another-state",)


@cache
def _document() -> bytes:
    return document_bytes(ROUTES)


async def _openapi(call: Call) -> web.StreamResponse:  # noqa: ARG001  # the shape of a handler
    return web.Response(body=_document(), content_type="application/json")


def _read(
    path: str, handler: Handler, response: type[BaseModel] | None, summary: str, action: Action | None = None,
    *, parameters: tuple[Parameter, ...] = (), absent: str = "not-found", etag: bool = False, stream: bool = False,
) -> Route:
    return Route(
        method="GET", path=path, action=action, handler=handler, response=response, summary=summary,
        parameters=parameters, absent=absent, etag=etag, stream=stream,
        problems=(absent,) if absent != "not-found" else (),
    )


def _write(
    path: str, action: Action, request: type[Model], handler: Handler, response: type[BaseModel], summary: str,
    *problems: str, absent: str, status: int = 200, limit: int = 16,
) -> Route:
    return Route(
        method="POST", path=path, action=action, request=request, handler=handler, response=response, summary=summary,
        problems=(absent, *problems), absent=absent, status=status, needs_idempotency_key=True,
        body_limit=limit * KIBIBYTE,
    )


def _change(
    word: str, action: Action, request: type[Model], summary: str, *problems: str,
    handler: Handler = writes("order_ref", etag=True), response: type[BaseModel] = answers.OrderReceipt,
    if_match: IfMatch = IfMatch.REQUIRED, limit: int = 16,
) -> Route:
    return Route(
        method="POST", path=f"{_ORDER}/{word}", action=action, request=request, handler=handler, response=response,
        summary=summary, problems=("no-such-order", *problems), absent="no-such-order", needs_idempotency_key=True,
        if_match=if_match, body_limit=limit * KIBIBYTE, etag=True,
    )


_TOKEN: Final = Route(
    method="POST", path="/v1/token", action=None, form=TokenRequest, handler=asking.sign_in, response=answers.Token,
    summary="Sign in: an access token for a signed assertion.", problems=("sign-in-failed",),
)
_ENTRY: Final = Route(
    method="POST", path="/v1/orders", action=Action.ENTER_ORDER, request=OrderEntry, status=201,
    handler=writes("order_ref", status=201, extra=entered, etag=True), response=answers.EntryReceipt, etag=True,
    summary="Enter an order that the court has made.", needs_idempotency_key=True, body_limit=512 * KIBIBYTE,
    problems=("already-taken", "expiry-before-start", "no-respondent", "protects-a-stranger", *_NEAR),
)
_CHECK: Final = Route(
    method="POST", path="/v1/checks", action=Action.CHECK, request=authority.CheckRequest, handler=asking.check,
    response=answers.CheckAnswer, summary="Ask who or which order, where, when and why. The answer is recorded first.",
    problems=("incident-needed", "birth-date-needed", "too-many-found", *_NEAR),
)

ROUTES: Final[tuple[Route, ...]] = (
    _TOKEN,
    _ENTRY,
    _change("service", Action.RECORD_SERVICE, change_models.Service,
            "Say how notice stands with a respondent, or that an attempt failed.",
            "no-such-respondent", "no-such-terms", "service-before-terms", "not-the-issuing-authority",
            if_match=IfMatch.OPTIONAL),
    _change("variation", Action.CHANGE_ORDER, change_models.Variation, "Give the order new terms.",
            *_CHANGES, handler=writes("order_ref", extra=varied, etag=True), response=answers.VariationReceipt,
            limit=512),
    _change("extension", Action.CHANGE_ORDER, change_models.Extension, "Give the order another end.",
            "expiry-before-start", *_CHANGES),
    _change("suspension", Action.CHANGE_ORDER, change_models.Suspension, "Take the order's force away for a time.",
            "until-before-from", *_CHANGES),
    _change("reinstatement", Action.CHANGE_ORDER, change_models.Reinstatement, "Give the order its force back.",
            "order-not-suspended", *_CHANGES),
    _change("revocation", Action.CHANGE_ORDER, change_models.Revocation, "End the order before its time.",
            *_CHANGES),
    _change("correction", Action.CORRECT_ORDER, change_models.Correction, "Set right what was recorded.",
            "no-such-fact", "nothing-to-correct", "no-such-party", "outside-own-jurisdiction", limit=512),
    _change("certificate", Action.CERTIFY_ORDER, change_models.CertificateIssue,
            "Issue a certificate of Regulation (EU) No 606/2013.",
            "certificate-not-issuable", "no-certificate-to-limit", "outside-own-jurisdiction",
            handler=writes("order_ref", extra=certified, etag=True), response=answers.CertificateReceipt),
    _change("certificate-withdrawal", Action.CERTIFY_ORDER, change_models.CertificateWithdrawal,
            "Withdraw a certificate that was clearly wrongly granted.",
            "no-such-certificate", "outside-own-jurisdiction"),
    _change("declaration", Action.DECLARE_ORDER, change_models.Declaration,
            "Declare the order recognised throughout a scheme.",
            "no-scheme-of-declaration", "order-ended", *_NEAR, if_match=IfMatch.OPTIONAL),
    _change("registration", Action.REGISTER_ORDER, change_models.Registration, "Register or file a foreign order.",
            "own-order-needs-no-registration", "order-ended", *_NEAR, if_match=IfMatch.OPTIONAL),
    _read(_ORDER, asking.order, answers.OrderState, "The order as it stands.", Action.READ_ORDER,
          absent="no-such-order", etag=True),
    _read(f"{_ORDER}/history", asking.history, answers.HistoryPage, "Every fact of the order, with time and author.",
          Action.READ_ORDER, parameters=(_AFTER, _LIMIT), absent="no-such-order"),
    _write(f"{_ORDER}/recognitions", Action.ASK_RECOGNITION, authority.RecognitionRequest,
           writes("recognition_ref", status=201), answers.RecognitionReceipt,
           "Send the order to an authority of another jurisdiction.",
           "no-executing-authority", "no-recognition-by-decision", "recognition-already-asked", "order-ended",
           "only-on-request-of-protected-person", "outside-own-jurisdiction", absent="no-such-order", status=201),
    _write(f"{_RECOGNITION}/supplement-request", Action.DECIDE_RECOGNITION, authority.SupplementRequest,
           writes("recognition_ref"), answers.RecognitionReceipt, "Find the request incomplete and set a time.",
           *_PROCEDURE, absent="no-such-recognition"),
    _write(f"{_RECOGNITION}/supplement", Action.DECIDE_RECOGNITION, authority.Supplement,
           writes("recognition_ref"), answers.RecognitionReceipt, "Send what was missing.",
           *_PROCEDURE, absent="no-such-recognition"),
    _write(f"{_RECOGNITION}/decision", Action.DECIDE_RECOGNITION, authority.RecognitionDecision,
           writes("recognition_ref"), answers.RecognitionReceipt, "Recognise, or refuse on stated grounds.",
           "no-such-adopted-measure", "ground-not-open", *_PROCEDURE, absent="no-such-recognition"),
    _write(f"{_RECOGNITION}/discontinuation", Action.DECIDE_RECOGNITION, authority.Discontinuation,
           writes("recognition_ref"), answers.RecognitionReceipt, "End what was recognised.",
           *_PROCEDURE, absent="no-such-recognition"),
    _read("/v1/inbox", asking.inbox, answers.InboxPage, "Notices that wait for the institution.", Action.READ_INBOX,
          parameters=(_AFTER, _LIMIT)),
    _write("/v1/notices/{notice_ref}/acknowledgment", Action.ACKNOWLEDGE_NOTICE, authority.NoticeAnswer,
           writes("notice_ref"), answers.NoticeReceipt, "Acknowledge a notice, or send it back with a reason.",
           "notice-acknowledged", "notice-rejected", absent="no-such-notice"),
    _CHECK,
    _write("/v1/violations", Action.REPORT_VIOLATION, authority.ViolationReport, writes("violation_ref", status=201),
           answers.ViolationReceipt, "Report that the respondent broke an order.",
           "no-such-condition", *_NEAR, absent="no-such-order", status=201),
    _write("/v1/violations/{violation_ref}/resolution", Action.RESOLVE_VIOLATION, authority.ViolationClosing,
           writes("violation_ref"), answers.ViolationReceipt, "Close a reported breach.",
           absent="no-such-violation"),
    _read("/v1/alerts", alerts_listed_or_streamed, answers.AlertPage,
          "Alerts not yet acknowledged: a list, or an event stream.", Action.READ_ALERTS,
          parameters=(_AFTER, _LIMIT), stream=True),
    _write("/v1/alerts/{alert_ref}/acknowledgment", Action.ACKNOWLEDGE_ALERT, authority.AlertTaken, take_alert,
           answers.ViolationReceipt, "Take an alert in hand.", absent="no-such-alert"),
    _read("/v1/deadlines", asking.deadlines, answers.DeadlinePage, "What the institution has to do, and by when.",
          Action.READ_DEADLINES, parameters=(_KEY, _LIMIT)),
    _read("/openapi.json", _openapi, None, "This description, as OpenAPI 3.1."),
    _read("/livez", asking.live, answers.Live, "The process answers."),
    _read("/readyz", asking.ready, answers.Ready, "How far ledger, views and sources are."),
    _read("/", asking.index, answers.Index, "What this is."),
)

for _route in ROUTES:
    if _route.request or _route.form:
        know(_route.request or _route.form or Model)
