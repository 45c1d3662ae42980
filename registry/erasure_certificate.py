"""The certificate of an erasure: the statement signed, and, once the log has published it, all that proves it offline.

Everything in it follows from the fact, from the row of the key's epoch and from the log: it can be had again at any
later time. Once the epoch was turned it says so, and is another text; both were true when they were given.
"""

from registry.erasure_statement import ErasureStatement
from registry.errors import Unavailable
from registry.ledger.leaf import record
from registry.ledger.proof.evidence import Evidence, write_evidence
from registry.ledger.proofs import Proofs
from registry.signing import Signer, as_stored


def certificate(statement: ErasureStatement, signer: Signer) -> str:
    """Sign a statement; a JWS (`po-erasure+jwt`)."""
    return signer.erasure(statement.erased, epoch=statement.epoch, open_nothing_since=statement.epoch_destroyed_at)


def certificate_pack(statement: ErasureStatement, signer: Signer, proofs: Proofs, policy: str) -> bytes:
    """Give an evidence pack of a certificate. Raises `Unavailable` until a signed checkpoint covers the fact."""
    index = proofs.of_fact(statement.erased.fact.fact_id)
    if index is None or index >= proofs.proved_size():
        raise Unavailable("no-checkpoint-yet")
    pack = Evidence(
        signed=certificate(statement, signer),
        receipt_key=signer.public_jwk["x"],
        policy=policy.encode(),
        entries=((proofs.entry(index), proofs.inclusion(index).raw),),
        record=record(*as_stored(statement.erased)),
    )
    return write_evidence(pack)
