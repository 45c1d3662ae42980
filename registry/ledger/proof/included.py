"""The check of a pack that one entry stands in its log, and what witnesses saw of it."""

from collections.abc import Sequence

from registry.ledger.proof.checks import Check, Outcome, attempt
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.policy import Policy
from registry.ledger.proof.tlog_proof import Included, parse_tlog_proof, verify_tlog_proof


def check_included(
    checks: list[Check], name: str, proved: tuple[bytes, bytes], policies: Sequence[Policy], *, own: str
) -> Included | None:
    """Try it; gives what was shown, None for nothing. `own`: the keys are the pack's own word."""
    if not policies:
        checks.append(Check(name=f"{name} is in the log", outcome=Outcome.NOT_CHECKED, detail="no policy to check by"))
        return None
    entry, proof = proved
    seen: list[Included] = []

    def included() -> str:
        found = verify_tlog_proof(parse_tlog_proof(proof), leaf=leaf_hash(entry), policy=policies[0])
        seen.append(found)
        size = found.accepted.checkpoint.size
        return f"index {found.index} of {size}, signed by {len(found.accepted.logs)} keys of the log"

    attempt(checks, f"{name} is in the log", included, own=own)
    if not seen:
        return None
    times = [time for _, time in seen[0].accepted.witnesses if time]
    if times:
        detail = f"{len(seen[0].accepted.witnesses)} cosigned, the latest at POSIX time {max(times)}"
        attempt(checks, f"{name} was seen by witnesses", lambda: detail, own=own)
        return seen[0]
    checks.append(Check(name=f"{name} was seen by witnesses", outcome=Outcome.NOT_CHECKED, detail="none has cosigned"))
    return seen[0]
