"""Officers over HTTP: enrolled by name, kept as keyed hashes, compared with parties, and destroyed."""

from uuid import UUID

import orjson
import pytest

from registry.errors import Tampered
from registry.identity.exact import surname_keys
from registry.officers import is_party, kinship
from registry.values.identifiers import OrderRef
from registry.values.officer import Kinship
from registry.values.parties import Identity, Name
from registry.views.police import FINDING, OFFICER
from tests.http.given import an_order
from tests.http.test_who_looked import POLICE, SUPERVISOR, an_entered, checks

BEN = {"officer": "o-77", "name": {"family": "MULLER", "given": "ben"}, "birth_date": "1985-04-12"}
"""The respondent, as he writes himself."""
SISTER = {"officer": "o-77", "name": {"family": "Müller", "given": "Carla"}, "birth_date": "1988-01-01"}
STRANGER = {"officer": "o-77", "name": {"family": "Durand", "given": "Zoe"}, "birth_date": "1985-04-12"}
NAMESAKE = BEN | {"birth_date": "1985-04-13"}
MARRIED = STRANGER | {"other_names": [{"family": "Martinsecret", "given": "Zoe"}]}


async def enrolled(registry, officer):
    answer = await registry.post(POLICE, "/v1/officers", officer)
    assert answer.status == 200, answer.body
    return answer


def kin(registry, path, officer="o-77", institution=POLICE):
    executor = registry.services.executor
    order_ref = OrderRef(UUID(path[-36:]))
    return kinship(executor.reader, executor.index_key, institution, officer, order_ref)


@pytest.mark.parametrize(
    ("officer", "found"),
    [
        (BEN, {Kinship.PARTY, Kinship.SURNAME}),
        (SISTER, {Kinship.SURNAME}),
        (NAMESAKE, {Kinship.SURNAME}),
        (MARRIED, {Kinship.SURNAME}),
        (STRANGER, set()),
    ],
)
async def test_an_officer_is_compared_as_names_are_everywhere(registry, officer, found):
    path = await an_entered(registry)
    await enrolled(registry, officer)
    assert kin(registry, path) == found
    assert kin(registry, path, officer="o-78") == kin(registry, path, institution="de-polizei") == set()
    assert kin(registry, path, officer=None) == set()
    assert kin(registry, "7d444840-9dc0-11d1-b245-5ffdce74fad2") == set()


async def test_a_supervisor_sees_that_the_officer_is_a_party_and_no_name(registry):
    path = await an_entered(registry)
    await enrolled(registry, BEN)
    await checks(registry, path, incident="VF-1", purpose="AT_THE_SCENE")
    answer = await registry.get(SUPERVISOR, f"/v1/supervision/looks?institution={POLICE}")
    (finding,) = answer.json["findings"]
    assert (finding["rule"], finding["officer"]) == ("OFFICER_IS_PARTY", "o-77")
    assert not [each for each in (b"ller", b"MULLER", b"1985") if each in answer.body]


async def test_no_fact_holds_a_name_or_a_hash_of_one_and_parties_of_one_name_have_nothing_in_common(registry):
    await an_entered(registry)
    await registry.post("fr-tj-lille", "/v1/orders", an_order(number="RG 26/2"))
    await enrolled(registry, BEN)
    reader = registry.ledger.reader
    said = b"".join(orjson.dumps(each.fact) for each in reader.after(0, limit=500))
    held = [row["sealed"] for row in reader.rows(OFFICER, {})]
    assert len(held) >= 4
    assert not [each for each in held if each.hex().encode() in said]
    assert not [word for word in (b"MULLER", b"1985-04-12") if word in said]
    (surname,) = surname_keys(registry.services.executor.index_key, Identity(name=Name(family="Müller", given="Ben")))
    assert reader.rows(FINDING, {"finding_key": surname}) == []


async def test_rows_without_the_index_key_tell_of_no_officer_which_order_they_are_a_party_of(registry):
    await an_entered(registry)
    await enrolled(registry, BEN)
    await enrolled(registry, BEN | {"officer": "o-78"})
    reader = registry.ledger.reader
    held = [row["sealed"] for row in reader.rows(OFFICER, {})]
    assert len(held) == len(set(held)) == 8
    filed = [row["finding_key"] for row in reader.rows(FINDING, {})]
    assert len(filed) > 3
    assert not [key for key in filed for row in held if key in row]


async def test_a_row_of_another_officer_says_nothing_and_is_a_fault(registry):
    path = await an_entered(registry)
    await enrolled(registry, BEN)
    (one, *_) = registry.ledger.reader.rows(OFFICER, {"kind": "PARTY"})
    with pytest.raises(Tampered, match="does not fit"):
        is_party(Moved(registry.ledger.reader, one), bytes(range(32)), POLICE, "o-78", OrderRef(UUID(path[-36:])))


class Moved:
    """A store in which somebody moved a row to another officer."""

    def __init__(self, reader, row):
        self.reader, self.row = reader, row

    def rows(self, table, where):
        return [self.row] if table is OFFICER else self.reader.rows(table, where)


async def test_it_is_replaced_when_said_again_and_destroyed_when_the_officer_is_ended(registry):
    path = await an_entered(registry)
    await enrolled(registry, BEN)
    await enrolled(registry, STRANGER)
    assert kin(registry, path) == set()
    await enrolled(registry, BEN)
    ended = await registry.post(POLICE, "/v1/officers/end", {"officer": "o-77"})
    assert ended.status == 200
    assert registry.ledger.reader.rows(OFFICER, {}) == []
    again = await registry.post(POLICE, "/v1/officers/end", {"officer": "o-77"})
    assert (again.status, again.json["code"]) == (404, "no-such-officer")
    other = await registry.post("de-polizei", "/v1/officers/end", {"officer": "o-77"})
    assert other.json["code"] == "no-such-officer"


async def test_nobody_is_enrolled_who_can_be_nobody(registry):
    bad = await registry.post(POLICE, "/v1/officers", BEN | {"birth_date": "1785-04-12"})
    assert (bad.status, bad.json["code"]) == (422, "birth-date-implausible")
    assert registry.ledger.reader.rows(OFFICER, {}) == []
