"""Every kind of fact, by its topic: the allow-list that a stored topic is looked up in.

Nothing is ever imported because a stored row names it. The list is written by hand, so that a
reader sees all that the ledger can hold; tests/golden/events.txt holds the schemas.
"""

from typing import Final, TypeAlias, get_args

from registry.events.account import AccountEvent
from registry.events.base import Event
from registry.events.card import CardEvent
from registry.events.check import AnswerGiven
from registry.events.conflict import ConflictEvent
from registry.events.contact import ContactEvent
from registry.events.disclosure import DisclosureEvent
from registry.events.document import DocumentEvent
from registry.events.duty import DutyEvent
from registry.events.erasure import ErasureEvent
from registry.events.feed import FeedRead
from registry.events.glass import GlassEvent
from registry.events.hit import HitEvent
from registry.events.institution import InstitutionEvent
from registry.events.issuance import IssuanceEvent
from registry.events.keylist import KeyEvent, KeyListUpdated
from registry.events.look import LookEvent
from registry.events.notice import NoticeEvent
from registry.events.officer import OfficerEvent
from registry.events.party import PartyEvent
from registry.events.recognition import RecognitionEvent
from registry.events.representation import RepresentationEvent
from registry.events.service import ServiceEvent
from registry.events.violation import ViolationEvent

AnyEvent: TypeAlias = Event
"""Any of `EVENT_TYPES`. Said as what they have in common: a union of so many kinds, narrowed at each `case` of a match,
was a third of what the type checkers cost."""

EVENT_TYPES: Final[tuple[type[AnyEvent], ...]] = (
    *get_args(IssuanceEvent),
    *get_args(ServiceEvent),
    *get_args(NoticeEvent),
    *get_args(RecognitionEvent),
    *get_args(ViolationEvent),
    *get_args(ContactEvent),
    *get_args(PartyEvent),
    *get_args(ErasureEvent),
    *get_args(DocumentEvent),
    *get_args(DutyEvent),
    *get_args(HitEvent),
    *get_args(DisclosureEvent),
    *get_args(CardEvent),
    AnswerGiven,
    *get_args(LookEvent),
    *get_args(RepresentationEvent),
    *get_args(GlassEvent),
    *get_args(OfficerEvent),
    *get_args(ConflictEvent),
    FeedRead,
    KeyListUpdated,
    *get_args(InstitutionEvent),
    *get_args(KeyEvent),
    *get_args(AccountEvent),
)

TOPICS: Final[dict[str, type]] = {kind.TOPIC: kind for kind in EVENT_TYPES}
