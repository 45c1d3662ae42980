"""One publication from end to end: finish what was begun, compose, read it as a client, stage, record, make visible."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tuf.api.metadata import Root, Signed, Snapshot, Targets, Timestamp

from registry.errors import ConfigurationError
from registry.trust.client import check
from registry.trust.folder import TrustFolder
from registry.trust.metadata import PERIODS, half_life, moment, parse
from registry.trust.publication import Brought, Current, Publication, compose
from registry.values.keylist import PublishedFile
from registry.values.time import Instant

Record = Callable[[Sequence[PublishedFile]], None]
"""Makes the files of a publication a fact of the ledger, durably; said twice, recorded once."""
NOTHING = Brought(lists={}, jwks={})


def publish(folder: TrustFolder, brought: Brought, *, record: Record, now: Instant) -> Publication:
    """Publish what jurisdictions signed, with the operator's documents anew. Raises `TrustError` kinds."""
    with folder.alone():
        finish(folder, record)
        former = folder.current()
        publication = compose(former, brought, folder.signers(), now=now)
        with TemporaryDirectory() as place:
            counting = [of for of in publication.current.lists if _counts(publication.current, of, now)]
            check(publication, counting, folder=Path(place), now=now)
        folder.stage(publication)
        finish(folder, record)
        return publication


def finish(folder: TrustFolder, record: Record) -> bool:
    """Finish a publication that was begun; says whether there was one."""
    pending = folder.pending()
    if pending is None:
        return False
    # 1. The ledger knows of it, 2. and only then can anybody fetch it.
    record(pending)
    folder.finish()
    return True


def refresh(folder: TrustFolder, *, record: Record, now: Instant, every: timedelta = timedelta(days=1)) -> bool:
    """Sign snapshot and timestamp anew if they are older than `every`; says whether it did."""
    timestamp = folder.read("metadata/timestamp.json")
    if timestamp is None:
        return False
    signed = parse(timestamp, Timestamp).signed
    age = timedelta(days=PERIODS["timestamp"]) - (signed.expires - moment(now))
    if age < every and folder.pending() is None:
        return False
    publish(folder, NOTHING, record=record, now=now)
    return True


def ends(current: Current) -> dict[str, Signed]:
    """Give the documents that count now, by role."""
    documents: dict[str, Signed] = {
        "root": parse(current.roots[-1], Root).signed,
        "targets": parse(current.targets, Targets).signed,
        "snapshot": parse(current.snapshot, Snapshot).signed,
        "timestamp": parse(current.timestamp, Timestamp).signed,
    }
    delegations = parse(current.targets, Targets).signed.delegations
    names = delegations.roles if delegations and delegations.roles else {}
    return documents | {str(of): parse(raw, Targets).signed for of, raw in current.lists.items() if of in names}


def due(current: Current, now: Instant) -> tuple[str, ...]:
    """Name the documents beyond half their life: somebody has to sign them anew before they end."""
    at = moment(now)
    return tuple(role for role, signed in ends(current).items() if signed.expires - at < half_life(role))


def _counts(current: Current, of: str, now: Instant) -> bool:
    document = ends(current).get(of)
    return document is not None and not document.is_expired(moment(now))


def required(current: Current | None) -> Current:
    """Give what is published; raises `ConfigurationError` where nothing is."""
    if current is None:
        raise ConfigurationError("no trust list is published here")
    return current
