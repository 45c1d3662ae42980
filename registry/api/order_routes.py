"""The routes of an order: entering, changing and reading it."""

from typing import Final

from registry.access.permissions import Action
from registry.api import asking, change_models, list_models, receipt_models, state_models
from registry.api.lines import AFTER, CHANGES, LIMIT, NEAR, ORDER, change, read
from registry.api.order_models import OrderEntry
from registry.api.route import KIBIBYTE, IfMatch, Route
from registry.api.service_models import Service
from registry.api.writing import certified, entered, varied, writes

_ENTRY: Final = Route(
    method="POST",
    path="/v1/orders",
    action=Action.ENTER_ORDER,
    request=OrderEntry,
    status=201,
    handler=writes("order_ref", status=201, extra=entered, etag=True),
    response=receipt_models.EntryReceipt,
    etag=True,
    summary="Enter an order that the court has made.",
    needs_idempotency_key=True,
    body_limit=896 * KIBIBYTE,
    problems=("already-taken", "expiry-before-start", "no-respondent", "protects-a-stranger", *NEAR),
)
ORDER_ROUTES: Final[tuple[Route, ...]] = (
    _ENTRY,
    change(
        "service",
        Action.RECORD_SERVICE,
        Service,
        "Say how notice stands with a respondent, or that an attempt failed.",
        "no-such-respondent",
        "no-such-terms",
        "service-before-terms",
        "not-the-issuing-authority",
        if_match=IfMatch.OPTIONAL,
    ),
    change(
        "variation",
        Action.CHANGE_ORDER,
        change_models.Variation,
        "Give the order new terms.",
        *CHANGES,
        handler=writes("order_ref", extra=varied, etag=True),
        response=receipt_models.VariationReceipt,
        limit=512,
    ),
    change(
        "extension",
        Action.CHANGE_ORDER,
        change_models.Extension,
        "Give the order another end.",
        "expiry-before-start",
        *CHANGES,
    ),
    change(
        "suspension",
        Action.CHANGE_ORDER,
        change_models.Suspension,
        "Take the order's force away for a time.",
        "until-before-from",
        *CHANGES,
    ),
    change(
        "reinstatement",
        Action.CHANGE_ORDER,
        change_models.Reinstatement,
        "Give the order its force back.",
        "order-not-suspended",
        *CHANGES,
    ),
    change("revocation", Action.CHANGE_ORDER, change_models.Revocation, "End the order before its time.", *CHANGES),
    change(
        "correction",
        Action.CORRECT_ORDER,
        change_models.Correction,
        "Set right what was recorded.",
        "no-such-fact",
        "nothing-to-correct",
        "no-such-party",
        "outside-own-jurisdiction",
        limit=512,
    ),
    change(
        "certificate",
        Action.CERTIFY_ORDER,
        change_models.CertificateIssue,
        "Issue a certificate of Regulation (EU) No 606/2013.",
        "certificate-not-issuable",
        "no-certificate-to-limit",
        "outside-own-jurisdiction",
        handler=writes("order_ref", extra=certified, etag=True),
        response=receipt_models.CertificateReceipt,
    ),
    change(
        "certificate-withdrawal",
        Action.CERTIFY_ORDER,
        change_models.CertificateWithdrawal,
        "Withdraw a certificate that was clearly wrongly granted.",
        "no-such-certificate",
        "outside-own-jurisdiction",
    ),
    change(
        "declaration",
        Action.DECLARE_ORDER,
        change_models.Declaration,
        "Declare the order recognised throughout a scheme.",
        "no-scheme-of-declaration",
        "order-ended",
        *NEAR,
        if_match=IfMatch.OPTIONAL,
    ),
    change(
        "registration",
        Action.REGISTER_ORDER,
        change_models.Registration,
        "Register or file a foreign order.",
        "own-order-needs-no-registration",
        "order-ended",
        *NEAR,
        if_match=IfMatch.OPTIONAL,
    ),
    read(
        ORDER,
        asking.order,
        state_models.OrderState,
        "The order as it stands.",
        Action.READ_ORDER,
        absent="no-such-order",
        etag=True,
    ),
    read(
        f"{ORDER}/history",
        asking.history,
        list_models.HistoryPage,
        "Every fact of the order, with time and author.",
        Action.READ_ORDER,
        parameters=(AFTER, LIMIT),
        absent="no-such-order",
    ),
)
