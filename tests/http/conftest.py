"""One registry for each test."""

import pytest

from tests.http.given import a_registry


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path) as made:
        yield made
