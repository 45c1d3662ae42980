"""Personal data to canonical bytes and back: sorted keys, a word for the kind, no spaces."""

from typing import Final

import msgspec
import orjson

from registry.errors import Malformed, Tampered
from registry.values.parties import Address, ContactPlan, Identity, PersonalData, Text

_KINDS: Final[dict[str, type[PersonalData]]] = {
    "identity": Identity,
    "address": Address,
    "contact": ContactPlan,
    "text": Text,
}
_WORDS: Final[dict[type[PersonalData], str]] = {kind: word for word, kind in _KINDS.items()}


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    content: msgspec.Raw
    kind: str


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_DECODERS: Final = {word: msgspec.json.Decoder[PersonalData](kind) for word, kind in _KINDS.items()}


def encode(content: PersonalData) -> bytes:
    """Write personal data as canonical JSON; raises `Malformed` for text that is not Unicode."""
    try:
        return orjson.dumps(
            {"content": msgspec.to_builtins(content), "kind": _WORDS[type(content)]}, option=orjson.OPT_SORT_KEYS
        )
    except (orjson.JSONEncodeError, UnicodeEncodeError):
        # The original error may carry the text.
        raise Malformed("not-unicode") from None


def decode(raw: bytes) -> PersonalData:
    """Read what `encode` wrote; raises `Tampered` for anything else, without saying what it was."""
    try:
        envelope = _ENVELOPE.decode(raw)
        return _DECODERS[envelope.kind].decode(envelope.content)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError):
        raise Tampered("the content of the block is not what the vault writes") from None
