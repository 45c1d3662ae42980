"""What an officer states when the glass is broken, sealed at the command boundary as the institution's queries are."""

from dataclasses import dataclass, replace
from typing import cast

import orjson

from registry.access.actors import Principal
from registry.commands.glass import BreakGlass
from registry.law.jurisdictions import place_zone
from registry.ledger.rows import Cell, Change, Put
from registry.values.glass import SealedStatement, Statement
from registry.values.identifiers import FactId, InstitutionId, StreamId, SubjectId
from registry.values.time import Instant
from registry.vault.audit import audit_month, seal_query
from registry.vault.keys import Entropy, KeyRing, WrappedKey
from registry.views.police import AUDIT_KEY


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """The command with its statement sealed, and what must be saved and held with its fact."""

    command: BreakGlass
    subject: SubjectId
    """Whose audit key it was sealed under."""
    new_keys: tuple[WrappedKey, ...]
    rows: tuple[Change, ...]


def stated(  # noqa: PLR0917  # one statement, sealed for one fact
    command: BreakGlass,
    fact_id: FactId,
    principal: Principal,
    ledger_id: str,
    ring: KeyRing,
    now: Instant,
    entropy: Entropy,
) -> Stated:
    """Seal a statement under the institution's audit key of the month. Raises `KeyErased`, `Malformed`."""
    said = cast("Statement", command.statement)
    sealed = seal_query(
        orjson.dumps({"incident": said.incident, "words": said.words}),
        institution=principal.institution,
        ledger=ledger_id,
        stream=StreamId(command.glass_ref),
        fact_id=fact_id,
        jurisdiction=principal.jurisdictions[0],
        ring=ring,
        now=now,
        zone=place_zone(principal.jurisdictions[0]),
        entropy=entropy,
    )
    new = sealed.new_key
    return Stated(
        command=replace(command, statement=SealedStatement(commitment=sealed.commitment, query=sealed.query)),
        subject=sealed.subject,
        new_keys=() if new is None else (new,),
        rows=() if new is None else (audit_key_row(new, principal.institution),),
    )


def audit_key_row(new_key: WrappedKey, institution: InstitutionId) -> Put:
    """Note whose queries of which month a new audit key seals."""
    row: dict[str, Cell] = {
        "subject": new_key.subject.bytes,
        "institution": institution,
        "month": audit_month(new_key.created_at, place_zone(new_key.jurisdiction)),
        "jurisdiction": new_key.jurisdiction,
    }
    return Put(table=AUDIT_KEY, row=row)
