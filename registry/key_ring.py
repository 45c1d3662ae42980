"""The ring of unwrapped keys over a ledger's rows; what opens blocks anywhere in the registry is made here."""

from collections.abc import Sequence

from registry.ledger.port import Reader
from registry.values.identifiers import SubjectId
from registry.vault.fetching import FetchingRing
from registry.vault.keys import Keeper, KeyRing, WrappedKey
from registry.vault.rows import wrapped_key
from registry.views.police import SUBJECT_KEY


def key_ring(keeper: Keeper, reader: Reader) -> KeyRing:
    """Give a ring that fetches the rows of keys from the ledger and has them unwrapped by the keeper."""

    def of_subject(subject: SubjectId) -> WrappedKey | None:
        rows = reader.rows(SUBJECT_KEY, {"subject": subject.bytes})
        return wrapped_key(rows[0]) if rows else None

    def by_key_id(key_id: bytes) -> WrappedKey | None:
        rows = reader.rows(SUBJECT_KEY, {"key_id": key_id})
        return wrapped_key(rows[0]) if rows else None

    def by_key_ids(key_ids: Sequence[bytes]) -> list[WrappedKey]:
        return [wrapped_key(row) for row in reader.among(SUBJECT_KEY, "key_id", key_ids, limit=1)]

    return FetchingRing(keeper, of_subject=of_subject, by_key_id=by_key_id, by_key_ids=by_key_ids)
