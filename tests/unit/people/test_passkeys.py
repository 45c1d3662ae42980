"""Passkeys: made after an invitation, used without a name, taken once; strangers' bytes and devices refused."""

import asyncio
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import Conflict, Refused
from registry.ledger.rows import Put
from registry.people import codes, enrolling, passkeys
from registry.people.box import box
from registry.people.house import SignInFailed
from registry.people.sign_in import begun
from registry.values.account import AccountRef, CredentialKind, CredentialRef
from registry.views.account import CREDENTIAL
from tests.unit.people.authenticator import PRESENT, VERIFIED, Authenticator
from tests.unit.people.given import AGENT, PASSWORD, in_folder, town

SITE = "http://localhost:8606"


@pytest.fixture
def place(tmp_path):
    with town(in_folder(tmp_path)) as found:
        yield found


@pytest.fixture
def device():
    return Authenticator(origin=SITE)


async def enrolled(place, device):
    account, invitation = await place.invited()
    setup = await enrolling.prepared(place.house, invitation)
    await enrolling.open_with_passkey(place.house, invitation, setup.passkey_ticket, device.made(setup.passkey_options))
    return account


async def used(place, device, **client):
    options, ticket = passkeys.asked(place.house)
    return await passkeys.prove(place.house, ticket, device.used(options, **client))


async def test_a_passkey_opens_an_account_and_signs_in(place, device):
    account = await enrolled(place, device)
    session_id = await begun(place.house, await used(place, device), AGENT, None)
    assert (await place.house.sessions.find(session_id, AGENT)).account_ref == account
    [row] = place.ledger.reader.rows(CREDENTIAL, {"account_ref": account.bytes})
    assert row["counter"] == 1
    assert device.credential not in row["lookup"] + row["sealed"]


async def test_an_answer_is_taken_once_also_by_two_at_the_same_time(place, device):
    await enrolled(place, device)
    options, ticket = passkeys.asked(place.house)
    answer = device.used(options)

    async def sign_in():
        return await begun(place.house, await passkeys.prove(place.house, ticket, answer), AGENT, None)

    done = await asyncio.gather(sign_in(), sign_in(), return_exceptions=True)
    assert [isinstance(each, SignInFailed) for each in done].count(True) == 1
    with pytest.raises(SignInFailed):
        await sign_in()


@pytest.mark.parametrize(
    "client", [{"origin": "https://registry.evil.example"}, {"type": "webauthn.create"}, {"challenge": "AAAA"}]
)
async def test_an_answer_to_somebody_else_is_refused(place, device, client):
    await enrolled(place, device)
    with pytest.raises(SignInFailed):
        await used(place, device, **client)


async def test_a_device_that_did_not_verify_its_person_is_refused(place, device):
    account, invitation = await place.invited()
    setup = await enrolling.prepared(place.house, invitation)
    device.flags = PRESENT
    with pytest.raises(Refused, match="passkey-not-made"):
        await enrolling.open_with_passkey(
            place.house, invitation, setup.passkey_ticket, device.made(setup.passkey_options)
        )
    device.flags = PRESENT | VERIFIED
    await enrolling.open_with_passkey(place.house, invitation, setup.passkey_ticket, device.made(setup.passkey_options))
    device.flags = PRESENT
    with pytest.raises(SignInFailed):
        await used(place, device)
    assert place.topics(account)[-1] == "account.credential_added.1"


async def test_a_counter_that_goes_back_is_a_copy(place, device):
    await enrolled(place, device)
    device.counter = 10
    await begun(place.house, await used(place, device), AGENT, None)
    device.counter = 4
    with pytest.raises(SignInFailed):
        await used(place, device)


async def test_a_ticket_is_for_its_purpose_its_time_and_its_account(place, device):
    await enrolled(place, device)
    options, _ = passkeys.asked(place.house)
    _, other = passkeys.offered(place.house, AccountRef(place.house.records.executor.mint()), "x", [])
    with pytest.raises(SignInFailed):
        await passkeys.prove(place.house, other, device.used(options))
    options, late = passkeys.asked(place.house)
    place.clock.advance(passkeys.TICKET_LIFE // 1_000_000)
    with pytest.raises(SignInFailed):
        await passkeys.prove(place.house, late, device.used(options))
    _, invitation = await place.invited()
    setup = await enrolling.prepared(place.house, invitation)
    offer, foreign = passkeys.offered(place.house, AccountRef(place.house.records.executor.mint()), "x", [])
    with pytest.raises(Refused, match="passkey-not-made"):
        await enrolling.open_with_passkey(place.house, invitation, foreign, device.made(offer))
    with pytest.raises(Refused, match="passkey-not-made"):
        await enrolling.open_with_passkey(place.house, invitation, setup.passkey_ticket, "x" * 20000)


async def test_a_stranger_with_the_right_id_is_refused(place, device):
    await enrolled(place, device)
    stranger = Authenticator(origin=SITE, credential=device.credential, user=device.user)
    with pytest.raises(SignInFailed):
        await used(place, stranger)
    device.user = b"somebody else's handle"
    with pytest.raises(SignInFailed):
        await used(place, device)


async def test_one_passkey_belongs_to_one_account(place, device):
    await enrolled(place, device)
    with pytest.raises(Conflict, match="reference-in-use"):
        await enrolled(place, device)


async def test_what_was_sealed_under_another_key_opens_nothing(place, device):
    account = await enrolled(place, device)
    [row] = place.ledger.reader.rows(CREDENTIAL, {"account_ref": account.bytes})
    other = box(bytes([1]) * 32, "another", place.entropy)
    sealed = other.seal(b"{}", account, CredentialRef(place.house.records.executor.mint()), CredentialKind.PASSKEY)
    await place.house.records.write(account, [Put(table=CREDENTIAL, row=dict(row) | {"sealed": sealed})])
    with pytest.raises(SignInFailed):
        await used(place, device)


async def test_strangers_bytes_are_refused_and_nothing_else(place, device):
    await enrolled(place, device)
    good = orjson.loads(device.used(passkeys.asked(place.house)[0]))
    _, ticket = passkeys.asked(place.house)

    @settings(max_examples=15, deadline=None)
    @given(
        name=st.sampled_from(sorted(good["response"])),
        junk=st.one_of(
            st.none(), st.integers(0, 9), st.text(max_size=30), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=2)
        ),
    )
    def spoiled(name, junk):
        broken = good | {"response": good["response"] | {name: junk}}
        for said in (orjson.dumps(broken).decode(), orjson.dumps(junk).decode(), "{", "[]", '{"id": 1}'):
            with pytest.raises(SignInFailed):
                asyncio.run_coroutine_threadsafe(passkeys.prove(place.house, ticket, said), loop).result(10)

    loop = asyncio.get_running_loop()
    await asyncio.to_thread(spoiled)
    with pytest.raises(SignInFailed):
        await passkeys.prove(place.house, ticket, "x" * 20000)


async def test_an_invitation_counts_once_and_for_its_time(place, device):
    account, invitation = await place.invited()
    setup = await enrolling.prepared(place.house, invitation)
    for none in ("", "AAAA", invitation[:-2] + "AA", "ü" * 43, "A" * 43):
        with pytest.raises(Refused, match="invitation-used"):
            await enrolling.prepared(place.house, none)
    with pytest.raises(Refused, match="code-wrong"):
        await enrolling.open_with_password(place.house, invitation, setup.ticket, PASSWORD, "000000")
    again = enrolling.again(place.house, invitation, setup.ticket)
    assert (again.name, again.secret, again.address) == (setup.name, setup.secret, setup.address)
    code = place.code(setup.secret)
    await enrolling.open_with_password(place.house, invitation, again.ticket, PASSWORD, code)
    with pytest.raises(Refused, match="invitation-used"):
        await enrolling.open_with_password(place.house, invitation, setup.ticket, PASSWORD, code)
    _, old = await place.invited()
    setup = await enrolling.prepared(place.house, old)
    place.clock.advance(25 * 3600)
    options, ticket = passkeys.offered(place.house, codes.invited(place.house.box.hashing, old), "x", [])
    with pytest.raises(Refused, match="invitation-used"):
        await enrolling.open_with_passkey(place.house, old, ticket, device.made(options))
    with pytest.raises(Refused, match="invitation-used"):
        await enrolling.open_with_password(place.house, old, setup.ticket, PASSWORD, code)
    with pytest.raises(Refused, match="invitation-used"):
        enrolling.again(place.house, old, setup.ticket)
    assert place.topics(account).count("account.opened.1") == 1


async def test_an_account_is_changed_and_never_left_without_a_way_in(place, device):
    person = await place.person()
    proven = await place.door.prove(person.name, PASSWORD, place.code(person.secret))
    session = await place.house.sessions.find(await begun(place.house, proven, AGENT, None), AGENT)
    rows = {row["kind"]: row for row in place.ledger.reader.rows(CREDENTIAL, {"account_ref": person.account.bytes})}
    password = CredentialRef(_uuid(rows["PASSWORD"]))
    with pytest.raises(Refused, match="last-credential"):
        await enrolling.remove(place.house, session, password)
    options, ticket = await enrolling.new_passkey(place.house, session)
    assert orjson.loads(options)["user"]["name"] == person.name
    await enrolling.add_passkey(place.house, session, ticket, device.made(options))
    with pytest.raises(Refused):
        await enrolling.add_passkey(place.house, session, ticket, device.made(options))
    again, _ = await enrolling.new_passkey(place.house, session)
    assert len(orjson.loads(again)["excludeCredentials"]) == 1
    written = await enrolling.new_recovery_codes(place.house, session)
    assert len(written) == codes.RECOVERY_CODES
    place.clock.advance(60)
    with pytest.raises(SignInFailed):
        await place.door.prove(person.name, PASSWORD, person.recovery[0])
    await place.door.prove(person.name, PASSWORD, written[0])
    await enrolling.remove(place.house, session, password)
    # The session began with the password, and went with it.
    assert not await place.house.sessions.of(person.account)
    await begun(place.house, await used(place, device), AGENT, None)


def _uuid(row):
    return UUID(bytes=row["credential_ref"])
