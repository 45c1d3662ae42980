"""A house for each test, closed after it."""

import pytest

from tests.journeys.house import open_house
from tests.ledgers import STORES, place


@pytest.fixture(params=STORES)
def house(request, tmp_path):
    """The same journeys on both stores."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    with place(request.param, folder) as settings:
        made = open_house(folder, settings=settings)
        yield made
        made.close()
