"""What receipts look like, for the OpenAPI document and for tests. Handlers never build these."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Ref = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
At = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Answered(BaseModel):
    """A part of an answer. A test holds every answer to these, field by field."""

    model_config = ConfigDict(defer_build=True, extra="forbid")


class Token(Answered):
    """An access token, and the seconds it lives."""

    access_token: str
    token_type: str
    expires_in: int


class Receipt(Answered):
    """What was recorded of a request."""

    version: int
    position: int
    recorded_at: At
    facts: list[Ref] = Field(description="Empty where what was asked for held already.")
    replayed: bool = Field(description="True where this is the answer to the same request sent before.")
    signed: str | None = Field(
        description="The receipt as a JWS (`po-receipt+jwt`): digests of the records, which the log must contain."
    )


class OrderReceipt(Receipt):
    """What was recorded of an order."""

    order_ref: Ref


class LabelledParty(Answered):
    """The reference that a label stands for."""

    label: str
    party_ref: Ref


class LabelledCondition(Answered):
    """The reference of a condition, in the request's order."""

    label: str | None
    condition_ref: Ref


class EntryReceipt(OrderReceipt):
    """The receipt of an order that was entered."""

    parties: list[LabelledParty]
    conditions: list[LabelledCondition]


class VariationReceipt(OrderReceipt):
    """The receipt of new terms, with their version."""

    terms: int
    parties: list[LabelledParty]
    conditions: list[LabelledCondition]


class CertificateReceipt(OrderReceipt):
    """The receipt of a certificate."""

    certificate_ref: Ref


class RecognitionReceipt(Receipt):
    """What was recorded of a recognition."""

    recognition_ref: Ref


class NoticeReceipt(Receipt):
    """What was recorded of a notice."""

    notice_ref: Ref


class LinkReceipt(Receipt):
    """What was recorded of a link of parties."""

    link_ref: Ref


class DutyReceipt(Receipt):
    """What was recorded of a duty."""

    duty_ref: Ref


class HitReceipt(Receipt):
    """What was recorded of a hit confirmation."""

    hit_ref: Ref


class ViolationReceipt(Receipt):
    """What was recorded of a breach."""

    violation_ref: Ref


class LoggedReceipt(Answered):
    """A receipt, and how far its fact is in the log."""

    fact: Ref
    kind: str
    state: str = Field(
        description="`SEQUENCED`: it has an entry. `PUBLISHED`: a signed checkpoint covers the entry. `WITNESSED`: "
        "enough witnesses have cosigned such a checkpoint."
    )
    index: int = Field(description="The entry's index in the log.")
    entry: str = Field(description="The entry's bytes, base64url.")
    signed_size: int = Field(description="Entries that the newest signed checkpoint covers.")
    signed: str = Field(description="The receipt or the answer as a JWS, to the byte as it was given.")


class ReceiptKey(Answered):
    """The key that receipts and answers are signed with, as a JWK (RFC 8037)."""

    kty: str
    crv: str
    x: str


class ProvedEntry(Answered):
    """An entry of the log and its proof."""

    entry: str = Field(description="The entry's bytes, base64url.")
    proof: str = Field(description="A tlog-proof with the signed checkpoint.")


class ProvedDocument(ProvedEntry):
    """The entry of the signed document that the facts were recorded of."""

    record: str = Field(description="What the entry has the digest of, base64url: the digest of the signature in it.")


class EvidencePack(Answered):
    """One file that a court can keep and verify without us."""

    format: str
    signed: str = Field(description="The receipt or the answer as a JWS.")
    receipt_key: ReceiptKey
    policy: str = Field(description="A tlog-policy. Have the keys in it by another way too.")
    entries: list[ProvedEntry]
    handed_in: ProvedDocument | None = None
