"""What the registry puts its name to, as JWS (RFC 7515): receipts of what it recorded, answers, erasures.

Every claim follows from the facts themselves and the signature is deterministic (Ed25519, RFC 8032), so the same
facts give the same bytes at any later time: a lost receipt can be had again, and none can be made that differs.

A receipt names the digest of each record; the record's entry in the log bears the same digest. Whoever holds a
receipt of which the log has no such entry can prove that it is missing. Of an answer the fact itself holds the digest,
so that the entry binds what the officer was told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.events.check import AnswerGiven
from registry.events.erasure import SubjectErased
from registry.law.word import overall
from registry.ledger.codec import encode
from registry.ledger.leaf import base64url, record_digest
from registry.ledger.port import Recorded
from registry.log_keys import key_name
from registry.values.check import Word
from registry.values.identifiers import FactId, InstitutionId
from registry.values.time import SECOND, Instant, iso

RECEIPT: Final = "po-receipt+jwt"
ANSWER: Final = "po-answer+jwt"
ERASURE: Final = "po-erasure+jwt"
ALGORITHM: Final = "Ed25519"
"""As RFC 9864 names it."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signs in the name of one ledger. `issuer` is the ledger's id as a URN, which outlives addresses and logs."""

    ledger_id: str
    key: Ed25519PrivateKey = field(repr=False)
    _kid: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Name the key."""
        object.__setattr__(self, "_kid", key_name(self.key.public_key().public_bytes_raw()))

    @property
    def issuer(self) -> str:
        """Who signs."""
        return f"urn:uuid:{self.ledger_id}"

    @property
    def public_jwk(self) -> dict[str, str]:
        """Give the key that verifies what is signed here (RFC 8037)."""
        public = self.key.public_key().public_bytes_raw()
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(public), "kid": self._kid, "alg": ALGORITHM}

    def receipt(self, recorded: Sequence[Recorded]) -> str:
        """Sign for the facts that one command recorded; at least one, all of one stream."""
        return self._sign(RECEIPT, self._receipt_claims(recorded))

    def erasure(self, recorded: Recorded, *, epoch: str, open_nothing_since: Instant | None) -> str:
        """Certify an erasure: a receipt of its fact that says who was erased, and how older copies of the key stand.

        `epoch` is the one that the key was last wrapped under, such as `FR/3`, and `open_nothing_since` when its own
        key was destroyed; None: it was not yet.
        """
        event = recorded.fact.event
        assert isinstance(event, SubjectErased)
        claims = self._receipt_claims((recorded,)) | {
            "erased": {
                "order_ref": str(event.order_ref),
                "subject": str(event.subject),
                "key_id": event.key_id,
                "ground": event.ground.value,
                "documents": [str(document) for document in event.documents],
            },
            "older_copies_of_the_key": {
                "epoch": epoch,
                "open_nothing_since": None if open_nothing_since is None else iso(open_nothing_since),
            },
        }
        return self._sign(ERASURE, claims)

    def _receipt_claims(self, recorded: Sequence[Recorded]) -> dict[str, Any]:
        last = recorded[-1]
        return {
            "iss": self.issuer,
            "jti": str(recorded[0].fact.fact_id),
            "iat": last.fact.recorded_at // SECOND,
            "aud": recorded[0].fact.actor.institution,
            "recorded_at": iso(last.fact.recorded_at),
            "stream": str(last.fact.stream),
            "version": last.fact.version,
            "position": last.position,
            "facts": [_recorded(each) for each in recorded],
        }

    def answer(self, event: AnswerGiven, *, fact_id: FactId, institution: InstitutionId) -> str:
        """Sign an answer. What the fact says of its own signature, and where it was kept first, is no part of it."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "jti": event.check_ref,
            "iat": event.given_at // SECOND,
            "aud": institution,
            "fact": str(fact_id),
            "query": event.commitment,
            "jurisdiction": event.jurisdiction,
            "purpose": event.purpose.value,
            "valid_at": iso(event.valid_at),
            "known_at": iso(event.known_at),
            "known_position": event.known_position,
            "word": _word(event).value,
            "orders": [
                {
                    "order_ref": str(order.order_ref),
                    "status": order.status.value,
                    "source": order.source.value,
                    "word": order.word.value,
                }
                for order in event.answered
            ],
            "engine": event.engine,
        }
        if event.search is not None:
            claims["persons"] = [
                {"order_ref": str(person.order_ref), "party_ref": str(person.party_ref), "band": person.band.value}
                for person in event.search.meant
            ]
        return self._sign(ANSWER, claims)

    def _sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        # By hand, and held to a library by a test: the library takes five times as long, on the way of every answer.
        header = base64url(orjson.dumps({"alg": ALGORITHM, "kid": self._kid, "typ": kind}))
        signed = f"{header}.{base64url(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS))}"
        return f"{signed}.{base64url(self.key.sign(signed.encode('ascii')))}"


def _word(event: AnswerGiven) -> Word:
    """Give the word that was said: which one follows from what was found is a rule, and rules change."""
    if event.word is not None:
        return event.word
    return overall([order.word for order in event.answered], settled=event.search is None or event.search.settled)


def signed_digest(compact: str) -> str:
    """Give the digest under which the log binds a signed answer: SHA-256 of its compact form, base64url."""
    return base64url(sha256(compact.encode("ascii")).digest())


def as_stored(recorded: Recorded) -> tuple[str, bytes]:
    """Give topic and bytes as they are in the store.

    A fact that is read by a later schema encodes to others, which no log has an entry of.
    """
    return recorded.stored or encode(recorded.fact)


def _recorded(recorded: Recorded) -> dict[str, Any]:
    topic, body = as_stored(recorded)
    return {
        "fact": str(recorded.fact.fact_id),
        "kind": topic.rpartition(".")[0],
        "position": recorded.position,
        "record": base64url(record_digest(topic, body)),
    }
