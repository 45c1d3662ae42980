"""The log's lines of the route table, at the root paths that clients of tlog-tiles know, and what answers them.

Hashes are public: whoever wants to may hold the log to what it signed. Entries and proofs of single entries are for
participants: court, time and kind of a fact can say enough in a small district.
"""

import asyncio
import re
from base64 import b64encode
from typing import Final

from aiohttp import web

from registry.access.permissions import Action
from registry.api import receipt_models
from registry.api.lines import read
from registry.api.problems import HttpProblem
from registry.api.receipt_answers import evidence, receipt
from registry.api.route import Call, Handler, Parameter, Route
from registry.errors import NotFound
from registry.ledger.cose_receipt import cose_receipt
from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.signed_note import parse_note
from registry.ledger.proof.tiles import tile_of_path

TEXT: Final = "text/plain"
COSE: Final = "application/cose"
OCTETS: Final = "application/octet-stream"
_NEWEST: Final = {"Cache-Control": "public, max-age=2"}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NEWEST_FOR_ONE: Final = {"Cache-Control": "private, max-age=2", "Vary": "Accept, Authorization"}
_FOR_ONE: Final = {"Cache-Control": "private, max-age=31536000, immutable"}
_NO_WEIGHT: Final = re.compile(r"q=0(\.0{0,3})?")
_INDEX: Final = r"0|[1-9][0-9]{0,17}"
_SIZE: Final = r"[1-9][0-9]{0,17}"


async def checkpoint(call: Call) -> web.StreamResponse:
    """Give the newest signed checkpoint (tlog-checkpoint)."""
    _, note = call.services.proofs.signed()
    return _text(note, _NEWEST)


async def keys(call: Call) -> web.StreamResponse:
    """Give the log's public keys; they must be had by another way too."""
    return _text(call.services.log_keys.encode(), _NEWEST)


async def hashes(call: Call) -> web.StreamResponse:
    """Give a tile of hashes (tlog-tiles)."""
    return await _tile(call, f"tile/{call.place}", _FOR_EVER)


async def entries(call: Call) -> web.StreamResponse:
    """Give a bundle of entries."""
    return await _tile(call, f"tile/entries/{call.place}", _FOR_ONE)


async def inclusion(call: Call) -> web.StreamResponse:
    """Give a `.tlog-proof` of one entry, against the newest checkpoint; as a COSE receipt to who asks for one."""
    proof = await asyncio.to_thread(call.services.proofs.inclusion, int(call.place))
    if _asks_for_cose(call.request.headers.get("Accept", "")):
        signed = parse_checkpoint(parse_note(proof.checkpoint).text)
        made = cose_receipt(
            size=signed.size,
            index=proof.index,
            path=proof.path,
            root=signed.root,
            key=call.services.checker.signer.key,
        )
        return web.Response(body=made, content_type=COSE, headers=_NEWEST_FOR_ONE)
    return _text(proof.raw, _NEWEST_FOR_ONE)


async def consistency(call: Call) -> web.StreamResponse:
    """Give the hashes which show that a tree is the beginning of a larger one, base64, a line each."""
    missing = [(f"?{name}", "missing") for name in ("from", "to") if name not in call.query]
    if missing:
        raise HttpProblem("bad-parameter", errors=missing)
    old, new = int(call.query["from"]), int(call.query["to"])
    path = await asyncio.to_thread(call.services.proofs.consistency, old, new)
    return _text(b"".join(b64encode(each) + b"\n" for each in path), _FOR_EVER)


async def _tile(call: Call, path: str, caching: dict[str, str]) -> web.Response:
    try:
        tile = tile_of_path(path)
    except NotWellFormed:
        raise NotFound("not-found") from None
    data = await asyncio.to_thread(call.services.proofs.tile, tile)
    return web.Response(body=data, content_type=OCTETS, headers=caching)


def _asks_for_cose(accept: str) -> bool:
    """Say whether a request names COSE among what it accepts, with a weight that is not 0 (RFC 9110, 12.5.1)."""
    for each in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in each.split(";"))
        if kind == COSE:
            return not any(_NO_WEIGHT.fullmatch(parameter) for parameter in parameters)
    return False


def _text(body: bytes, caching: dict[str, str]) -> web.Response:
    return web.Response(body=body, content_type=TEXT, charset="utf-8", headers=caching)


def _get(  # noqa: PLR0917  # a line of the table reads from left to right
    path: str,
    handler: Handler,
    action: Action | None,
    produces: str,
    summary: str,
    place: Parameter | None = None,
    *parameters: Parameter,
    also: tuple[str, ...] = (),
) -> Route:
    return Route(
        method="GET",
        path=path,
        action=action,
        handler=handler,
        response=None,
        summary=summary,
        place=place,
        parameters=parameters,
        produces=produces,
        also=also,
        problems=("no-checkpoint-yet", *(("not-found",) if parameters else ())),
    )


_TILE: Final = Parameter(
    name="tile",
    pattern=r"[0-9]{1,2}/(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[0-9]{1,3})?",
    description="Level and index, and the width of a partial tile, as tlog-tiles spells them.",
    example="0/x001/x234/067.p/5",
)
_BUNDLE: Final = Parameter(
    name="bundle",
    pattern=r"(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[0-9]{1,3})?",
    description="Index, and the width of a partial bundle, as tlog-tiles spells them.",
    example="x001/x234/067.p/5",
)
_AT: Final = Parameter(name="index", pattern=_INDEX, description="Index of the entry, from 0.", example="1200")
LOG_ROUTES: Final[tuple[Route, ...]] = (
    read(
        "/v1/receipts/{fact_id}",
        receipt,
        receipt_models.LoggedReceipt,
        "Where in the log a fact of one's own is, and its receipt again.",
        Action.READ_LOG,
        absent="no-such-receipt",
    ),
    read(
        "/v1/receipts/{fact_id}/evidence",
        evidence,
        receipt_models.EvidencePack,
        "An evidence pack: the receipt or answer with all that verifies it offline, in one file.",
        Action.READ_LOG,
        absent="no-such-receipt",
    ),
    _get("/checkpoint", checkpoint, None, TEXT, "The newest signed checkpoint of the log."),
    _get("/log/keys", keys, None, TEXT, "The log's public keys; have them by another way too."),
    _get(
        "/tile/entries/{bundle}",
        entries,
        Action.READ_LOG,
        OCTETS,
        "A bundle of the log's entries.",
        _BUNDLE,
    ),
    _get("/tile/{tile}", hashes, None, OCTETS, "A tile of the log's hashes.", _TILE),
    _get(
        "/proof/consistency",
        consistency,
        None,
        TEXT,
        "That the log of one size is the beginning of the log of another.",
        None,
        Parameter(name="from", pattern=_SIZE, description="The smaller size, in entries.", example="1000"),
        Parameter(name="to", pattern=_SIZE, description="The larger size, in entries.", example="1200"),
    ),
    _get(
        "/proof/{index}",
        inclusion,
        Action.READ_LOG,
        TEXT,
        "That an entry is in the log: a `.tlog-proof`, or a COSE receipt (RFC 9942) by `Accept`.",
        _AT,
        also=(COSE,),
    ),
)
