"""A right that is lost between the door and the record: no act follows from it any more, no answer and no look."""

from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from registry import rights
from registry.access.permissions import Action
from registry.api.session import SESSION
from registry.commands.look import LiftLookDelay
from registry.errors import NotPermitted
from registry.looks import Previewed, Reason
from registry.people.sessions import hashed, principal_of
from registry.questions import Question
from registry.sight import Asks, Sight
from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId, KeyId, OrderRef
from registry.values.look import LiftReason, LookPurpose
from tests.http.browsing import Browser, hidden, opened, signed_in
from tests.http.given import a_registry
from tests.http.test_institutions import ROLES as GOVERNED
from tests.http.test_suspended import suspended

COURT, POLICE = "fr-tj-lille", "fr-police"
GONE = OrderRef(UUID(int=7))
REASON = Reason(purpose=LookPurpose.CASE_HANDLING)


async def a_person(registry, client=POLICE, role="POLICE"):
    """Let somebody of an institution sign in; gives the browser, the account, and whom the door took them for."""
    browser = Browser(registry.url)
    held = await opened(registry, browser, client, role)
    await signed_in(registry, browser, held)
    session = await registry.services.people.house.sessions.held(hashed(browser.cookies[SESSION]))
    return browser, held.account, principal_of(session, registry.services.enrolment())


def asked(principal):
    return Question(jurisdiction=principal.jurisdictions[0], purpose=CheckPurpose.INVESTIGATION, order_ref=GONE)


def lifting(principal):
    return LiftLookDelay(order_ref=GONE, by=principal.institution, reason=LiftReason.NO_LONGER_NEEDED)


async def every_way(registry, principal, order_ref=GONE):
    """Try to act and to be told something as the principal; gives the codes of the refusals."""
    services, found = registry.services, []
    sight = Sight(services.executor, Asks(principal.roles, Action.READ_ORDER, LookPurpose.CASE_HANDLING))
    sight.order_ref = order_ref
    looks, nothing = services.looks, Previewed(asked=(), shown=())
    for way in (
        lambda: services.executor.execute(lifting(principal), principal=principal),
        lambda: services.checker.check(asked(principal), principal=principal),
        lambda: looks.record(sight, REASON, principal),
        lambda: looks.record_preview(nothing, REASON, principal, action=Action.CHECK),
    ):
        with pytest.raises(NotPermitted) as refusal:
            await way()
        found.append(refusal.value.code)
    return found


@pytest.mark.parametrize("how", ["end", "lock"])
async def test_a_person_whose_account_is_shut_meanwhile_does_and_is_told_nothing_more(registry, how):
    _, account, principal = await a_person(registry)
    await registry.services.checker.check(asked(principal), principal=principal)
    shut = await registry.post(POLICE, f"/v1/accounts/{account}/{how}", {})
    assert shut.status == 200, shut.body
    before = registry.head()
    assert await every_way(registry, principal) == ["role-not-permitted"] * 4
    assert registry.head() == before


async def test_an_institution_that_is_suspended_meanwhile_is_told_nothing_more(tmp_path):
    async with a_registry(tmp_path, roles=GOVERNED, recorded=True) as registry:
        registry.tokens["ann"] = await registry.sign_in("xx-operator", on_behalf_of="ann")
        registry.keys["ann"] = registry.keys["xx-operator"]
        principal = registry.services.enrolment().institutions[InstitutionId(COURT)].principal(KeyId("k1"))
        await registry.services.checker.check(asked(principal), principal=principal)
        await suspended(registry)
        before = registry.head()
        assert await every_way(registry, principal) == ["role-not-permitted"] * 4
        assert registry.head() == before


async def test_an_institution_that_loses_a_purpose_meanwhile_is_answered_no_check_for_it(tmp_path, monkeypatch):
    async with a_registry(tmp_path, recorded=True) as registry:
        principal = registry.services.enrolment().institutions[InstitutionId(POLICE)].principal(KeyId("k1"))
        before = registry.head()
        less = frozenset({CheckPurpose.DISPATCH})
        monkeypatch.setattr(rights, "as_it_stands", lambda *said: replace(said[1], purposes=less))
        with pytest.raises(NotPermitted) as refusal:
            await registry.services.checker.check(asked(principal), principal=principal)
        assert (refusal.value.code, registry.head()) == ("purpose-not-enrolled", before)


async def test_people_of_an_institution_check_for_no_purpose_that_it_is_not_enrolled_for(registry):
    for entry in registry.entries:
        entry["purposes"] = ["INVESTIGATION"]
    browser, _, principal = await a_person(registry)
    assert principal.purposes == {CheckPurpose.INVESTIGATION}
    csrf = hidden((await browser.get("/account")).body)["csrf"]
    question = {"order_ref": str(GONE), "purpose": "PROTECTED_PERSON_SAFETY", "incident": "I-7"}
    refused = await browser.send("/v1/checks", orjson.dumps(question), **{"X-CSRF-Token": csrf})
    assert (refused.status, refused.json["code"]) == (403, "purpose-not-enrolled")
