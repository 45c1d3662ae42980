"""Words of what few people share: a number plate, a telephone, an e-mail address, a name on an online platform."""

from dataclasses import dataclass
from enum import StrEnum


class AttributeKind(StrEnum):
    """What an attribute is of; two kinds never agree."""

    PLATE = "PLATE"
    """The registration number of a vehicle."""
    PHONE = "PHONE"
    """With its country, ITU-T E.164."""
    EMAIL = "EMAIL"
    HANDLE = "HANDLE"
    """The platform, a space, and the name there: `example @ada`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """What a person is reached by or drives. A household shares it, so alone it shows who may be meant and no more."""

    kind: AttributeKind
    value: str
