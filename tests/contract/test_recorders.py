"""The engine's own test cases for recorders, run on ours, on both stores."""

import importlib.util
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from eventsourcing.persistence import ApplicationRecorder

from registry.ledger import postgres, sqlite
from registry.ledger.settings import LedgerSettings
from tests.ledgers import place

if importlib.util.find_spec("Crypto") is None:
    # The engine's cases import its AES cipher, whose library we neither use nor install.
    _STAND_IN = ModuleType("eventsourcing.cipher")
    _STAND_IN.__dict__["AESCipher"] = None
    sys.modules.setdefault("eventsourcing.cipher", _STAND_IN)

from eventsourcing.tests.persistence import (  # after the stand-in
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

# The engine's cases print what they measure and are not ours to change.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class OnSQLite:
    """Gives each test a recorder on a fresh file."""

    def setUp(self) -> None:  # unittest's name
        """Make a folder."""
        self.lent = ExitStack()
        self.folder = Path(self.lent.enter_context(TemporaryDirectory()))

    def tearDown(self) -> None:  # unittest's name
        """Remove it."""
        self.lent.close()

    def create_recorder(self) -> sqlite.LedgerRecorder:
        """Make the recorder and its tables."""
        path = self.folder / "registry.db"
        sqlite.create_file(path)
        datastore = sqlite.LedgerDatastore(path)
        self.lent.callback(datastore.close)
        recorder = sqlite.LedgerRecorder(datastore)
        recorder.create_table()
        return recorder


class OnPostgres:
    """Gives each test a recorder on a fresh database."""

    def setUp(self) -> None:  # unittest's name
        """Make a database."""
        self.lent = ExitStack()
        self.settings: LedgerSettings = self.lent.enter_context(place("postgres", Path()))

    def tearDown(self) -> None:  # unittest's name
        """Remove it."""
        self.lent.close()

    def create_recorder(self) -> postgres.LedgerRecorder:
        """Make the recorder and its tables."""
        datastore = postgres.LedgerDatastore(self.settings)
        self.lent.callback(datastore.close)
        recorder = postgres.LedgerRecorder(datastore)
        recorder.create_table()
        return recorder


class TestFactsOnSQLite(OnSQLite, ApplicationRecorderTestCase[ApplicationRecorder]):
    """Facts in and out, and the order of concurrent writers."""


class TestFactsOnPostgres(OnPostgres, ApplicationRecorderTestCase[ApplicationRecorder]):
    """The same, and what a refused insert burns is not given again: positions are not dense."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False


class TestTrackingOnSQLite(OnSQLite, TrackingRecorderTestCase):
    """How far a reader has come, once each."""


class TestTrackingOnPostgres(OnPostgres, TrackingRecorderTestCase):
    """The same."""


class TestProcessOnSQLite(OnSQLite, ProcessRecorderTestCase):
    """Facts and tracking in one transaction."""


class TestProcessOnPostgres(OnPostgres, ProcessRecorderTestCase):
    """The same."""


class TestOrderOnSQLite(OnSQLite, NonInterleavingNotificationIDsBaseCase):
    """Two writers' facts do not interleave."""


class TestOrderOnPostgres(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    """The same."""
