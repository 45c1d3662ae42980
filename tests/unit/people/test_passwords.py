"""Signing in by name, password and code: what opens an account, what does not, and that nobody can tell why."""

import asyncio

import pytest

from registry.commands.account import EndAccount, LockAccount, UnlockAccount
from registry.errors import Refused, Unavailable
from registry.ledger.rows import Put
from registry.people import codes, enrolling, passwords
from registry.people.attempts import ALLOWED
from registry.people.house import SignInFailed
from registry.people.sign_in import begun
from registry.values.account import LockReason, SignInMethod
from registry.views.account import ACCOUNT, CREDENTIAL, RECOVERY, SPENT
from tests.unit.people.given import AGENT, BERLIN, LILLE, PASSWORD, in_folder, town


@pytest.fixture
def place(tmp_path):
    with town(in_folder(tmp_path)) as found:
        yield found


async def sign_in(place, person, password=PASSWORD, code=None, name=None):
    proven = await place.door.prove(name or person.name, password, code or place.code(person.secret))
    session_id = await begun(place.house, proven, AGENT, None)
    place.door.succeeded(name or person.name)
    return session_id, proven


async def test_an_invited_person_opens_an_account_and_signs_in(place):
    person = await place.person()
    session_id, proven = await sign_in(place, person)
    found = await place.house.sessions.find(session_id, AGENT)
    assert found.account_ref == person.account
    assert proven.method is SignInMethod.PASSWORD_AND_CODE
    assert place.topics(person.account) == [
        "account.invited.1",
        "account.opened.1",
        *["account.credential_added.1"] * 3,
        "account.signed_in.1",
    ]


async def test_what_is_typed_need_not_look_as_it_was_shown(place):
    person = await place.person()
    name = person.name.upper().replace("-", " ").replace("0", "O").replace("1", "l")
    await sign_in(place, person, name=name, code=f"{place.code(person.secret)[:3]} {place.code(person.secret)[3:]}")


async def test_each_of_the_three_is_needed(place):
    person, other = await place.person(), await place.person()
    for name, password, code in (
        ("nobody-here", PASSWORD, place.code(person.secret)),
        (person.name, "another horse battery staple", place.code(person.secret)),
        (person.name, PASSWORD, place.code(other.secret)),
        (person.name, PASSWORD, ""),
        (person.name, PASSWORD, other.recovery[0]),
        ("", "", ""),
        ("é" * 500, "x" * 2000, "٣" * 6),
    ):
        place.house.attempts.succeeded(place.house.box.lookup("name", codes.typed(person.name)))
        with pytest.raises(SignInFailed) as failed:
            await place.door.prove(name, password, code)
        assert str(failed.value) == "sign-in-failed"


async def test_a_code_is_taken_once_also_by_two_at_the_same_time(place):
    person = await place.person()
    code = place.code(person.secret)
    first, second = await asyncio.gather(
        sign_in(place, person, code=code), sign_in(place, person, code=code), return_exceptions=True
    )
    assert [isinstance(each, SignInFailed) for each in (first, second)].count(True) == 1
    with pytest.raises(SignInFailed):
        await sign_in(place, person, code=code)
    place.clock.advance(30)
    with pytest.raises(SignInFailed):
        await sign_in(place, person, code=code)
    await sign_in(place, person)


async def test_the_code_that_opened_the_account_does_not_sign_in(place):
    _, invitation = await place.invited()
    setup = await enrolling.prepared(place.house, invitation)
    code = place.code(setup.secret)
    opened = await enrolling.open_with_password(place.house, invitation, setup.ticket, PASSWORD, code)
    proven = await place.door.prove(opened.name, PASSWORD, code)
    with pytest.raises(SignInFailed):
        await begun(place.house, proven, AGENT, None)


async def test_a_recovery_code_stands_in_for_the_app_once(place):
    person = await place.person()
    _, proven = await sign_in(place, person, code=person.recovery[3].upper())
    assert proven.method is SignInMethod.PASSWORD_AND_RECOVERY_CODE
    with pytest.raises(SignInFailed):
        await sign_in(place, person, code=person.recovery[3])
    twice = [sign_in(place, person, code=person.recovery[4]) for _ in range(2)]
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert [isinstance(each, SignInFailed) for each in done].count(True) == 1
    assert len(place.ledger.reader.rows(RECOVERY, {})) == codes.RECOVERY_CODES - 2


async def test_five_failures_lock_the_password_and_tell_nobody(place):
    person = await place.person()
    for name in (person.name, "a-name-nobody-has"):
        for _ in range(ALLOWED):
            with pytest.raises(SignInFailed):
                await place.door.prove(name, "not the password at all", "000000")
    await place.door.settled()
    with pytest.raises(SignInFailed):
        await place.door.prove(person.name, PASSWORD, place.code(person.secret))
    assert place.topics(person.account)[-1] == "account.locked.1"
    place.clock.advance(3600)
    # The period is over, the lock is not: it is the institution's to lift.
    with pytest.raises(SignInFailed):
        await sign_in(place, person)
    await place.say(UnlockAccount(account_ref=person.account))
    place.house.attempts.succeeded(place.house.box.lookup("name", codes.typed(person.name)))
    place.clock.advance(60)
    await sign_in(place, person)


async def test_a_hundred_tries_at_once_are_no_more_than_five(place, monkeypatch):
    person = await place.person()
    tried: list[int] = []
    monkeypatch.setattr(place.house.passwords, "_verified", lambda *_: tried.append(1) or True)
    seen = [place.house.attempts.tried(place.house.box.lookup("name", codes.typed(person.name))) for _ in range(100)]
    assert seen.count(True) == ALLOWED
    with pytest.raises(SignInFailed):
        await place.door.prove(person.name, PASSWORD, place.code(person.secret))
    assert tried == [1]  # the work is done all the same


async def test_a_lock_by_the_store_that_is_down_is_left_to_the_count(place, monkeypatch):
    person = await place.person()

    async def down(*_, **__):
        raise Unavailable("store-unavailable")

    monkeypatch.setattr(type(place.house.records), "record", down)
    for _ in range(ALLOWED):
        with pytest.raises(SignInFailed):
            await place.door.prove(person.name, "not the password at all", "000000")
    await place.door.settled()
    assert "account.locked.1" not in place.topics(person.account)


async def test_the_same_work_is_done_for_a_name_that_nobody_has(place, monkeypatch):
    """Counted, not timed: rows asked for, hashes tried, codes computed."""
    person = await place.person()
    done: list[str] = []
    reads, verify, step = place.house.records.rows, place.house.passwords._verified, codes.step_of  # noqa: SLF001  # what is counted

    async def rows(_, table, **where):
        done.append(f"rows {table.name}")
        return await reads(table, **where)

    def verified(stored, given):
        done.append("argon2")
        return verify(stored, given)

    def stepped(*given):
        done.append("code")
        return step(*given)

    monkeypatch.setattr(type(place.house.records), "rows", rows)
    monkeypatch.setattr(place.house.passwords, "_verified", verified)
    monkeypatch.setattr(codes, "step_of", stepped)
    works = []
    for name, password in ((person.name, "not the password at all"), ("nobody-here", PASSWORD)):
        done.clear()
        with pytest.raises(SignInFailed):
            await place.door.prove(name, password, "000000")
        works.append(list(done))
    assert works[0] == works[1]
    assert sorted(set(works[0])) == [
        "argon2",
        "code",
        f"rows {ACCOUNT.name}",
        f"rows {CREDENTIAL.name}",
        f"rows {RECOVERY.name}",
    ]


async def test_an_ended_account_opens_nothing_and_keeps_no_secret(place):
    person, other = await place.person(), await place.person(BERLIN)
    session_id, _ = await sign_in(place, person)
    place.clock.advance(60)
    with pytest.raises(Refused, match="no-such-account"):
        await place.say(EndAccount(account_ref=person.account), BERLIN)
    await place.say(EndAccount(account_ref=person.account), LILLE)
    with pytest.raises(SignInFailed):
        await sign_in(place, person)
    with pytest.raises(Exception, match="no session"):
        await place.house.sessions.find(session_id, AGENT)
    accounts = {row["account_ref"] for row in place.ledger.reader.rows(CREDENTIAL, {})}
    assert accounts == {other.account.bytes}
    await sign_in(place, other)


async def test_an_account_that_its_institution_locked_takes_nothing(place):
    person = await place.person()
    await place.say(LockAccount(account_ref=person.account, reason=LockReason.BY_INSTITUTION))
    with pytest.raises(SignInFailed):
        await sign_in(place, person)


async def test_a_weak_password_is_refused(place):
    for weak in ("short", "a" * 20, "ab" * 10, "x" * 300):
        with pytest.raises(Refused, match="password-too-weak"):
            await place.house.passwords.hashed(weak)


async def test_a_queue_of_passwords_has_an_end(place, monkeypatch):
    monkeypatch.setattr(passwords, "WAITING", 1)
    done = await asyncio.gather(*(place.house.passwords.fits(PASSWORD, None) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in done].count(Unavailable) == 2


async def test_a_stored_hash_that_is_none_fits_nothing(place):
    assert not await place.house.passwords.fits(PASSWORD, "not a hash")


async def test_a_row_that_was_moved_to_another_account_opens_nothing(place):
    """Who can write the table, and not the key's file, cannot give one account another one's password."""
    person, other = await place.person(), await place.person()
    [mine] = place.ledger.reader.rows(CREDENTIAL, {"account_ref": person.account.bytes, "kind": "PASSWORD"})
    await place.house.records.write(
        other.account, [Put(table=CREDENTIAL, row=dict(mine) | {"account_ref": other.account.bytes})]
    )
    with pytest.raises(SignInFailed):
        await place.door.prove(person.name, PASSWORD, place.code(other.secret))


async def test_marks_that_are_past_their_time_are_swept(place):
    person = await place.person()
    for _ in range(4):
        await sign_in(place, person)
        place.clock.advance(3600)
    assert len(place.ledger.reader.rows(SPENT, {})) <= 2
