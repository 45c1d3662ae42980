"""An officer who is a party: refused as if the order were not there, others are told, and a check is answered."""

import asyncio

import pytest

from registry.answers import Spool
from registry.errors import Tampered
from registry.events.check import AnswerGiven
from registry.events.conflict import ConflictAcknowledged, ConflictMet
from registry.events.glass import GlassBroken
from registry.events.party import PartiesLinked
from registry.values.conflict import Met
from registry.values.time import HOUR, SECOND
from tests.http.given import a_registry, an_order, day
from tests.http.noting import a_noting, noted
from tests.http.test_between_authorities import alert
from tests.http.test_break_glass import BREAK, events
from tests.http.test_institutions import ROLES as GOVERNED
from tests.http.test_institutions import fresh, public
from tests.http.test_looks import FRANCE, Away, looks
from tests.http.test_officers import BEN, SISTER
from tests.http.test_who_looked import SUPERVISOR, an_entered, as_officer
from tests.journeys.following import follow

FORCE = "fr-gendarmerie"
ROLES = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "fr-gendarmerie": (["POLICE", "COURT"], ["FR"]),
    "fr-igpn": (["SUPERVISOR"], ["FR"]),
    "fr-police": (["POLICE"], ["FR"]),
    "xx-import": (["OPERATOR"], ["FR"]),
}
NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES) as found:
        yield found


async def ben(registry, officer=BEN):
    """Enrol the respondent as an officer, and sign in as him."""
    registry.tokens.pop(FORCE, None)
    assert (await registry.post(FORCE, "/v1/officers", officer)).status == 200
    await as_officer(registry, FORCE, "o-77")


def told(answer):
    """Give what an officer is told, but for the number of the request."""
    return answer.status, {name: answer.json[name] for name in answer.json if name != "request_id"}


@pytest.mark.parametrize("word", ["", "/history", "/looks"])
async def test_a_party_reads_nothing_and_is_told_what_is_told_of_no_order(registry, word):
    path = await an_entered(registry)
    await as_officer(registry, FORCE, "o-77")
    assert (await registry.get(FORCE, path + word)).status == 200
    before = len(looks(registry))
    await ben(registry)
    refused = await registry.get(FORCE, path + word)
    nowhere = await registry.get(FORCE, f"/v1/orders/{NOWHERE}{word}")
    assert told(refused) == told(nowhere)
    assert (refused.status, refused.json["code"]) == (404, "no-such-order")
    assert len(looks(registry)) == before
    (met,) = events(registry, ConflictMet)
    assert (met.institution, met.officer, met.met) == (FORCE, "o-77", Met.READING)
    assert met.recipients == (FRANCE, SUPERVISOR)


async def test_a_party_breaks_no_glass_and_has_no_card_made(registry):
    path = await an_entered(registry)
    await ben(registry)
    refused = await registry.post(FORCE, f"{path}/break-glass", BREAK)
    nowhere = await registry.post(FORCE, f"/v1/orders/{NOWHERE}/break-glass", BREAK)
    assert told(refused) == told(nowhere)
    card = await registry.post(FORCE, f"{path}/cards", {})
    assert (card.status, card.json["code"]) == (404, "no-such-order")
    assert events(registry, GlassBroken) == []
    assert [each.met for each in events(registry, ConflictMet)] == [Met.BREAK_GLASS, Met.READING]


async def test_what_is_reached_by_another_reference_is_refused_when_it_turns_out_to_be_ones_own(registry):
    path = await an_entered(registry)
    await as_officer(registry, FORCE, "o-77")
    report = {
        "order_ref": path[-36:],
        "breaches": ["CONTACT_ONLINE"],
        "occurred": {"date": "2026-06-01", "zone": "Europe/Paris"},
    }
    breach = f"/v1/violations/{(await registry.post(FORCE, '/v1/violations', report)).json['violation_ref']}"
    assert (await registry.get(FORCE, breach)).status == 200
    await ben(registry)
    assert (await registry.get(FORCE, breach)).json["code"] == "no-such-violation"
    assert len(events(registry, ConflictMet)) == 1


@pytest.mark.parametrize(("own", "other"), [("one", "other"), ("other", "one")])
async def test_a_party_says_of_no_order_of_their_own_that_its_people_are_others_too(registry, own, other):
    mine = (await registry.post(FRANCE, "/v1/orders", an_order())).json
    parties = [each | {"identity": {"name": {"family": each["label"]}}} for each in an_order()["parties"]]
    theirs = (await registry.post(FRANCE, "/v1/orders", an_order(number="RG 26/2", parties=parties))).json
    await ben(registry)
    link = {
        side: {"order_ref": order["order_ref"], "party_ref": order["parties"][1]["party_ref"]}
        for side, order in ((own, mine), (other, theirs))
    }
    refused = await registry.post(FORCE, "/v1/party-links", link | {"basis": "COURT_FINDING"})
    assert (refused.status, refused.json["code"]) == (404, "no-such-order")
    assert events(registry, PartiesLinked) == []
    (met,) = events(registry, ConflictMet)
    assert (str(met.order_ref), met.met) == (mine["order_ref"], Met.ACTING)
    registry.tokens.pop(FORCE)
    assert (await registry.post(FORCE, "/v1/party-links", link | {"basis": "COURT_FINDING"})).status == 201


async def test_a_party_confirms_nothing_that_a_stolen_key_recorded_of_an_order_of_their_own(tmp_path):
    async with a_registry(tmp_path, roles=GOVERNED, recorded=True) as registry:
        key = fresh("2026-2")
        assert (await registry.post(FRANCE, "/v1/keys", {"key": public(key)})).status == 201
        path = f"/v1/orders/{(await registry.post(FRANCE, '/v1/orders', an_order())).json['order_ref']}"
        away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
        revoked = (await registry.post(FRANCE, f"{path}/revocation", away, if_match='"1"')).json
        registry.keys["court"], registry.tokens["court"] = key, await registry.sign_in(FRANCE, key=key, kid="2026-2")
        since = {"position": revoked["position"]}
        assert (await registry.post("court", "/v1/keys/k1/compromise", since)).status == 200
        await follow(tmp_path, registry, FRANCE)
        registry.services.roster.catch_up()
        assert (await registry.post("court", "/v1/officers", BEN)).status == 200
        machine = registry.tokens["court"]
        registry.tokens["court"] = await registry.sign_in(FRANCE, key=key, kid="2026-2", on_behalf_of="o-77")
        refused = await registry.post("court", "/v1/doubts/confirmation", {"facts": revoked["facts"]})
        assert (refused.status, refused.json["code"]) == (404, "no-such-fact-in-doubt")
        (met,) = events(registry, ConflictMet)
        assert (str(met.order_ref), met.met) == (path[-36:], Met.ACTING)
        registry.tokens["court"] = machine
        confirmed = await registry.post("court", "/v1/doubts/confirmation", {"facts": revoked["facts"]})
        assert confirmed.status == 200


async def test_a_check_says_what_is_in_force_and_others_are_told_of_it_afterwards(registry, tmp_path):
    path = await an_entered(registry)
    await ben(registry)
    question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:], "incident": "7"}
    answer = await registry.post(FORCE, "/v1/checks", question, key=None)
    assert (answer.status, len(answer.json["orders"])) == (200, 1)
    assert events(registry, ConflictMet) == []
    await noted(tmp_path, registry)
    (met,) = events(registry, ConflictMet)
    assert (met.met, met.recipients) == (Met.CHECK, (FRANCE, SUPERVISOR))
    assert len(events(registry, AnswerGiven)) == 1


async def test_a_surname_alone_refuses_nothing_and_neither_does_a_machine(registry, tmp_path):
    path = await an_entered(registry)
    await ben(registry, SISTER)
    assert (await registry.get(FORCE, path)).status == 200
    await ben(registry)
    registry.tokens.pop(FORCE)
    assert (await registry.get(FORCE, path)).status == 200
    question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:]}
    assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200
    await noted(tmp_path, registry)
    assert events(registry, ConflictMet) == []


async def test_whoever_is_told_takes_it_in_hand_once_and_nobody_else_can(registry):
    path = await an_entered(registry)
    await ben(registry)
    await registry.get(FORCE, path)
    (met,) = events(registry, ConflictMet)
    taking = f"/v1/conflicts/{met.conflict_ref}/acknowledgment"
    assert (await registry.post("fr-police", taking, {})).json["code"] == "no-such-conflict"
    assert (await registry.post(FORCE, taking, {})).json["code"] == "no-such-conflict"
    assert (await registry.post(SUPERVISOR, taking, {})).json["facts"]
    assert (await registry.post(SUPERVISOR, taking, {})).json["facts"] == []
    (taken,) = events(registry, ConflictAcknowledged)
    assert taken.alert_ref == met.alerts[1]


async def test_where_nobody_supervises_operators_are_told_and_the_own_institution_only_at_the_last(tmp_path):
    roles = {name: ROLES[name] for name in (FORCE, "xx-import")}
    async with a_registry(tmp_path, roles=roles) as registry:
        entered = (await registry.post(FORCE, "/v1/orders", an_order())).json
        await ben(registry)
        await registry.get(FORCE, f"/v1/orders/{entered['order_ref']}")
        registry.enrol_without("xx-import")
        registry.clock.pass_seconds(HOUR // SECOND)
        await as_officer(registry, FORCE, "o-77")
        await registry.get(FORCE, f"/v1/orders/{entered['order_ref']}")
        assert [each.recipients for each in events(registry, ConflictMet)] == [("xx-import",), (FORCE,)]


REVOKED = {"from": {"date": "2026-07-01", "zone": "Europe/Paris"}, "reason": "WITHDRAWN"}


@pytest.mark.parametrize("more", [{"ground": "OWN_CASE"}, {"ground": "MISSING_PERSON", "whereabouts": True}])
async def test_what_else_stands_against_a_request_is_said_of_ones_own_order_as_of_none(registry, more):
    path = await an_entered(registry)
    await ben(registry)
    own = await registry.post(FORCE, f"{path}/break-glass", BREAK | more)
    nowhere = await registry.post(FORCE, f"/v1/orders/{NOWHERE}/break-glass", BREAK | more)
    assert told(own) == told(nowhere)
    assert own.status == 422
    assert [each.met for each in events(registry, ConflictMet)] == [Met.BREAK_GLASS]


async def test_who_may_break_no_glass_is_told_so_of_their_own_order_too(registry):
    path = await an_entered(registry)
    others = [each | {"identity": each["identity"] | {"birth_date": "1970-01-01"}} for each in an_order()["parties"]]
    other = (await registry.post(FRANCE, "/v1/orders", an_order(number="RG 26/9", parties=others))).json["order_ref"]
    await ben(registry)
    glass = (await registry.post(FORCE, f"/v1/orders/{other}/break-glass", BREAK)).json["glass_ref"]
    wrong = {"verdict": "NOT_JUSTIFIED", "reason": "NO_DANGER"}
    await as_officer(registry, SUPERVISOR, "s-1")
    assert (await registry.post(SUPERVISOR, f"/v1/break-glass/{glass}/review", wrong)).status == 200
    own = await registry.post(FORCE, f"{path}/break-glass", BREAK)
    assert told(own) == told(await registry.post(FORCE, f"/v1/orders/{NOWHERE}/break-glass", BREAK))
    assert own.json["code"] == "break-glass-barred"


async def test_a_party_does_not_end_their_own_order_and_a_colleague_does(registry):
    path = await an_entered(registry)
    await ben(registry)
    own = await registry.post(FORCE, f"{path}/revocation", REVOKED, if_match='"1"')
    nowhere = await registry.post(FORCE, f"/v1/orders/{NOWHERE}/revocation", REVOKED, if_match='"1"')
    assert told(own) == told(nowhere)
    assert own.json["code"] == "no-such-order"
    assert [each.met for each in events(registry, ConflictMet)] == [Met.ACTING]
    await as_officer(registry, FORCE, "o-78")
    assert (await registry.post(FORCE, f"{path}/revocation", REVOKED, if_match='"1"')).status == 200


async def test_a_party_closes_no_report_that_they_broke_their_own_order(registry):
    path = await an_entered(registry)
    await ben(registry)
    report = {
        "order_ref": path[-36:],
        "breaches": ["CONTACT_ONLINE"],
        "occurred": {"date": "2026-06-01", "zone": "Europe/Paris"},
    }
    reported = await registry.post(FORCE, "/v1/violations", report)
    assert reported.status == 201
    closing = f"/v1/violations/{reported.json['violation_ref']}/resolution"
    taking = f"/v1/alerts/{await alert(registry, reported.json['violation_ref'], FORCE)}/acknowledgment"
    assert (await registry.post(FORCE, closing, {"outcome": "WARNING"})).json["code"] == "no-such-violation"
    assert (await registry.post(FORCE, taking, {})).json["code"] == "no-such-alert"
    assert [each.met for each in events(registry, ConflictMet)] == [Met.ACTING]
    await as_officer(registry, FORCE, "o-78")
    assert (await registry.post(FORCE, taking, {})).status == 200
    assert (await registry.post(FORCE, closing, {"outcome": "WARNING"})).status == 200


async def test_a_supervisor_who_is_a_party_reviews_no_break_glass_of_their_own_order(registry):
    path = await an_entered(registry)
    await as_officer(registry, "fr-police", "o-1")
    glass = (await registry.post("fr-police", f"{path}/break-glass", BREAK)).json["glass_ref"]
    registry.tokens.pop(SUPERVISOR, None)
    assert (await registry.post(SUPERVISOR, "/v1/officers", BEN | {"officer": "s-1"})).status == 200
    await as_officer(registry, SUPERVISOR, "s-1")
    right = {"verdict": "JUSTIFIED", "reason": "LIFE_IN_DANGER"}
    refused = await registry.post(SUPERVISOR, f"/v1/break-glass/{glass}/review", right)
    assert (refused.status, refused.json["code"]) == (404, "no-such-break-glass")
    assert (await registry.get(SUPERVISOR, f"/v1/break-glass/{glass}")).json["code"] == "no-such-break-glass"
    assert [each.met for each in events(registry, ConflictMet)] == [Met.ACTING, Met.READING]
    listing = "/v1/supervision/break-glass"
    assert (await registry.get(SUPERVISOR, listing)).json["items"] == []
    await as_officer(registry, SUPERVISOR, "s-2")
    assert [each["glass_ref"] for each in (await registry.get(SUPERVISOR, listing)).json["items"]] == [glass]
    assert (await registry.post(SUPERVISOR, f"/v1/break-glass/{glass}/review", right)).status == 200


async def test_what_is_tried_again_within_the_hour_is_told_once(registry):
    path = await an_entered(registry)
    await ben(registry)
    for _ in range(5):
        await registry.get(FORCE, path)
    assert len(events(registry, ConflictMet)) == 1
    await registry.post(FORCE, f"{path}/break-glass", BREAK)
    registry.clock.pass_seconds(HOUR // SECOND)
    await ben(registry)
    await registry.get(FORCE, path)
    assert [each.met for each in events(registry, ConflictMet)] == [Met.READING, Met.BREAK_GLASS, Met.READING]


async def test_an_institution_is_not_told_what_the_officers_that_it_names_itself_have_in_common_with_parties(tmp_path):
    async with a_registry(tmp_path, roles=ROLES | {FORCE: (["POLICE", "SUPERVISOR"], ["FR"])}) as registry:
        path = await an_entered(registry)
        for officer in (BEN, SISTER):
            await ben(registry, officer)
            question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:], "incident": "7"}
            assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200
            supervising = f"/v1/supervision/looks?institution={FORCE}"
            assert (await registry.get(FORCE, supervising)).json["findings"] == []
            (finding,) = (await registry.get(SUPERVISOR, supervising)).json["findings"]
            assert finding["rule"] in {"OFFICER_IS_PARTY", "SURNAME_EQUAL"}
        await noted(tmp_path, registry)


async def test_whoever_is_alerted_reads_whom_to_ask_and_nobody_else_finds_anything(registry):
    path = await an_entered(registry)
    await ben(registry)
    await registry.get(FORCE, path)
    (met,) = events(registry, ConflictMet)
    reading = f"/v1/conflicts/{met.conflict_ref}"
    seen = (await registry.get(SUPERVISOR, reading)).json
    assert (seen["institution"], seen["officer"], seen["met"]) == (FORCE, "o-77", "READING")
    assert (seen["order_ref"], seen["in_hand"]) == (path[-36:], False)
    await registry.post(SUPERVISOR, f"{reading}/acknowledgment", {})
    assert (await registry.get(SUPERVISOR, reading)).json["in_hand"]
    court = (await registry.get(FRANCE, reading)).json
    assert (court["institution"], court["in_hand"]) == (FORCE, False)
    assert court["officer"] not in {"o-77", ""}
    assert not [word for word in ("ller", "1985") if word in str(seen) + str(court)]
    for client in (FORCE, "fr-police", "xx-import"):
        assert (await registry.get(client, reading)).json["code"] == "no-such-conflict"
    assert (await registry.get(SUPERVISOR, f"/v1/conflicts/{NOWHERE}")).json["code"] == "no-such-conflict"
    assert (await registry.get(SUPERVISOR, f"/v1/conflicts/{path[-36:]}")).json["code"] == "no-such-conflict"


class Killed(BaseException):
    """What a process feels of a kill."""


class Mortal:
    """Carries commands out and is killed before or after the first."""

    def __init__(self, executor, *, after):
        self.executor, self.after = executor, after

    def perform(self, command, **options):
        if self.after:
            self.executor.perform(command, **options)
        raise Killed


@pytest.mark.parametrize("after", [False, True])
async def test_a_process_that_is_killed_over_a_note_makes_it_at_the_next_start_and_once(registry, tmp_path, after):
    path = await an_entered(registry)
    await ben(registry)
    question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:], "incident": "7"}
    assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200
    mortal = Mortal(registry.services.executor, after=after)
    with a_noting(tmp_path, registry, mortal) as process, pytest.raises(Killed):
        await asyncio.to_thread(process.step)
    registry.clock.pass_seconds(HOUR // SECOND)  # it is of the hour of the check, whenever it is noted
    for _ in range(2):
        assert await noted(tmp_path, registry) == 0
    assert [each.met for each in events(registry, ConflictMet)] == [Met.CHECK]


async def test_a_check_that_was_kept_while_the_store_was_down_is_noted_once_it_is_a_fact(registry, tmp_path):
    path = await an_entered(registry)
    await ben(registry)
    executor, checker = registry.services.executor, registry.services.checker
    writer = executor.writer
    object.__setattr__(executor, "writer", Away())
    object.__setattr__(checker, "spool", Spool(path=tmp_path / "answers.spool"))
    question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:], "incident": "7"}
    assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200
    object.__setattr__(executor, "writer", writer)
    await noted(tmp_path, registry)
    assert events(registry, ConflictMet) == []
    assert await checker.fold_spool() == 1
    await noted(tmp_path, registry)
    assert [each.met for each in events(registry, ConflictMet)] == [Met.CHECK]


async def test_of_an_officer_whose_row_was_moved_the_check_is_put_aside_and_others_are_noted(
    registry, tmp_path, monkeypatch
):
    path = await an_entered(registry)
    await ben(registry)
    question = {"purpose": "AT_THE_SCENE", "order_ref": path[-36:], "incident": "7"}
    assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200

    def moved(*_):
        raise Tampered("an officer's row does not fit its place")

    with monkeypatch.context() as patch:
        patch.setattr("registry.alerts.conflicts.is_party", moved)
        assert await noted(tmp_path, registry) == 1
    assert (await registry.post(FORCE, "/v1/checks", question, key=None)).status == 200
    assert await noted(tmp_path, registry) == 1
    assert len(events(registry, ConflictMet)) == 1
