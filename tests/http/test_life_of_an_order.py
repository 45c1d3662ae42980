"""An order over HTTP, from its entry to its end, and what an officer is told of it."""

from uuid import UUID

import pytest

from registry.values.identifiers import SubjectId
from registry.values.time import iso
from tests.http.given import an_order, day

SECRETS = (b"Martinsecret", b"Adasecret", b"Hidden", b"hidden.example", b"Open Street", b"1990-02-03", b"go near")
BEN = {"name": {"family": "Muller", "given": "Ben"}, "birth_date": "1985-04-12"}


async def entered(registry, client="fr-tj-lille", **changes):
    answer = await registry.post(client, "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.json
    return answer.json


class Life:
    """An order, changed by its court with the tag that the last answer gave."""

    def __init__(self, registry, receipt):
        self.registry, self.path, self.tag = registry, f"/v1/orders/{receipt['order_ref']}", '"1"'

    async def change(self, word, body, status=200):
        answer = await self.registry.post("fr-tj-lille", f"{self.path}/{word}", body, if_match=self.tag)
        assert answer.status == status, answer.json
        self.tag = answer.headers.get("ETag", self.tag)
        return answer.json

    async def state(self):
        return (await self.registry.get("fr-tj-lille", self.path)).json

    async def word(self, client="fr-police", **more):
        question = {"purpose": "AT_THE_SCENE", "identity": BEN} | more
        answer = await self.registry.post(client, "/v1/checks", question, key=None)
        assert answer.status == 200, answer.json
        assert not [secret for secret in SECRETS if secret in answer.body]
        return answer.json


@pytest.fixture
async def receipt(registry):
    return await entered(registry)


@pytest.fixture
async def life(registry, receipt):
    return Life(registry, receipt)


async def test_a_court_enters_an_order_and_reads_it(registry, receipt, life):
    assert [party["label"] for party in receipt["parties"]] == ["ada", "ben"]
    assert [condition["label"] for condition in receipt["conditions"]] == ["away", None]
    answer = await registry.get("fr-tj-lille", life.path)
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["number"] == "RG 26/01234"
    ada, ben = answer.json["parties"]
    assert ada["initials"] == "A. M."
    assert "identity" not in ada
    assert ben["identity"] == {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1985-04-12"}
    assert not [secret for secret in SECRETS if secret in answer.body]


async def test_nothing_personal_stands_in_the_history(registry, life):
    await life.change("variation", {"conditions": an_order()["conditions"][1:], "made": day("2026-05-03")})
    answer = await registry.get("fr-tj-lille", life.path + "/history")
    assert [fact["topic"] for fact in answer.json["items"]] == ["order.issued.1", "order.varied.1"]
    for secret in (*SECRETS, "Müller".encode(), b"01234", b"1985"):
        assert secret not in answer.body
    first = await registry.get("fr-tj-lille", life.path + "/history?limit=1")
    following = await registry.get("fr-tj-lille", life.path + f"/history?after={first.json['next']}")
    assert [fact["topic"] for fact in following.json["items"]] == ["order.varied.1"]
    assert following.json["next"] is None


async def test_an_officer_finds_the_order_by_its_respondent(registry, receipt, life):
    await registry.post(
        "fr-huissier",
        f"{life.path}/service",
        {
            "respondent": receipt["parties"][1]["party_ref"],
            "terms": 1,
            "state": "SERVED_PERSONAL",
            "at": day("2026-05-02"),
        },
    )
    said = await life.word()
    assert said["word"] == "IN FORCE", said
    (order,) = said["orders"]
    assert (order["order_ref"], order["version"]) == (receipt["order_ref"], 2)
    assert order["respondents"][0]["identity"]["birth_date"] == "1985-04-12"
    assert order["protected"][0]["initials"] == "A. M."
    assert order["effect_ends"]["at"] == "2027-04-30T22:00:00.000000Z"
    assert order["effect_ends"]["issuing"] == {"local": "2027-05-01T00:00:00+02:00", "zone": "Europe/Paris"}
    assert order["court"]["contact"] == "+33 3 20 00 00 00"
    assert order["served"][0]["notified"]
    assert order["conditions"][0]["metres"] == 500
    assert said["receipt"]["position"] == registry.head()


async def test_an_officer_elsewhere_is_told_what_holds_there(registry, receipt):
    question = {"purpose": "INVESTIGATION", "order_ref": receipt["order_ref"]}
    answer = await registry.post("de-polizei", "/v1/checks", question, key=None)
    (order,) = answer.json["orders"]
    assert (order["word"], answer.json["word"]) == ("NOT IN FORCE", "NOT IN FORCE")
    assert order["legal_basis"]


async def test_an_officer_is_told_what_holds_though_the_keys_cannot_be_read_now(registry, receipt, life):
    said = await life.word()
    ring = registry.services.executor.ring
    for party in receipt["parties"]:
        ring.forget(SubjectId(UUID(party["party_ref"])))
    ring._keeper.out_of_reach = True  # noqa: SLF001  # the simulator's own switch
    again = await life.word()
    assert again["word"] == said["word"]
    (order,) = again["orders"]
    assert order["respondents"][0]["identity_missing"] == "unreadable"
    assert "identity" not in order["respondents"][0]


async def test_nobody_found_is_not_no_order(registry):
    person = {"name": {"family": "Nobody", "given": "Ned"}, "birth_date": "1970-01-01"}
    answer = await registry.post("fr-police", "/v1/checks", {"purpose": "DISPATCH", "identity": person}, key=None)
    assert answer.json["word"] == "CANNOT TELL"
    assert answer.json["statement"] == "Absence of a record is not absence of an order."
    assert answer.json["orders"] == []


async def test_an_order_is_changed_step_by_step(receipt, life):
    ada, ben = (party["party_ref"] for party in receipt["parties"])
    varied = await life.change(
        "variation",
        {
            "conditions": [
                {
                    "label": "c",
                    "kind": "NO_CONTACT",
                    "channels": ["PHONE"],
                    "protects": [ada, "kid"],
                    "text": "No calls.",
                }
            ],
            "made": day("2026-05-10"),
            "added_parties": [{"label": "kid", "role": "PROTECTED", "child": "YES"}],
        },
    )
    assert (varied["terms"], varied["parties"][0]["label"]) == (2, "kid")
    attempt = {"respondent": ben, "terms": 2, "attempt": "NOBODY_THERE", "at": day("2026-05-11", time="16:30")}
    await life.change("service", attempt)
    await life.change("service", {"respondent": ben, "terms": 2, "state": "PENDING", "note": "He moves often."})
    await life.change("extension", {"expiry": {"kind": "NONE"}, "made": day("2026-06-01")})
    await life.change("suspension", {"from": day("2026-06-02"), "reason": "ON_APPEAL"})
    await life.change("reinstatement", {"from": day("2026-06-03")})
    await life.change("service", {"respondent": ben, "terms": 2, "state": "SERVED_PERSONAL", "at": day("2026-05-12")})
    certificate = await life.change("certificate", {"form": "ARTICLE_5", "issued": day("2026-06-04")})
    withdrawal = {"certificate_ref": certificate["certificate_ref"], "from": day("2026-06-05")}
    await life.change("certificate-withdrawal", withdrawal)
    corrected = {"corrects": receipt["facts"][0], "parties": [{"party_ref": ben, "identity": BEN}], "reason": "Umlaut."}
    await life.change("correction", corrected)
    await life.change("revocation", {"from": day("2026-07-01"), "reason": "WITHDRAWN"})
    state = await life.state()
    assert state["version"] == 12
    assert state["parties"][1]["identity"]["name"]["family"] == "Muller"
    assert (state["end"]["reason"], state["expiry"]["kind"]) == ("WITHDRAWN", "NONE")
    assert state["certificates"][0]["withdrawn"]
    assert (state["attempts"][0]["at"]["time"], len(state["services"])) == ("16:30:00", 2)
    assert (await life.word())["word"] == "NOT IN FORCE"


async def test_a_revocation_in_error_is_taken_back_and_the_officer_is_told_that_it_is_in_force(receipt, life):
    ben = receipt["parties"][1]["party_ref"]
    told = {"respondent": ben, "terms": 1, "state": "SERVED_PERSONAL", "at": day("2026-05-12")}
    await life.change("service", told)
    before = (await life.word())["word"]
    revoked = await life.change("revocation", {"from": day("2026-05-20"), "reason": "WITHDRAWN"})
    assert (await life.word())["word"] == "NOT IN FORCE"
    wrong = {"corrects": revoked["facts"][0], "retracts": True, "reason": "The other order was meant."}
    await life.change("correction", wrong)
    assert (await life.word())["word"] == before == "IN FORCE"
    issuance = {"corrects": receipt["facts"][0], "retracts": True}
    assert (await life.change("correction", issuance, status=422))["code"] == "fact-cannot-be-retracted"


async def test_a_correction_moves_nobody_to_the_other_side(receipt, life):
    ada = receipt["parties"][0]["party_ref"]
    await life.change("correction", {"corrects": receipt["facts"][0], "parties": [{"party_ref": ada, "identity": BEN}]})
    (order,) = (await life.word())["orders"]
    assert [party["role"] for party in order["respondents"]] == ["RESPONDENT"]
    stranger = {"corrects": receipt["facts"][0], "parties": [{"party_ref": receipt["order_ref"], "identity": BEN}]}
    assert (await life.change("correction", stranger, status=422))["code"] == "no-such-party"


async def test_a_foreign_order_is_registered_and_the_respondent_is_not_told(registry, life):
    made = {"made": day("2026-06-01")}
    answer = await registry.post("de-ag-mitte", life.path + "/registration", made)
    assert answer.status == 200, answer.json
    (registered,) = (await life.state())["registrations"]
    assert registered["jurisdiction"] == "DE"
    declared = await registry.post("de-ag-mitte", life.path + "/declaration", made)
    assert declared.json["code"] == "no-scheme-of-declaration"


async def test_without_its_key_a_person_is_left_out_and_the_order_answers(registry, receipt, life):
    ring, ben = registry.services.executor.ring, SubjectId(UUID(receipt["parties"][1]["party_ref"]))
    keeper = ring._keeper  # noqa: SLF001  # the keeper behind the ring, to destroy a key
    keeper.rotate("FR")
    keeper.destroy("FR", 1)
    ring.forget(ben)
    (order,) = (await life.word())["orders"]
    assert order["respondents"][0]["identity_missing"] == "unreadable"  # nobody erased it
    identity = {"name": {"family": "Rightful", "given": "Remi"}}
    right = {"corrects": receipt["facts"][0], "parties": [{"party_ref": str(ben), "identity": identity}]}
    refused = await registry.post("fr-tj-lille", f"/v1/orders/{receipt['order_ref']}/correction", right, if_match='"1"')
    assert (refused.status, refused.json["code"]) == (503, "keys-unavailable")
    assert "identity" not in order["respondents"][0]


async def test_what_the_court_withheld_is_shown_to_nobody(registry):
    parties = an_order()["parties"]
    parties[1]["withheld"] = ["birth_date"]
    parties[0]["withheld"] = ["identity"]
    receipt = await entered(registry, parties=parties)
    (order,) = (await Life(registry, receipt).word())["orders"]
    assert order["respondents"][0]["identity"] == {"name": {"family": "Müller", "given": "Ben"}}
    assert order["protected"][0]["identity_missing"] == "withheld"
    assert "initials" not in order["protected"][0]


async def test_an_answer_about_the_past_is_what_was_known_then(registry, life):
    before = registry.clock.now
    registry.clock.pass_seconds(60)
    await life.change("revocation", {"from": day("2026-05-02"), "reason": "ON_APPEAL"})
    assert (await life.word())["word"] == "NOT IN FORCE"
    known = (await life.word(known_at="2026-09-21T14:13:20.5Z"))["orders"][0]["status"]
    assert before < registry.clock.now
    assert known != "REVOKED"


async def test_what_was_set_right_is_shown_to_nobody_and_found_under_nothing_that_was_wrong(registry, receipt, life):
    ben = receipt["parties"][1]["party_ref"]
    before = (await life.word())["orders"][0]["respondents"][0]["identity"]
    wrong = {"name": before["name"], "birth_date": before["birth_date"]}
    asked = registry.clock()
    identity = {"name": {"family": "Rightful", "given": "Remi"}, "birth_date": "1977-07-07"}
    corrected = {"corrects": receipt["facts"][0], "parties": [{"party_ref": ben, "identity": identity}]}
    await life.change("correction", corrected)

    async def found(person, **more):
        question = {"purpose": "DISPATCH", **person, **more}
        return (await registry.post("fr-police", "/v1/checks", question, key=None)).json["orders"]

    assert not await found({"identity": wrong})
    (order,) = await found({"identity": identity})
    assert order["respondents"][0]["identity"]["name"]["family"] == "Rightful"
    (then,) = await found({"order_ref": receipt["order_ref"]}, known_at=iso(asked))
    assert then["respondents"][0]["identity_missing"] == "corrected"
    assert "identity" not in then["respondents"][0]
    history = await registry.get("fr-tj-lille", life.path + "/history")
    assert not [name for name in ("Rightful", "Remi", "Ben", "1985-04-12") if name.encode() in history.body]


async def test_what_is_confidential_by_now_is_withheld_from_an_answer_as_of_then(registry, receipt, life):
    ben = receipt["parties"][1]["party_ref"]
    asked = registry.clock()
    withheld = {"party_ref": ben, "withheld": ["identity"]}
    await life.change("correction", {"corrects": receipt["facts"][0], "parties": [withheld]})
    question = {"purpose": "DISPATCH", "order_ref": receipt["order_ref"], "known_at": iso(asked)}
    (then,) = (await registry.post("fr-police", "/v1/checks", question, key=None)).json["orders"]
    assert then["respondents"][0]["identity_missing"] == "withheld"
