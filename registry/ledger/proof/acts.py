"""Which act a signed document was handed in for, by the address in its signature, held against what was recorded of it.

The body of a revocation does not say of which order it speaks: the address does, and the institution signed that too.
Without this check whoever runs a registry could show one order's revocation as that of another, or an extension's
signature under a suspension.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from registry.ledger.proof.agreed import NotShown
from registry.ledger.proof.bound import as_list, as_members
from registry.ledger.proof.errors import NotVerified

ACTS: Final[Mapping[str, frozenset[str]]] = {
    act: frozenset(kinds.split())
    for act, kinds in {
        "orders": "order.issued",
        "orders/service": "service.recorded service.attempted",
        "orders/variation": "order.varied",
        "orders/extension": "order.extended",
        "orders/suspension": "order.suspended",
        "orders/reinstatement": "order.reinstated",
        "orders/revocation": "order.revoked",
        "orders/correction": "order.corrected",
        "orders/document": "order.document_supplied",
        "orders/certificate": "order.certificate_issued",
        "orders/certificate-withdrawal": "order.certificate_withdrawn",
        "orders/declaration": "order.declared",
        "orders/registration": "order.registered",
        "orders/adjustment": "order.adjusted",
        "orders/recognitions": "recognition.asked",
        "orders/refusal-applications": "recognition.asked",
        "recognitions/supplement-request": "recognition.supplement_requested",
        "recognitions/supplement": "recognition.supplemented",
        "recognitions/decision": "recognition.granted recognition.refused",
        "recognitions/discontinuation": "recognition.discontinued",
        "notices/acknowledgment": "notice.acknowledged notice.rejected",
        "orders/representations": "representation.recorded",
        "representations/end": "representation.ended",
        "hits/answer": "hit.confirmation_answered",
        "party-links": "party.linked",
        "party-links/retraction": "party.unlinked",
        "violations": "violation.reported",
        "violations/resolution": "violation.resolved",
    }.items()
}
"""The kinds of fact that an act can lead to, by its address without references."""
OPENING: Final = frozenset({"orders/recognitions", "orders/refusal-applications", "orders/representations"})
"""Acts whose facts begin a stream of their own: of which order they speak stands in the record of the document."""
_ADDRESS: Final = re.compile(r"/v1/([a-z-]+)(?:/([0-9A-Fa-f-]{36})/([a-z-]+))?")


def is_of_act(header: Mapping[str, Any], event: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Hold the address that was signed against the facts that a receipt names, and the stream they stand in.

    Raises `NotVerified`; `NotShown` for an address that is not known here.
    """
    htm, htu = str(header.get("htm")), str(header.get("htu"))
    found = _ADDRESS.fullmatch(htu, max(0, htu.rfind("/v1/")))
    act = "/".join(part for part in found.group(1, 3) if part) if found is not None else ""
    if found is None or htm != "POST" or act not in ACTS:
        raise NotShown(f"nothing is known here of what {htm} {htu} leads to")
    kinds = [as_members(each, "signed, facts").get("kind") for each in as_list(claims.get("facts"))]
    if not kinds or not all(kind in ACTS[act] for kind in kinds):
        raise NotVerified(f"document: signed for {act}, which leads to other facts than the receipt names")
    about = event.get("order_ref") if act in OPENING else claims.get("stream")
    if found[2] is not None and not _same(found[2], about):
        raise NotVerified(f"document: signed for {act} of another order, procedure, notice or breach")
    return f"{act}, of {found[2] or 'what the document says'}"


def _same(one: str, other: object) -> bool:
    try:
        return UUID(one) == UUID(str(other))
    except ValueError:
        return False
