"""A house for each test, closed after it."""

import pytest

from tests.journeys.house import open_house


@pytest.fixture
def house(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    made = open_house(folder)
    yield made
    made.close()
