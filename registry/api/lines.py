"""How a line of the route table is written: what most routes have in common, said once."""

from typing import Final

from pydantic import BaseModel

from registry.access.permissions import Action
from registry.api.models import Model
from registry.api.receipt_models import OrderReceipt
from registry.api.route import KIBIBYTE, Handler, IfMatch, Parameter, Route
from registry.api.writing import writes
from registry.values.look import LookPurpose

AFTER: Final = Parameter(name="after", pattern=r"[0-9]{1,18}", description="`next` of the page before.", example="1200")
KEY: Final = Parameter(
    name="after", pattern=r"[A-Za-z0-9._-]{1,128}", description="`next` of the page before.", example="1790000000.a1"
)
LIMIT: Final = Parameter(
    name="limit", pattern=r"[1-9][0-9]{0,2}", description="Rows of a page, at most 200.", example="50"
)
MIN_POSITION: Final = Parameter(
    name="min_position",
    pattern=r"[0-9]{1,18}",
    description="Wait until the list has come as far as a receipt's `position`; 503 if it does not in two seconds.",
    example="1200",
)
ORDER: Final = "/v1/orders/{order_ref}"
RECOGNITION: Final = "/v1/recognitions/{recognition_ref}"
NEAR: Final = ("outside-own-jurisdiction", "jurisdiction-needed")
CHANGES: Final = ("order-ended", "order-erased", "no-power-over-this-order", *NEAR)
PROCEDURE: Final = ("recognition-in-another-state",)
_CHANGED: Final = writes("order_ref", etag=True)


def read(
    path: str,
    handler: Handler,
    response: type[BaseModel] | None,
    summary: str,
    action: Action | None = None,
    *,
    parameters: tuple[Parameter, ...] = (),
    absent: str = "not-found",
    etag: bool = False,
    stream: bool = False,
    produces: tuple[str, ...] = ("application/json",),
    problems: tuple[str, ...] = (),
    look: LookPurpose | None = None,
) -> Route:
    """Give the line of a request that reads. `produces`: its media type, then those that one may ask for.

    `look`: what it is read for, where it shows data of an order.
    """
    return Route(
        method="GET",
        path=path,
        action=action,
        handler=handler,
        response=response,
        summary=summary,
        parameters=parameters,
        absent=absent,
        etag=etag,
        stream=stream,
        look=look,
        produces=produces[0],
        also=produces[1:],
        problems=(*problems, *((absent,) if absent != "not-found" else ())),
    )


def write(  # noqa: PLR0917  # a line of the table reads from left to right
    path: str,
    action: Action,
    request: type[Model],
    handler: Handler,
    response: type[BaseModel],
    summary: str,
    *problems: str,
    absent: str,
    status: int = 200,
    limit: int = 16,
    look: LookPurpose | None = None,
    document: bool = False,
) -> Route:
    """Give the line of a request that records something; `look` where it shows data of an order besides.

    `document`: its body is one that a machine signs and that is kept.
    """
    return Route(
        method="POST",
        path=path,
        action=action,
        request=request,
        handler=handler,
        response=response,
        summary=summary,
        problems=(absent, *problems),
        absent=absent,
        status=status,
        needs_idempotency_key=True,
        body_limit=limit * KIBIBYTE,
        look=look,
        document=document,
    )


def change(
    word: str,
    action: Action,
    request: type[Model],
    summary: str,
    *problems: str,
    handler: Handler = _CHANGED,
    response: type[BaseModel] = OrderReceipt,
    if_match: IfMatch = IfMatch.REQUIRED,
    limit: int = 16,
    document: bool = True,
) -> Route:
    """Give the line of a change to an order; as a rule its body is a document that a machine signs and that is kept."""
    return Route(
        method="POST",
        path=f"{ORDER}/{word}",
        action=action,
        request=request,
        handler=handler,
        response=response,
        summary=summary,
        problems=("no-such-order", *problems),
        absent="no-such-order",
        needs_idempotency_key=True,
        if_match=if_match,
        body_limit=limit * KIBIBYTE,
        document=document,
        etag=True,
    )
