"""The routes of cards: make and withdraw one; status lists, packs, keys and the page that checks, for everybody."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from aiohttp import web
from pydantic import Field

from registry.access.permissions import Action
from registry.api.answer import answer
from registry.api.lines import NEAR, ORDER, read, write
from registry.api.models import Asking, Model
from registry.api.receipt_models import Receipt, Ref
from registry.api.route import Call, Parameter, Route
from registry.api.texts import JurisdictionCode, Reference
from registry.api.writing import asking_of, shown_receipt
from registry.boundary import Idempotency
from registry.card import page, text
from registry.card.statuslist import CWT_TYPE, JWT_TYPE
from registry.cards import Made, Wanted, svg
from registry.commands.card import WithdrawCard
from registry.signing import Signer
from registry.values.card import CardForm, WithdrawalReason
from registry.values.identifiers import CardRef, ListRef, PartyRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookPurpose
from registry.values.time import SECOND

JWT_MEDIA_TYPE: Final = f"application/{JWT_TYPE}"
PACK_MEDIA_TYPE: Final = "application/po-pack+cwt"
KEYS_MEDIA_TYPE: Final = "application/jwk-set+json"
PAGE_MEDIA_TYPE: Final = "text/html"
_LIST_LIVES: Final = "public, max-age=300"
_JURISDICTION: Final = Parameter(
    name="jurisdiction",
    pattern=r"[A-Z]{2}(-[A-Z0-9]{1,12}){0,2}",
    description="Whose pack; needed.",
    example="FR",
)


class CardRequest(Model):
    """Make a card of the order as it stands."""

    form: CardForm = CardForm.FULL
    respondent: Reference | None = Field(default=None, description="Whom the card names; needed if there are several.")
    states: Annotated[tuple[JurisdictionCode, ...], Field(max_length=32)] = Field(
        default=(),
        description="States to name that recognised it, if the protected person wants: they can tell where one lives.",
    )
    replaces: Reference | None = Field(default=None, description="The card that this one takes the place of.")

    def to_wanted(self, asking: Asking) -> Wanted:
        """Give what the card is asked to be."""
        return Wanted(
            order_ref=asking.order_ref,
            form=self.form,
            respondent=None if self.respondent is None else PartyRef(self.respondent),
            states=tuple(Jurisdiction(each) for each in self.states),
            replaces=None if self.replaces is None else CardRef(self.replaces),
        )


class CardWithdrawal(Model):
    """Take a card back. The order is not touched."""

    reason: WithdrawalReason

    def to_command(self, asking: Asking) -> WithdrawCard:
        """Give the command."""
        return WithdrawCard(card_ref=CardRef(asking.reference), reason=self.reason)


class CardReceipt(Receipt):
    """The card. It is shown here and kept nowhere: what is lost is made anew."""

    card_ref: Ref
    order_ref: Ref
    digest: str = Field(description="SHA-256 of the card's bytes, in hexadecimal.")
    kid: str
    expires: int = Field(description="NumericDate.")
    status_uri: str
    index: int
    text: str | None = Field(description="The text of the QR code; null where the card cannot be made again as it was.")
    svg: str | None = Field(description="The QR code as SVG; print it at least 45 mm wide.")


class CardChange(Receipt):
    """What was recorded of a card."""

    card_ref: Ref


async def make(call: Call) -> web.StreamResponse:
    """Make a card; it is answered once, after its hash is recorded."""
    wanted = cast("CardRequest", call.model).to_wanted(asking_of(call))
    idempotency: Idempotency | None = call.idempotency
    made = await call.services.cards.issue(wanted, principal=call.principal, sight=call.sight, idempotency=idempotency)
    return answer(shown_card(made, call.services.checker.signer), status=201)


def shown_card(made: Made, signer: Signer) -> dict[str, Any]:
    """Show a card."""
    said = None if made.message is None else text.written(made.message)
    return shown_receipt(made.receipt, "card_ref", signer) | {
        "order_ref": str(made.event.order_ref),
        "digest": made.event.digest,
        "kid": made.event.kid,
        "expires": made.event.expires // SECOND,
        "status_uri": made.uri,
        "index": made.event.index,
        "text": said,
        "svg": None if said is None else svg(said),
    }


async def withdraw(call: Call) -> web.StreamResponse:
    """Take a card back."""
    command = cast("CardWithdrawal", call.model).to_command(asking_of(call))
    receipt = await call.services.executor.execute(command, principal=call.principal, idempotency=call.idempotency)
    return answer(shown_receipt(receipt, "card_ref", call.services.checker.signer))


async def status_list(call: Call) -> web.StreamResponse:
    """Give a status list as CWT, or as JWT to who asks for that."""
    found = call.services.lists.status(ListRef(call.reference))
    as_jwt = JWT_MEDIA_TYPE in call.request.headers.get("Accept", "")
    return _static(call, found.jwt if as_jwt else found.cwt, JWT_MEDIA_TYPE if as_jwt else CWT_TYPE, vary="Accept")


async def pack(call: Call) -> web.StreamResponse:
    """Give a jurisdiction's offline pack; with `If-None-Match` only if it is another one."""
    found = call.services.lists.pack(Jurisdiction(call.query.get("jurisdiction", "")))
    return _static(call, found.content, PACK_MEDIA_TYPE, tag=found.tag)


async def keys(call: Call) -> web.StreamResponse:
    """Give the public keys of cards, status lists and packs."""
    return _static(call, call.services.lists.key_set(), KEYS_MEDIA_TYPE)


async def checking_page(call: Call) -> web.StreamResponse:
    """Give the page that checks cards; saved as a file it works without us."""
    body = page.page(call.services.lists.key_set().decode()).encode()
    policy = f"{page.policy()}; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Permissions-Policy": "camera=(self)"}
    return _static(call, body, PAGE_MEDIA_TYPE, headers=headers)


def _static(
    call: Call, body: bytes, media_type: str, *, tag: str = "", vary: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    etag = f'"{tag}"'
    if tag and call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    response = web.Response(body=body, content_type=media_type, headers=headers)
    if media_type == PAGE_MEDIA_TYPE:
        response.charset = "utf-8"
    response.headers["Cache-Control"] = _LIST_LIVES
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if tag:
        response.headers["ETag"] = etag
    if vary:
        response.headers["Vary"] = vary
    return response


CARD_ROUTES: Final[tuple[Route, ...]] = (
    write(
        f"{ORDER}/cards",
        Action.ISSUE_CARD,
        CardRequest,
        make,
        CardReceipt,
        "Make a card of the order as it stands: what police of another State check without a network.",
        "order-ended",
        "order-erased",
        "order-has-changed",
        "respondent-needed",
        "no-such-respondent",
        "not-recognised-there",
        "no-such-card-to-replace",
        "card-cannot-be-made",
        "card-too-large",
        *NEAR[:1],
        absent="no-such-order",
        status=201,
        look=LookPurpose.CARD_ISSUE,
    ),
    write(
        "/v1/cards/{card_ref}/withdrawal",
        Action.ISSUE_CARD,
        CardWithdrawal,
        withdraw,
        CardChange,
        "Take a card back, without touching its order.",
        absent="no-such-card",
    ),
    read(
        "/status/pack",
        pack,
        None,
        "A jurisdiction's offline pack.",
        parameters=(_JURISDICTION,),
        absent="no-such-pack",
        produces=(PACK_MEDIA_TYPE,),
    ),
    read(
        "/status/keys",
        keys,
        None,
        "Public keys of cards, status lists and packs, as a JWK set.",
        produces=(KEYS_MEDIA_TYPE,),
    ),
    read(
        "/status/{list_ref}",
        status_list,
        None,
        "A status list: a CWT, or a JWT with `Accept: application/statuslist+jwt` (IETF Token Status List).",
        absent="no-such-status-list",
        produces=(CWT_TYPE, JWT_MEDIA_TYPE),
    ),
    read(
        "/card",
        checking_page,
        None,
        "The page that checks cards without a network; save it as a file.",
        produces=(PAGE_MEDIA_TYPE,),
    ),
)
