"""How institutions, their keys, proposals and facts in doubt are shown: by shape for the documents, and by value."""

from typing import Any

from pydantic import Field

from registry.access.roll import HeldKey, Member, Proposal
from registry.api import shown
from registry.api.list_models import Page
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.events.institution import FactDoubted
from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId
from registry.values.institution import ChangeKind, Role, SuspensionReason
from registry.values.time import Instant


class ShownKey(Answered):
    """A key of an institution."""

    kid: str
    kty: str
    crv: str
    x: str
    y: str | None
    state: str = Field(description="WAITING, SIGNING, RETIRED or COMPROMISED.")
    begins: At | None
    ends: At | None
    compromised_from: int | None = Field(description="The position from which on nothing recorded with it is trusted.")


class ShownInstitution(Answered):
    """An institution, with every key it ever had."""

    institution: str
    name: str
    contact: str
    roles: list[Role]
    jurisdictions: list[str]
    purposes: list[CheckPurpose]
    state: str = Field(description="ENROLLED, SUSPENDED or ENDED.")
    suspended_for: SuspensionReason | None
    suspended_until: At | None = Field(description="When a suspension lapses that one person alone has said.")
    keys: list[ShownKey]


class InstitutionPage(Page[ShownInstitution]):
    """Institutions, by their ids."""


class ShownTerms(Answered):
    """A key that is proposed."""

    key: dict[str, str | bool | None]
    begins: At | None = Field(description="Null: as soon as it is confirmed.")
    ends: At | None


class ShownRights(Answered):
    """Rights that are proposed."""

    roles: list[Role]
    jurisdictions: list[str]
    purposes: list[CheckPurpose]


class ShownChange(Answered):
    """What is proposed, all of it."""

    kind: ChangeKind
    institution: str
    name: str | None
    contact: str | None
    rights: ShownRights | None
    keys: list[ShownTerms]
    key_id: str | None
    position: int | None
    reason: SuspensionReason | None


class ShownProposal(Answered):
    """A change on the table."""

    proposal_ref: Ref
    change: ShownChange
    digest: str = Field(description="To be sent back with the confirmation: SHA-256 of the change as it is shown here.")
    proposed_by: str
    proposed_at: At
    expires: At
    emergency: bool = Field(description="It counts already, until it expires.")


class ProposalPage(Answered):
    """All changes on the table."""

    items: list[ShownProposal]


class ShownDoubt(Answered):
    """A fact in doubt, to be confirmed or taken back."""

    fact_id: Ref
    order_ref: Ref
    key_id: str
    due: At


class DoubtPage(Answered):
    """The institution's facts in doubt, at most 500."""

    items: list[ShownDoubt]


class ProposalReceipt(Receipt):
    """What was recorded of a proposal."""

    proposal_ref: Ref
    digest: str


class DirectoryReceipt(Receipt):
    """What was recorded of an institution."""

    stream: Ref


def shown_institution(member: Member, now: Instant) -> dict[str, Any]:
    """Show an institution as it is."""
    suspended = member.suspended(now)
    held = member.suspension if suspended else None
    return {
        "institution": member.institution,
        "name": member.name,
        "contact": member.contact,
        **_rights(member.rights),
        "state": "ENDED" if member.ended else "SUSPENDED" if suspended else "ENROLLED",
        "suspended_for": held.reason.value if held else None,
        "suspended_until": shown.instant(held.lapses) if held else None,
        "keys": [_key(key, now) for key in member.keys.values()],
    }


def _rights(rights: object) -> dict[str, Any]:
    return shown.public(rights)


def _key(held: HeldKey, now: Instant) -> dict[str, Any]:
    if held.compromised is not None:
        state = "COMPROMISED"
    elif held.signs(now):
        state = "SIGNING"
    else:
        state = "WAITING" if now < held.begins else "RETIRED"
    return {
        "y": None,
        **held.key.jwk,
        "state": state,
        "begins": shown.instant(held.begins),
        "ends": shown.instant(held.ends),
        "compromised_from": held.compromised,
    }


def shown_proposal(proposal: Proposal) -> dict[str, Any]:
    """Show a change on the table. Who of its institution proposed it is that institution's own affair."""
    change = shown.public(proposal.change)
    terms = zip(change["keys"], proposal.change.keys, strict=True)
    keys = [{**said, "begins": shown.instant(each.begins), "ends": shown.instant(each.ends)} for said, each in terms]
    return {
        "proposal_ref": str(proposal.proposal_ref),
        "change": {**change, "keys": keys},
        "digest": proposal.digest,
        "proposed_by": proposal.by.institution,
        "proposed_at": shown.instant(proposal.proposed),
        "expires": shown.instant(proposal.expires),
        "emergency": proposal.emergency,
    }


def shown_doubt(doubted: FactDoubted) -> dict[str, Any]:
    """Show a fact in doubt."""
    return {
        "fact_id": str(doubted.fact_id),
        "order_ref": str(doubted.order_ref),
        "key_id": doubted.key_id,
        "due": shown.instant(doubted.due),
    }


def sorted_by_due(doubts: list[FactDoubted], institution: InstitutionId) -> list[FactDoubted]:
    """Give an institution's own, what is due first at the front."""
    own = [each for each in doubts if each.institution == institution]
    return sorted(own, key=lambda each: (each.due, each.fact_id))
