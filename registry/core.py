"""The registry without its doors: data folder, keys, ledger, write path, check; what every command line verb opens.

Creating is one explicit act (`create`); opening creates nothing.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import time_ns
from typing import Final, cast
from uuid import UUID

from registry import config
from registry.access.directory import Enrolment
from registry.answers import Spool
from registry.boundary import Boundary
from registry.cards import CardOffice
from registry.check import Checker
from registry.config import Settings
from registry.errors import ConfigurationError, NoKey
from registry.execute import ID_BYTES, Executor
from registry.founding import NOT_FOUNDED, found, read_founding, refuse_demonstration
from registry.kept_words import WordsPlace
from registry.key_ring import key_ring
from registry.law.book import instruments
from registry.ledger.heads import Heads
from registry.ledger.log_store import LogStore, open_log
from registry.ledger.nonces import Nonces, open_nonces
from registry.ledger.opening import Ledger, create_ledger, identity, open_ledger, store_at
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views
from registry.ledger.viewstore import ViewStore
from registry.log_keys import NAME, receipt_key
from registry.ports import CourtSystem, KeeperKind, KeyKeeper
from registry.roster import Roster
from registry.scoring import SCORER, version_of
from registry.shelf import shelf
from registry.signing import Signer
from registry.values.identifiers import Position
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.vault.card_keys import CardKeys
from registry.views.police import TABLES
from registry.views.police_rows import project

KEYS: Final = "keys"
LEDGER_FILE: Final = "registry.db"
HEADS: Final = "heads"
SPOOL_FILE: Final = "answers.spool"
WORDS_FILE: Final = "words.sealed"
DEMO_MARK: Final = "DEMO"
"""Its presence says that a data folder was made by `registry demo`, with keys that are no secret."""
ENGINE: Final = "law-1"


def clock() -> Instant:
    """Give UTC now in microseconds: the one reading of the machine's clock that facts rest on."""
    return Instant(time_ns() // 1000)


@dataclass(frozen=True, kw_only=True)
class Core:
    """An open registry without its doors."""

    settings: Settings
    keeper: KeyKeeper
    ledger: Ledger
    views: ViewStore
    log: LogStore
    roster: Roster
    nonces: Nonces
    executor: Executor
    checker: Checker
    since: Position
    """Where the ledger stood while no key was at hand yet: whose is erased later is to be forgotten here."""

    @property
    def enrolment(self) -> Enrolment:
        """Give who takes part now, as far as this process has read the ledger."""
        return self.roster.enrolment(clock())

    def close(self) -> None:
        """Do what waits, then give everything up. Blocks."""
        self.ledger.close()
        self.views.close()
        self.log.close()
        self.nonces.close()


def court_systems() -> dict[str, CourtSystem]:
    """Give every court adapter by its code, found by scan."""
    return cast("dict[str, CourtSystem]", shelf("courts", "COURT", default="adapters.courts"))


def keeper_kind(settings: Settings) -> KeeperKind:
    """Give the kind of keeper that is set; raises `ConfigurationError` for one that is not on its shelf."""
    kinds = cast("dict[str, KeeperKind]", shelf("keepers", "KEEPER", default="adapters.keepers"))
    if settings.keeper not in kinds:
        raise ConfigurationError(f"no keeper of that code; there are: {', '.join(kinds)}")
    return kinds[settings.keeper]


def open_keeper(settings: Settings) -> KeyKeeper:
    """Open the keeper of a data folder."""
    return keeper_kind(settings).open(settings.data / KEYS, options=_keeper_options(settings))


def _keeper_options(settings: Settings) -> dict[str, str]:
    prefix = f"{settings.keeper}_"
    names = [name for name in settings.__dataclass_fields__ if name.startswith(prefix)]
    return {name.removeprefix(prefix): str(getattr(settings, name)) for name in names}


def create(settings: Settings, enrolment: bytes, *, demo: bool = False) -> None:
    """Make a data folder: keys, and a ledger that begins with who takes part. Raises if there is anything there."""
    parsed = read_founding(enrolment, demo=demo)
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise ConfigurationError("the data folder exists already; creating one is done once") from None
    keeper_kind(settings).create(folder / KEYS, jurisdictions(parsed), options=_keeper_options(settings))
    if demo:
        _write(folder / DEMO_MARK, b"")
    ledger_id = UUID(bytes=os.urandom(ID_BYTES))
    create_ledger(ledger_settings(settings), ledger_id=ledger_id, inception=clock(), tables=TABLES)
    heads(settings).create()
    log = open_log(ledger_settings(settings))
    log.create(log_origin(settings, str(ledger_id)))
    log.close()
    found_directory(settings, enrolment)


def found_directory(settings: Settings, enrolment: bytes) -> Enrolment:
    """Record in a ledger that was not told yet who takes part. Raises `ConfigurationError`, `Conflict`."""
    keeper, ledger = open_keeper(settings), _ledger(settings)
    try:
        return found(_executor(keeper, ledger), enrolment, demo=(settings.data / DEMO_MARK).exists())
    finally:
        ledger.close()


def _ledger(settings: Settings) -> Ledger:
    return open_ledger(ledger_settings(settings), clock=clock, project=project, tables=TABLES)


def jurisdictions(enrolment: Enrolment) -> list[Jurisdiction]:
    """Give every jurisdiction that somebody may make an order of: an enrolled institution, or a court's adapter."""
    own = {jurisdiction for each in enrolment.directory.institutions for jurisdiction in each.jurisdictions}
    return sorted(own | {system.JURISDICTION for system in court_systems().values()})


def make_ready(opened: "Core") -> None:
    """Do what is done before the doors open: hold every jurisdiction to its key, know the words of all names."""
    require_keys(opened)
    opened.checker.searching.lexicon.recall()


def require_keys(opened: "Core") -> None:
    """Hold every such jurisdiction to have a key-encryption key; raises `ConfigurationError`, naming who has none."""
    missing: list[Jurisdiction] = []
    for jurisdiction in jurisdictions(opened.enrolment):
        try:
            opened.keeper.current_epoch(jurisdiction)
        except NoKey:
            missing.append(jurisdiction)
    if missing:
        verbs = ", ".join(f"`registry key rotate {jurisdiction}`" for jurisdiction in missing)
        raise ConfigurationError(f"no key for {', '.join(missing)}, so no order of it could be sealed; run {verbs}")


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def heads(settings: Settings) -> Heads:
    """Give where the log remembers what it signed last: outside every backup of the ledger."""
    return Heads(folder=settings.heads or settings.data / HEADS)


def log_origin(settings: Settings, ledger_id: str, number: int = 1) -> str:
    """Name a log: the issuer without its scheme, and the ledger; a further one of the same ledger has a number."""
    host = settings.issuer.partition("://")[2] or settings.issuer
    return f"{host}/po/{ledger_id}" if number == 1 else f"{host}/po/{ledger_id}-{number}"


def ledger_settings(settings: Settings) -> LedgerSettings:
    """Say where the ledger is: a PostgreSQL database if one is set, else the data folder."""
    found = config.dsn(settings)
    return LedgerSettings(dsn=found) if found else LedgerSettings(path=settings.data / "ledger" / LEDGER_FILE)


def ledger_id(where: LedgerSettings) -> UUID:
    """Give a ledger's own id, without opening it for writing. Raises `NoLedger`."""
    return identity(store_at(where).meta())[0]


def open_core(settings: Settings) -> Core:
    """Open everything that `create` made. Raises `ConfigurationError`, `LedgerError` kinds."""
    instruments()  # a legal instrument that does not import must stop the start, not an officer's check
    keeper = open_keeper(settings)
    where = ledger_settings(settings)
    ledger = _ledger(settings)
    try:
        since = ledger.reader.head()
        roster = _roster(settings, ledger)
        executor = _executor(keeper, ledger)
        checker = _checker(settings, executor, keeper, roster)
        views = open_views(where)
        log, nonces = open_log(where), open_nonces(where)
    except BaseException:
        ledger.close()
        raise
    return Core(
        settings=settings,
        keeper=keeper,
        ledger=ledger,
        views=views,
        log=log,
        roster=roster,
        nonces=nonces,
        executor=executor,
        checker=checker,
        since=since,
    )


def _roster(settings: Settings, ledger: Ledger) -> Roster:
    roster = Roster(reader=ledger.reader, ledger_id=ledger.ledger_id)
    if not roster.founded:
        raise ConfigurationError(NOT_FOUNDED)
    refuse_demonstration(roster.enrolment(clock()), demo=(settings.data / DEMO_MARK).exists())
    return roster


def _executor(keeper: KeyKeeper, ledger: Ledger) -> Executor:
    reader, entropy, ring = ledger.reader, os.urandom, key_ring(keeper, ledger.reader)
    boundary = Boundary(
        ledger_id=str(ledger.ledger_id),
        reader=reader,
        ring=ring,
        claim_key=keeper.secret("claim"),
        index_key=keeper.secret("index"),
        clock=clock,
        entropy=entropy,
    )
    return Executor(boundary=boundary, writer=ledger.writer, reader=reader, ring=ring, clock=clock, entropy=entropy)


def _checker(settings: Settings, executor: Executor, keeper: KeyKeeper, roster: Roster) -> Checker:
    return Checker(
        executor=executor,
        stale_after=_stale_after(),
        engine=engine(),
        scorer=SCORER,
        clock=clock,
        doubts=lambda: roster.doubts,
        signer=Signer(ledger_id=executor.ledger_id, key=receipt_key(keeper.secret(NAME), executor.ledger_id)),
        spool=Spool(path=settings.data / SPOOL_FILE),
        words=WordsPlace(settings.data / WORDS_FILE, ledger_settings(settings), keeper),
    )


def card_office(opened: "Core") -> CardOffice:
    """Give what makes cards of the ledger's orders."""
    return CardOffice(
        executor=opened.executor,
        reader=opened.ledger.reader,
        keys=CardKeys(opened.keeper.secret("card")),
        directory=lambda: opened.enrolment.directory,
        issuer=opened.settings.issuer,
        clock=clock,
        entropy=os.urandom,
    )


def _stale_after() -> dict[str, int]:
    return {code: system.STALE_AFTER_SECONDS for code, system in court_systems().items()}


def engine() -> str:
    """Name what answers: the law and matcher versions, and the time-zone data in use."""
    return f"{ENGINE} {version_of(SCORER)} tzdata-{version('tzdata')}"


@contextmanager
def opened(settings: Settings) -> Generator[Core, None, None]:
    """Open for the length of a block."""
    core = open_core(settings)
    try:
        yield core
    finally:
        core.close()
