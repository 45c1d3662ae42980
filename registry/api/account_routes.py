"""The part of the route table by which institutions look after their people's accounts, and its handlers."""

from typing import Final, cast
from uuid import UUID

from aiohttp import web

from registry.access.permissions import Action
from registry.api import shown
from registry.api.account_models import (
    AccountEnd,
    AccountLock,
    AccountPage,
    AccountReceipt,
    AccountUnlock,
    Invitation,
    InvitationReceipt,
)
from registry.api.answer import answer
from registry.api.lines import LIMIT, read, write
from registry.api.route import Call, Parameter, Route
from registry.api.writing import asking_of, shown_receipt, writes
from registry.errors import NotFound
from registry.execute import off_loop
from registry.people import codes
from registry.people.records import integer, reference
from registry.values.account import AccountRef
from registry.values.time import Instant
from registry.views.account import ACCOUNT

ACCOUNT_PATH: Final = "/v1/accounts/{account_ref}"
AFTER: Final = Parameter(
    name="after",
    pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    description="`next` of the page before.",
    example="7d444840-9dc0-11d1-b245-5ffdce74fad2",
)
DEFAULT_PAGE: Final = 50


async def invite(call: Call) -> web.StreamResponse:
    """Invite a person. Sent again with its key, it gives the same invitation: it is computed, not stored."""
    if call.services.people is None:
        raise NotFound("not-found")
    command = cast("Invitation", call.model).to_command(asking_of(call))
    receipt = await call.services.executor.execute(command, principal=call.principal, idempotency=call.idempotency)
    members = shown_receipt(receipt, "account_ref", call.services.checker.signer)
    key = call.services.people.house.box.hashing
    return answer({**members, "invitation": codes.invitation(key, AccountRef(receipt.stream))}, status=201)


async def accounts(call: Call) -> web.StreamResponse:
    """Show the institution's accounts."""
    reader, services = call.services.reader, call.services
    limit = min(int(call.query.get("limit", DEFAULT_PAGE)), services.limits.page)
    after = (UUID(call.query["after"]).bytes,) if "after" in call.query else ()
    where = {"institution": call.principal.institution}
    rows = await off_loop(
        reader, lambda: reader.rows(ACCOUNT, where, order_by=("account_ref",), after=after, limit=limit + 1)
    )
    items = [
        {
            "account_ref": str(reference(row["account_ref"])),
            "roles": str(row["roles"]).split(),
            "state": row["state"],
            "lock": row["lock"],
            "provider": row["provider"],
            "changed_at": shown.instant(Instant(integer(row["changed_at"]))),
        }
        for row in rows[:limit]
    ]
    return answer({"items": items, "next": items[-1]["account_ref"] if len(rows) > limit else None})


_CHANGED: Final = writes("account_ref")
_ABSENT: Final = "no-such-account"
ACCOUNT_ROUTES: Final[tuple[Route, ...]] = (
    write(
        "/v1/accounts",
        Action.MANAGE_ACCOUNTS,
        Invitation,
        invite,
        InvitationReceipt,
        "Invite a person of the institution to open an account.",
        "account-managed-by-key",
        absent="not-found",
        status=201,
    ),
    read(
        "/v1/accounts",
        accounts,
        AccountPage,
        "The institution's accounts.",
        Action.MANAGE_ACCOUNTS,
        parameters=(AFTER, LIMIT),
    ),
    write(
        f"{ACCOUNT_PATH}/lock",
        Action.MANAGE_ACCOUNTS,
        AccountLock,
        _CHANGED,
        AccountReceipt,
        "Stop an account; its sessions end at once.",
        "account-managed-by-key",
        absent=_ABSENT,
    ),
    write(
        f"{ACCOUNT_PATH}/unlock",
        Action.MANAGE_ACCOUNTS,
        AccountUnlock,
        _CHANGED,
        AccountReceipt,
        "Let a locked account go on.",
        "account-managed-by-key",
        absent=_ABSENT,
    ),
    write(
        f"{ACCOUNT_PATH}/end",
        Action.MANAGE_ACCOUNTS,
        AccountEnd,
        _CHANGED,
        AccountReceipt,
        "End an account for good; its secrets are deleted, its sessions end.",
        "account-managed-by-key",
        absent=_ABSENT,
    ),
)
