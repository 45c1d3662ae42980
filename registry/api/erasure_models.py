"""The request to erase a party of an order, and what is answered about erasing."""

from pydantic import Field

from registry.api.models import Asking, Model
from registry.api.receipt_models import Answered, At, EvidencePack, OrderReceipt, Ref
from registry.api.texts import Reference
from registry.commands.erasure import EraseParty
from registry.values.erasure import ErasureGround
from registry.values.identifiers import PartyRef


class Erasure(Model):
    """Destroy the key of a party: for good, and what is sealed about the party can be opened by nobody."""

    party_ref: Reference
    ground: ErasureGround

    def to_command(self, asking: Asking) -> EraseParty:
        """Give the command."""
        return EraseParty(order_ref=asking.order_ref, party=PartyRef(self.party_ref), ground=self.ground)


class ErasureReceipt(OrderReceipt):
    """The receipt of an erasure."""

    subjects: list[Ref] = Field(
        description="Whose keys were destroyed: the party's, and with the last party the order's own. Empty where "
        "there was nothing to erase."
    )


class StandsAgainst(Answered):
    """One thing that stands against erasing."""

    code: str
    until: At | None = Field(description="From when on it is gone by itself; null where somebody has to act.")
    legal_basis: str
    verified: bool = Field(description="Whether the text of the rule was read for this project.")


class ErasableParty(Answered):
    """What goes where one party is erased."""

    party_ref: Ref
    role: str
    anything_to_erase: bool
    documents_that_go_too: int = Field(description="Source documents that close for everybody else as well.")
    order_itself_goes_too: bool = Field(description="The last party takes the order's number and texts along.")
    stands_against: list[StandsAgainst] = Field(description="All that stands against erasing this party.")


class Erasability(Answered):
    """Whether parties of an order may be erased, and if not until when. Nothing was recorded."""

    order_ref: Ref
    version: int
    ground: str
    erasable: bool
    erasable_from: At | None = Field(
        description="The first instant at which nothing stands against it if nothing else happens; null where somebody "
        "has to act first, or nobody knows."
    )
    stands_against: list[StandsAgainst] = Field(description="What stands against erasing any of them.")
    parties: list[ErasableParty]


class OlderCopies(Answered):
    """How older copies of the destroyed key stand, such as those in backups."""

    epoch: str
    open_nothing_since: At | None = Field(description="Null until the jurisdiction's epoch is turned.")


class ErasureStatement(Answered):
    """The statement that a party's data in an order was erased."""

    form: str
    ledger_id: Ref
    order_ref: Ref
    subject: Ref
    key_id: str
    ground: str
    by: str
    erased_at: At
    position: int
    fact_id: Ref
    record_digest: str
    documents: list[Ref]
    older_copies_of_the_key: OlderCopies
    remains: list[str]
    signed: str = Field(description="The certificate as a JWS (`po-erasure+jwt`).")


class Erasures(Answered):
    """Every erasure of an order, oldest first."""

    items: list[ErasureStatement]


class ErasurePack(EvidencePack):
    """The evidence pack of a certificate."""

    record: str = Field(description="The record of the erasure as the ledger holds it, base64url; it names no person.")
