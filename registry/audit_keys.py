"""The keys of what institutions asked, by institution and month: which there are, and which need be kept no longer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.errors import NotFound
from registry.law.citation import Citation
from registry.law.jurisdictions import place_zone
from registry.law.schedule import query_rule
from registry.ledger.rows import Cell, Table
from registry.values.identifiers import InstitutionId, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, moment_of
from registry.vault.audit import audit_subject, undated_subject
from registry.vault.keys import KeyState
from registry.vault.rows import wrapped_key
from registry.views.police import AUDIT_KEY, SUBJECT_KEY


class Reads(Protocol):
    """What reads rows: the ledger's reader, or a running transaction."""

    def rows(self, table: Table, where: Mapping[str, Cell], /) -> Sequence[Mapping[str, Cell]]:
        """Give the rows that agree."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditKey:
    """The key of what an institution asked in a month."""

    subject: SubjectId
    institution: InstitutionId
    month: str
    jurisdiction: Jurisdiction
    key_id: bytes | None
    """None once it was destroyed."""
    undated: bool = False
    """Whether it sealed what was asked before keys were of months; `month` is then the last it can have sealed in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A key that is there, and until when what it sealed has to be kept."""

    key: AuditKey
    until: Instant | None
    """None: nobody knows."""
    basis: Citation | None

    def due(self, now: Instant) -> bool:
        """Say whether it need be kept no longer."""
        return self.until is not None and self.until <= now


def audit_keys(reads: Reads) -> Iterator[AuditKey]:
    """Give every key of queries there is, destroyed ones too, the oldest month first."""
    rows = sorted(reads.rows(AUDIT_KEY, {}), key=lambda row: (str(row["month"]), str(row["institution"])))
    seen: set[str] = set()
    for row in rows:
        institution, month = InstitutionId(str(row["institution"])), str(row["month"])
        if institution not in seen:
            seen.add(institution)
            former = _held(reads, undated_subject(institution), institution, month, undated=True)
            if former is not None:
                yield former
        own = _held(reads, audit_subject(institution, month), institution, month)
        if own is not None:
            yield own


def audit_key(reads: Reads, institution: InstitutionId, month: str, subject: SubjectId) -> AuditKey:
    """Give the key of a subject; raises `NotFound` where it is of no such queries."""
    months = sorted(str(row["month"]) for row in reads.rows(AUDIT_KEY, {"institution": institution}))
    undated = subject == undated_subject(institution)
    known = month in months[:1] if undated else month in months and subject == audit_subject(institution, month)
    found = _held(reads, subject, institution, month, undated=undated) if known else None
    if found is None:
        raise NotFound("no-such-queries")
    return found


def kept(reads: Reads, now: Instant) -> Iterator[Kept]:
    """Give every key that is there with the end of its time."""
    for key in audit_keys(reads):
        if key.key_id is not None:
            zone = place_zone(key.jurisdiction)
            rule = query_rule(key.jurisdiction, moment_of(now, zone).date())
            until = None if rule is None else rule.kept_until(key.month, zone)
            yield Kept(key=key, until=until, basis=None if rule is None else rule.basis)


def _held(
    reads: Reads, subject: SubjectId, institution: InstitutionId, month: str, *, undated: bool = False
) -> AuditKey | None:
    for row in map(wrapped_key, reads.rows(SUBJECT_KEY, {"subject": subject.bytes})):
        return AuditKey(
            subject=subject,
            institution=institution,
            month=month,
            jurisdiction=row.jurisdiction,
            key_id=row.key_id if row.state is KeyState.ACTIVE else None,
            undated=undated,
        )
    return None
