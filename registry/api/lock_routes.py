"""The routes of lock-outs: an operator sees which sign-ins are locked, and releases one."""

from typing import Any, Final

from aiohttp import web
from pydantic import Field

from registry.access.permissions import Action
from registry.api import shown
from registry.api.answer import answer
from registry.api.lines import read
from registry.api.models import Model
from registry.api.receipt_models import Answered, At, Ref
from registry.api.route import Call, Route
from registry.errors import NotFound
from registry.limits.lock_file import Locked


class ShownLock(Answered):
    """A sign-in that is locked. Which peer it came from is kept nowhere."""

    lock_ref: Ref
    kind: str = Field(description="`client-at-peer`: one client from one peer. `peer`: every client from one peer.")
    client: str | None = Field(description="The enrolled client that was tried; null where there is none of that name.")
    locked_at: At


class LockList(Answered):
    """The locks that stand, newest first."""

    items: list[ShownLock]


class LockRelease(Model):
    """Let a sign-in be tried again. It needs no words."""


class LockReleased(Answered):
    """The lock is gone; who released it is in the log."""

    lock_ref: Ref


async def locks(call: Call) -> web.StreamResponse:
    """Show the locks that stand."""
    return answer({"items": [shown_lock(each) for each in await call.services.lock_out.locks()]})


def shown_lock(locked: Locked) -> dict[str, Any]:
    """Show a lock."""
    return {
        "lock_ref": str(locked.lock_ref),
        "kind": locked.kind,
        "client": locked.subject,
        "locked_at": shown.instant(locked.at),
    }


async def release(call: Call) -> web.StreamResponse:
    """Release a lock."""
    by, officer = call.principal.institution, call.principal.on_behalf_of
    if not await call.services.lock_out.release(call.reference, by=by, on_behalf_of=officer):
        raise NotFound("no-such-lock")
    return answer({"lock_ref": str(call.reference)})


LOCK_ROUTES: Final[tuple[Route, ...]] = (
    read("/v1/sign-in-locks", locks, LockList, "Sign-ins that are locked after five failures.", Action.RELEASE_LOCK),
    Route(
        method="POST",
        path="/v1/sign-in-locks/{lock_ref}/release",
        action=Action.RELEASE_LOCK,
        handler=release,
        response=LockReleased,
        request=LockRelease,
        summary="Release a locked sign-in, once it is known who failed and why.",
        problems=("no-such-lock",),
        absent="no-such-lock",
    ),
)
