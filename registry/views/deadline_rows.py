"""What a row of the deadlines is, whatever it is about: its kind, its key, its instant, its rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from registry.events.duty import DutyArose
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Put, Table
from registry.values.identifiers import OrderRef
from registry.values.time import Instant


class DeadlineKind(StrEnum):
    """What is due."""

    NOTICE_ACKNOWLEDGMENT = "NOTICE_ACKNOWLEDGMENT"
    ALERT_ACKNOWLEDGMENT = "ALERT_ACKNOWLEDGMENT"
    SUPPLEMENT = "SUPPLEMENT"
    DUTY = "DUTY"
    """Somebody must be told; `code` says of what, `whom` says who."""
    HIT_CONFIRMATION = "HIT_CONFIRMATION"
    DOCUMENT = "DOCUMENT"
    """The source document that was missing when the order was entered is to be supplied."""
    NOTICE_EVIDENCE = "NOTICE_EVIDENCE"
    """The transport of a notice is to give its next evidence."""
    GLASS_ALERT = "GLASS_ALERT"
    """A break-glass is to be taken in hand by whoever was alerted."""
    GLASS_REVIEW = "GLASS_REVIEW"
    """A second person is to say whether a break-glass was justified."""
    CONFLICT_ALERT = "CONFLICT_ALERT"
    """That an officer met an order of their own is to be looked into."""
    FACT_IN_DOUBT = "FACT_IN_DOUBT"
    """A fact was recorded with a key in wrong hands; the institution says whether it stands, or takes it back."""
    ORDER_EXPIRY = "ORDER_EXPIRY"
    CERTIFICATE_EFFECT_END = "CERTIFICATE_EFFECT_END"


ACT: Final = "ACT"
"""The institution must do something by then."""
END: Final = "END"
"""Something ends by itself then."""
_NATURES: Final = {
    DeadlineKind.NOTICE_ACKNOWLEDGMENT: ACT,
    DeadlineKind.ALERT_ACKNOWLEDGMENT: ACT,
    DeadlineKind.SUPPLEMENT: ACT,
    DeadlineKind.DUTY: ACT,
    DeadlineKind.HIT_CONFIRMATION: ACT,
    DeadlineKind.DOCUMENT: ACT,
    DeadlineKind.GLASS_ALERT: ACT,
    DeadlineKind.GLASS_REVIEW: ACT,
    DeadlineKind.CONFLICT_ALERT: ACT,
    DeadlineKind.FACT_IN_DOUBT: ACT,
    DeadlineKind.NOTICE_EVIDENCE: END,
    DeadlineKind.ORDER_EXPIRY: END,
    DeadlineKind.CERTIFICATE_EFFECT_END: END,
}

DEADLINE: Final = Table(
    name="deadlines",
    columns={
        "kind": "text",
        "order_ref": "bytes",
        "about": "bytes",
        "subject": "bytes",
        "nature": "text",
        "institution": "text",
        "due": "integer",
        "closed": "integer",
        "basis": "text",
        "verified": "integer",
        "code": "text",
        "whom": "text",
        "without_delay": "integer",
        "noted": "integer",
    },
    key=("kind", "order_ref", "about", "subject"),
    indexes=(("institution", "nature", "closed", "due", "kind", "subject"), ("kind", "closed", "due", "subject")),
)
"""`subject` is the notice, alert, procedure, duty, order or certificate; `about` is the breach of an alert, else
the subject again, so that what resolves a breach finds the alerts of it by the key's beginning. Of a hit to confirm,
`about` is the hit and `subject` stands for who was asked; of an alert of a break-glass, `about` is that. `due` is
NULL while no instant is set, `closed` is when it was done or fell away, NULL while it is open; both in microseconds.
`basis` is the rule, `verified` whether it was read (1) or rests on memory (0), NULL where the rule is the registry's
own. `without_delay` is 1 where the law names no time: `due` is then when it arose, and it is never overdue. `noted`
is when it was said that the time ran out.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """By what rule something is due. `verified` is None where the rule is the registry's own."""

    text: str
    verified: bool | None = None


def row_key(kind: DeadlineKind, order_ref: OrderRef, subject: UUID, about: UUID | None = None) -> dict[str, Cell]:
    """Give the key of a row; `about` is the subject itself where it is not given."""
    return {
        "kind": kind.value,
        "order_ref": order_ref.bytes,
        "about": (about or subject).bytes,
        "subject": subject.bytes,
    }


def open_row(
    kind: DeadlineKind,
    order_ref: OrderRef,
    subject: UUID,
    institution: str | None,
    due: Instant | None,
    *,
    basis: Basis,
    about: UUID | None = None,
    duty: DutyArose | None = None,
) -> Put:
    """Open a row; a duty brings its code and says whether the law names an instant."""
    cells: dict[str, Cell] = {
        "nature": _NATURES[kind],
        "institution": institution,
        "due": due,
        "closed": None,
        "basis": basis.text,
        "verified": None if basis.verified is None else int(basis.verified),
        "code": duty.code.value if duty else None,
        "whom": duty.whom.value if duty else None,
        "without_delay": int(duty is not None and duty.due is None),
        "noted": None,
    }
    return Put(table=DEADLINE, row={**row_key(kind, order_ref, subject, about), **cells})


def close_row(
    kind: DeadlineKind, order_ref: OrderRef, subject: UUID, recorded: Recorded, *, about: UUID | None = None
) -> Amend:
    """Close a row when the fact was recorded."""
    cells: dict[str, Cell] = {"closed": recorded.fact.recorded_at}
    return Amend(table=DEADLINE, key=row_key(kind, order_ref, subject, about), cells=cells)
