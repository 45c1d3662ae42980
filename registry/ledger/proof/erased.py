"""What a certificate of erasure says, held against the record that the log has the digest of: who, of which order, why.

The certificate is a receipt of one fact, with `erased` besides. The record is that fact as the ledger stores it. It
names references and the id of a destroyed key, and no person, so that it can stand in a pack that is shown to anybody.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, cast

from registry.ledger.proof.bound import as_members, as_object
from registry.ledger.proof.errors import NotVerified

KIND: Final = "subject.erased"
PREFIX: Final = b"po-record/v1"
_SAID: Final = ("order_ref", "subject", "key_id", "ground")


def says_who_was_erased(record: bytes, entry: bytes, claims: Mapping[str, Any]) -> str:
    """Hold a record against its entry and the certificate; gives what was erased. Raises `NotVerified` and kin."""
    digest = urlsafe_b64encode(sha256(record).digest()).rstrip(b"=")
    if not hmac.compare_digest(digest, str(as_object(entry, "entry").get("d")).encode("utf-8", "surrogatepass")):
        raise NotVerified("record: not the one that the log has the digest of")
    head, _, rest = record.partition(b"\n")
    topic, _, body = rest.partition(b"\n")
    if head != PREFIX or topic.rpartition(b".")[0] != KIND.encode():
        raise NotVerified("record: not of an erasure")
    event = as_members(as_object(body, "record").get("event"), "record, event")
    said = as_members(claims.get("erased"), "signed, erased")
    if any(not isinstance(said.get(name), str) or said[name] != event.get(name) for name in _SAID):
        raise NotVerified("record: of another order, party, key or ground than the certificate")
    documents = said.get("documents")
    if not isinstance(documents, list) or documents != event.get("documents"):
        raise NotVerified("record: other documents went with it")
    return (
        f"party {said['subject']} of order {said['order_ref']}, on the ground {said['ground']}, by {claims.get('aud')} "
        f"at {claims.get('recorded_at')}, position {claims.get('position')} of the ledger; key {said['key_id']} "
        f"is destroyed, {len(cast('list[object]', documents))} documents went with it"
    )


def older_copies(claims: Mapping[str, Any]) -> str:
    """Give what the certificate says of older copies of the key. It is the registry's word: no log can show it."""
    copies = claims.get("older_copies_of_the_key")
    said = cast("dict[str, Any]", copies) if isinstance(copies, dict) else {}
    epoch, since = said.get("epoch"), said.get("open_nothing_since")
    if isinstance(since, str):
        return f"the registry says so, since {since}: the key of epoch {epoch} is destroyed too"
    return f"the registry does not say so yet: until epoch {epoch} is turned, a backup of the key table opens the key"
