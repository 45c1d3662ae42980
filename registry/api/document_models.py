"""A source document as it comes with an order, or after it."""

from base64 import b64decode
from typing import Annotated, Final

from pydantic import Field, field_validator

from registry.api.models import Asking, Model
from registry.api.texts import refused
from registry.boundary import Attachment
from registry.commands.document import SupplyDocument
from registry.values.parties import Clear

MAXIMUM_DOCUMENT: Final = 700_000
"""Characters of base64: half a mebibyte of document."""


class SourceDocument(Model):
    """The court's own document, kept sealed under the keys of everybody it is about; no answer shows it."""

    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,60}$", max_length=70)]
    content: Annotated[
        str, Field(min_length=1, max_length=MAXIMUM_DOCUMENT, description="Base64 (RFC 4648 section 4).")
    ]

    @field_validator("content")
    @classmethod
    def _is_base64(cls, content: str) -> str:
        try:
            b64decode(content, validate=True)
        except ValueError:
            raise refused("wrong-form") from None
        return content

    def value(self) -> Attachment:
        """Give the document."""
        return Attachment(content=b64decode(self.content), media_type=self.media_type)


class DocumentSupply(Model):
    """Supply the document that was missing when the order was entered."""

    document: SourceDocument

    def attachment(self) -> Attachment:
        """Give the document."""
        return self.document.value()

    def to_command(self, asking: Asking) -> SupplyDocument[Clear]:
        """Give the command."""
        return SupplyDocument(order_ref=asking.order_ref)
