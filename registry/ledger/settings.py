"""What a ledger is opened with: where it is, and the bounds it keeps."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerSettings:
    """Where a ledger is (exactly one of `path` and `dsn`) and how much may wait in memory."""

    path: Path | None = None
    """File of an SQLite ledger, such as `registry.db`; its folder belongs to the ledger alone."""
    dsn: str | None = field(default=None, repr=False)
    """Connection string of PostgreSQL; may hold a password, so it is never shown."""
    queue_bound: int = 4096
    """Commands that may wait in each lane; one more is refused with `Unavailable`."""
    batch_cap: int = 256
    """Commands that share a transaction at most."""
    cache_streams: int = 16_384
    """Streams whose state the writer keeps in memory."""
    lock_timeout_milliseconds: int = 5_000
    """How long the store may make a statement wait for a lock."""
    require_fsync: bool = True
    """Refuse a PostgreSQL server that runs with `fsync` off. Only throw-away test servers say False."""
