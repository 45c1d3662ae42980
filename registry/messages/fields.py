"""The header fields of a signature, read strictly: one signature, in the one way there is to write it.

    Signature-Input: sig=("@method" "@target-uri" …);created=1790000000;expires=1790000120;keyid="k1";alg="ed25519";…
    Signature:       sig=:base64:
    Content-Digest:  sha-256=:base64:

RFC 9651 allows spaces, escapes and several members where this takes none: what is taken is written the same again, so
the text that came is the text that was signed, and two readers cannot find two meanings in it.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.errors import NotSigned

MAXIMUM_FIELD: Final = 2048
_LABEL: Final = r"([a-z*][a-z0-9_.*-]{0,63})"
_COMPONENT: Final = r'"[@a-z][a-z0-9-]{0,62}"(?:;req)?'
_NUMBER: Final = r"(?:created|expires)=[1-9][0-9]{0,14}"
_TEXT: Final = r'(?:keyid|alg|nonce|tag)="[\x20\x21\x23-\x5b\x5d-\x7e]{1,128}"'
_INPUT: Final = re.compile(rf"{_LABEL}=(\(((?:{_COMPONENT}(?: {_COMPONENT}){{0,15}})?)\)((?:;(?:{_NUMBER}|{_TEXT}))*))")
_BYTES: Final = re.compile(rf"{_LABEL}=:([A-Za-z0-9+/]{{1,512}}={{0,2}}):")
_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, kw_only=True, slots=True)
class Presented:
    """A signature as it came; nothing of it is believed yet."""

    components: tuple[str, ...]
    """Component identifiers as they stand in the signature's base, such as `"@method"`, with their quotes."""
    parameters: str
    """The value of `@signature-params`, letter by letter as it came."""
    given: dict[str, str]
    """The parameters by name, without quotes."""
    signature: bytes


def read_presented(inputs: Sequence[str], signatures: Sequence[str]) -> Presented:
    """Read the lines of `Signature-Input` and `Signature`; raises `NotSigned` unless they hold one signature, once."""
    if not inputs and not signatures:
        raise NotSigned("signature-missing", field="Signature")
    if len(inputs) != 1 or len(signatures) != 1:
        raise NotSigned("signature-malformed", field="Signature" if len(inputs) == 1 else "Signature-Input")
    told = _INPUT.fullmatch(inputs[0]) if len(inputs[0]) <= MAXIMUM_FIELD else None
    signed = _BYTES.fullmatch(signatures[0]) if len(signatures[0]) <= MAXIMUM_FIELD else None
    if told is None:
        raise NotSigned("signature-malformed", field="Signature-Input")
    if signed is None or signed[1] != told[1]:
        raise NotSigned("signature-malformed", field="Signature")
    return Presented(
        components=tuple(told[3].split()),
        parameters=told[2],
        given=_parameters(told[4]),
        signature=_bytes(signed[2]),
    )


def _parameters(text: str) -> dict[str, str]:
    # No text among them may hold a quote, so whatever stands between two of them is one parameter.
    found: dict[str, str] = {}
    for name, number, words in re.findall(r';([a-z]+)=(?:([0-9]+)|"([^"]*)")', text):
        if name in found:
            raise NotSigned("signature-malformed", field="Signature-Input")
        found[name] = number or words
    return found


def _bytes(text: str) -> bytes:
    try:
        read = b64decode(text, validate=True)
    except binascii.Error:
        raise NotSigned("signature-malformed", field="Signature") from None
    if b64encode(read).decode("ascii") != text:
        raise NotSigned("signature-malformed", field="Signature")
    return read


def content_digest(body: bytes) -> str:
    """Give the value of `Content-Digest` for a body (RFC 9530, section 2)."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode('ascii')}:"


def hold_digest(value: str, body: bytes) -> None:
    """Hold a body to its digest; raises `NotSigned` for another body, another algorithm, or several."""
    if not _DIGEST.fullmatch(value) or value != content_digest(body):
        raise NotSigned("content-digest-wrong", field="Content-Digest")


def signature_field(label: str, signature: bytes) -> str:
    """Write the value of `Signature`."""
    return f"{label}=:{b64encode(signature).decode('ascii')}:"
