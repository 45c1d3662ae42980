"""Every guarded route, tried by nobody, by every wrong role and from every wrong place; and then by who may.

The table is made from the route table and the roles there are, and printed at the end of the run. A route without
a specimen, or a trial that was not made, is a gap; a gap fails the run.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registry.access.permissions import TABLE, Scope
from registry.api.route import Route
from registry.api.routes import ROUTES
from tests.closing import TABLE_OF_ROUTES
from tests.security.estate import EVERYBODY, PLACES, ROLES, Estate, Heard, an_estate
from tests.security.specimens import Specimen
from tests.security.specimens_of_institutions import EVERY_SPECIMEN as SPECIMENS

NOBODY = (None, "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic bm9ib2R5Om5vdGhpbmc=")
GUARDED = [route for route in ROUTES if route.action is not None]


@dataclass
class Row:
    """What was tried of a route, and what went wrong."""

    route: Route
    nobody: int = 0
    wrong_roles: int = 0
    wrong_places: int = 0
    let_in: bool = False
    faults: list[str] = field(default_factory=list)

    def expect(self, *, right: bool, who: str, heard: Heard) -> int:
        """Count a trial, and keep its fault."""
        if not right:
            self.faults.append(f"{self.route.method} {self.route.path} by {who}: {heard.status} {heard.code}")
        return 1

    def gaps(self, specimen: Specimen) -> list[str]:
        """Say which trials are missing, counted from the roles and places that there are."""
        assert self.route.action
        roles = TABLE[self.route.action].roles
        wrong = sum(not roles & set(player.roles) for player in EVERYBODY.values())
        far = sum(
            not specimen.concerns(client, player.jurisdiction)
            for client, player in EVERYBODY.items()
            if roles & set(player.roles)
        )
        missing = (self.nobody - len(NOBODY), self.wrong_roles - wrong, self.wrong_places - far)
        open_to_all = far == 0 and TABLE[self.route.action].scope is not Scope.ANY
        return [self.route.path] if any(missing) or open_to_all or not self.let_in else []


@pytest.fixture
async def estate(tmp_path: Path) -> AsyncGenerator[Estate, None]:
    async with an_estate(tmp_path) as made:
        yield made


async def by_nobody(estate: Estate, row: Row, specimen: Specimen) -> None:
    for said in NOBODY:
        heard = await estate.unsigned(row.route.method, specimen.path, specimen.body, said)
        row.nobody += row.expect(
            right=(heard.status, heard.code) == (401, "unauthenticated"), who=str(said), heard=heard
        )


async def by_strangers(estate: Estate, row: Row, specimen: Specimen) -> None:
    assert row.route.action
    roles = TABLE[row.route.action].roles
    for client, player in EVERYBODY.items():
        right_role = bool(roles & set(player.roles))
        if right_role and specimen.concerns(client, player.jurisdiction):
            continue
        heard = await estate.asked(client, row.route.method, specimen.path, specimen.body, specimen.if_match)
        if not right_role:
            refused = (heard.status, heard.code) == (403, "role-not-permitted")
            row.wrong_roles += row.expect(right=refused, who=client, heard=heard)
        else:
            apart = bool(specimen.holds) and heard.status == 200 and specimen.holds not in str(heard.body)
            row.wrong_places += row.expect(right=heard.refused or apart, who=client, heard=heard)


async def by_who_may(estate: Estate, row: Row, specimen: Specimen) -> None:
    heard = await estate.asked(specimen.client, row.route.method, specimen.path, specimen.body, specimen.if_match)
    row.let_in = heard.status == 200 and specimen.holds in str(heard.body)
    row.expect(right=row.let_in, who=specimen.client, heard=heard)


async def test_every_route_was_tried_by_nobody_by_every_wrong_role_and_from_every_wrong_place(
    estate: Estate, request: pytest.FixtureRequest
) -> None:
    rows, gaps = (
        [],
        [f"{route.method} {route.path}" for route in GUARDED if (route.method, route.path) not in SPECIMENS],
    )
    prepared = {
        (route.method, route.path): await SPECIMENS[route.method, route.path](estate)
        for route in GUARDED
        if (route.method, route.path) in SPECIMENS
    }
    before = estate.registry.core.ledger.reader.head()
    for route in GUARDED:
        specimen = prepared.get((route.method, route.path))
        if specimen is None:
            continue
        rows.append(Row(route))
        await by_nobody(estate, rows[-1], specimen)
        await by_strangers(estate, rows[-1], specimen)
    recorded_by = estate.authors(before) - {"registry"}
    for row in rows:
        specimen = prepared[row.route.method, row.route.path]
        await by_who_may(estate, row, specimen)
        gaps += row.gaps(specimen)
    request.node.user_properties.append((TABLE_OF_ROUTES, table(rows, gaps)))
    assert not [fault for row in rows for fault in row.faults]
    assert not recorded_by, "a refused request recorded something"
    assert not gaps


def table(rows: list[Row], gaps: list[str]) -> str:
    """Write the table as it is printed at the end of the run."""
    head = f"{'route':<57} {'nobody':>7} {'wrong role':>11} {'wrong place':>12} {'who may':>8}"
    lines = [
        f"{row.route.method:<4} {row.route.path:<52} {row.nobody:>7} {row.wrong_roles:>11} {row.wrong_places:>12}"
        f" {'in' if row.let_in else 'OUT':>8}"
        for row in rows
    ]
    tried = sum(row.nobody + row.wrong_roles + row.wrong_places + 1 for row in rows)
    public = len(ROUTES) - len(GUARDED)
    total = (
        f"{len(rows)} guarded routes by {len(ROLES)} roles by {len(PLACES)} places: {tried} requests, "
        f"{len(gaps)} gaps; {public} public routes"
    )
    return "\n".join([head, *lines, *(f"GAP: {gap}" for gap in gaps), total])
