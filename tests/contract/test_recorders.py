"""The engine's own test cases for recorders, run on ours, on both stores."""

import importlib
import importlib.util
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pytest

from registry.ledger import postgres, sqlite
from registry.ledger.settings import LedgerSettings
from tests.ledgers import place


def _cases() -> Any:  # a module
    """Import the engine's cases. They import its AES cipher, whose library we neither use nor install."""
    name = "eventsourcing.cipher"
    absent = name not in sys.modules and importlib.util.find_spec("Crypto") is None
    if absent:
        sys.modules[name] = ModuleType(name)
        sys.modules[name].AESCipher = None  # type: ignore[attr-defined]  # stands in for a name that is never used
    try:
        return importlib.import_module("eventsourcing.tests.persistence")
    finally:
        if absent:
            del sys.modules[name]


CASES = _cases()

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


class TestFactsOnSQLite(OnSQLite, CASES.ApplicationRecorderTestCase):
    """Facts in and out, and the order of concurrent writers."""


class TestFactsOnPostgres(OnPostgres, CASES.ApplicationRecorderTestCase):
    """The same, and what a refused insert burns is not given again: positions are not dense."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False


class TestTrackingOnSQLite(OnSQLite, CASES.TrackingRecorderTestCase):
    """How far a reader has come, once each."""


class TestTrackingOnPostgres(OnPostgres, CASES.TrackingRecorderTestCase):
    """The same."""


class TestProcessOnSQLite(OnSQLite, CASES.ProcessRecorderTestCase):
    """Facts and tracking in one transaction."""


class TestProcessOnPostgres(OnPostgres, CASES.ProcessRecorderTestCase):
    """The same."""


class TestOrderOnSQLite(OnSQLite, CASES.NonInterleavingNotificationIDsBaseCase):
    """Two writers' facts do not interleave."""


class TestOrderOnPostgres(OnPostgres, CASES.NonInterleavingNotificationIDsBaseCase):
    """The same."""
