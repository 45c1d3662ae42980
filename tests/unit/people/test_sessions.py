"""Sessions: begun by signing in alone, found by their own browser alone, ended everywhere at once; on both stores."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.actors import Role
from registry.commands.account import EndAccount, LockAccount
from registry.errors import Refused, StaleVersion, Unavailable
from registry.people import assurance
from registry.people.records import Once, UsedBefore
from registry.people.sessions import (
    MAXIMUM_SESSIONS,
    NoSession,
    Proven,
    agent_mark,
    principal_of,
)
from registry.people.sign_in import begun
from registry.values.account import SESSION_KEY, EndOfSession, LockReason, SessionRef
from registry.values.time import HOUR, MINUTE, SECOND
from registry.views.account import SESSION
from tests.ledgers import STORES
from tests.ledgers import place as a_place
from tests.unit.people.given import AGENT, BERLIN, LILLE, PASSWORD, enrolment_of, in_folder, opened, town

OTHER_AGENT = AGENT.replace("Chrome/150", "Edg/150").replace("X11; Linux", "Windows NT 10.0;")


@pytest.fixture
def place(tmp_path):
    with town(in_folder(tmp_path)) as found:
        yield found


async def signed_in(place, person, former=None):
    place.clock.advance(30)
    proven = await place.door.prove(person.name, PASSWORD, place.code(person.secret))
    place.door.succeeded(person.name)
    return await begun(place.house, proven, AGENT, former)


async def gone(place, session_id, agent=AGENT):
    with pytest.raises(NoSession):
        await place.house.sessions.find(session_id, agent)
    return True


def test_the_table_is_what_it_is():
    """In full and a second time, so that a longer session or a missing factor is a change to be seen."""
    minutes = {
        role: (asked.second_factor, asked.idle // MINUTE, asked.absolute // HOUR)
        for role, asked in assurance.TABLE.items()
    }
    assert minutes == {
        Role.COURT: (True, 30, 10),
        Role.EXECUTING_AUTHORITY: (True, 30, 10),
        Role.SERVING_AUTHORITY: (True, 30, 12),
        Role.PROSECUTOR: (True, 30, 10),
        Role.POLICE: (True, 15, 12),
        Role.OPERATOR: (True, 10, 8),
    }
    every = [assurance.of(role) for role in Role]
    assert all(each.second_factor and each.idle <= 30 * MINUTE and each.absolute <= 12 * HOUR for each in every)


@given(roles=st.sets(st.sampled_from(Role)), second=st.booleans())
def test_a_session_lives_as_its_strictest_role(roles, second):
    idle, absolute = assurance.lives(roles)
    for role in roles:
        assert idle <= assurance.of(role).idle
        assert absolute <= assurance.of(role).absolute
    granted = assurance.open_to(roles, second_factor=second)
    assert granted <= roles - {Role.REGISTRY}
    assert second or not granted


async def test_an_id_is_random_stored_hashed_and_never_taken_from_outside(place):
    person = await place.person()
    session_id = await signed_in(place, person)
    assert len(session_id) == 43
    [row] = place.ledger.reader.rows(SESSION, {})
    assert session_id.encode() not in b"".join(cell for cell in row.values() if isinstance(cell, bytes))
    for foreign in ("", "a" * 43, session_id[:-1], session_id + "A", session_id.swapcase(), "../" * 20):
        await gone(place, foreign)
    assert (await place.house.sessions.find(session_id, AGENT)).account_ref == person.account


async def test_signing_in_again_gives_another_id_and_ends_the_former(place):
    person = await place.person()
    first = await signed_in(place, person)
    session = await place.house.sessions.find(first, AGENT)
    place.clock.advance(600)
    second = await signed_in(place, person, former=session)
    assert second != first
    assert await gone(place, first)
    stepped = await place.house.sessions.find(second, AGENT)
    # Stepping up proves the person anew and makes the session no longer.
    assert stepped.ends_at == session.ends_at
    assert stepped.authenticated_at > session.authenticated_at
    assert assurance.recent(stepped.authenticated_at, place.clock.now)
    assert not assurance.recent(session.authenticated_at, place.clock.now)


async def test_somebody_elses_sign_in_on_the_same_browser_is_no_step_up(place):
    one, other = await place.person(), await place.person(BERLIN)
    former = await place.house.sessions.find(await signed_in(place, one), AGENT)
    session = await place.house.sessions.find(await signed_in(place, other, former=former), AGENT)
    assert session.account_ref == other.account
    assert session.signed_in_at > former.signed_in_at
    assert not await place.house.sessions.of(one.account)


async def test_a_session_ends_when_idle_and_when_old(place):
    person = await place.person(BERLIN)
    session_id = await signed_in(place, person)
    place.clock.advance(14 * 60)
    await place.house.sessions.find(session_id, AGENT)
    place.clock.advance(14 * 60)
    await place.house.sessions.find(session_id, AGENT, touch=False)
    place.clock.advance(60)
    assert await gone(place, session_id)  # looking without touching did not lengthen it
    session_id = await signed_in(place, person)
    for _ in range(12 * 6 - 1):
        place.clock.advance(600)
        await place.house.sessions.find(session_id, AGENT)
    place.clock.advance(600)
    assert await gone(place, session_id)


async def test_a_read_is_not_a_write_each_time(place):
    session_id = await signed_in(place, await place.person())
    first = (await place.house.sessions.find(session_id, AGENT)).seen_at
    place.clock.advance(59)
    assert (await place.house.sessions.find(session_id, AGENT)).seen_at == first
    place.clock.advance(1)
    await place.house.sessions.find(session_id, AGENT)
    assert (await place.house.sessions.find(session_id, AGENT)).seen_at > first


async def test_a_cookie_in_another_kind_of_browser_ends_the_session(place):
    person = await place.person()
    session_id = await signed_in(place, person)
    assert await gone(place, session_id, OTHER_AGENT)
    assert await gone(place, session_id)
    [*_, last] = place.ledger.reader.after(0, limit=100)
    assert (last.fact.event.reason, last.fact.actor.on_behalf_of) == (EndOfSession.OTHER_DEVICE, str(person.account))


def test_a_new_version_of_a_browser_is_the_same_kind():
    assert agent_mark(AGENT) == agent_mark(AGENT.replace("150.0", "151.2"))
    kinds = [AGENT, OTHER_AGENT, AGENT + " Mobile", "Mozilla/5.0 (iPhone) Safari/605", "curl/8", ""]
    assert len({agent_mark(each) for each in kinds}) == len(kinds) - 1  # the last two are both unknown


async def test_everything_that_takes_a_right_away_ends_the_session_at_once(place):
    person = await place.person()

    async def fresh():
        return await place.house.sessions.find(await signed_in(place, person), AGENT)

    session = await fresh()
    enrolment = place.house.enrolment()
    assert principal_of(session, enrolment).roles == {Role.COURT}
    without = {name: each for name, each in place.institutions.items() if name != LILLE}
    with pytest.raises(NoSession):
        principal_of(session, enrolment_of(without))
    changed = without | {LILLE: replace(place.institutions[LILLE], roles=frozenset({Role.SERVING_AUTHORITY}))}
    with pytest.raises(NoSession):
        principal_of(session, enrolment_of(changed))
    await place.say(LockAccount(account_ref=person.account, reason=LockReason.BY_INSTITUTION))
    assert not await place.house.sessions.of(person.account)
    other = await place.person()
    session_id = await signed_in(place, other)
    await place.say(EndAccount(account_ref=other.account))
    assert await gone(place, session_id)


async def test_a_guessers_lock_leaves_whoever_is_signed_in_alone(place):
    person = await place.person()
    session_id = await signed_in(place, person)
    command = LockAccount(account_ref=person.account, reason=LockReason.TOO_MANY_ATTEMPTS)
    await place.house.records.record(command, institution=LILLE, by=None)
    await place.house.sessions.find(session_id, AGENT)
    with pytest.raises(Exception, match="sign-in-failed"):
        await signed_in(place, person)


async def test_a_principal_of_a_session_is_the_account_within_its_institution(place):
    person = await place.person(BERLIN)
    session = await place.house.sessions.find(await signed_in(place, person), AGENT)
    principal = principal_of(session, place.house.enrolment())
    assert (principal.institution, principal.on_behalf_of) == (BERLIN, str(person.account))
    assert (principal.key_id, principal.by_session) == (SESSION_KEY, True)
    assert principal.jurisdictions == ("DE",)


async def test_one_ends_ones_own_sessions_and_nobody_elses(place):
    person, other = await place.person(), await place.person()
    ids = [await signed_in(place, person) for _ in range(3)]
    foreign = await signed_in(place, other)
    sessions = [await place.house.sessions.find(each, AGENT) for each in ids]
    theirs = await place.house.sessions.find(foreign, AGENT)
    await place.house.sessions.end(sessions[0], theirs.session_ref, EndOfSession.BY_PERSON)
    await place.house.sessions.end(sessions[0], SessionRef(person.account), EndOfSession.BY_PERSON)
    await place.house.sessions.find(foreign, AGENT)
    await place.house.sessions.end(sessions[0], sessions[1].session_ref, EndOfSession.BY_PERSON)
    assert await gone(place, ids[1])
    assert len(await place.house.sessions.of(person.account)) == 2
    await place.house.sessions.end(sessions[0], None, EndOfSession.BY_PERSON)
    assert await gone(place, ids[0])
    assert await gone(place, ids[2])
    await place.house.sessions.find(foreign, AGENT)


async def test_an_account_has_no_more_than_so_many_sessions(place):
    person = await place.person()
    ids = [await signed_in(place, person) for _ in range(MAXIMUM_SESSIONS + 1)]
    assert await gone(place, ids[0])
    assert len(place.ledger.reader.rows(SESSION, {})) == MAXIMUM_SESSIONS
    place.clock.advance(31 * 60)
    await signed_in(place, person)
    assert len(place.ledger.reader.rows(SESSION, {})) == 1


async def test_a_role_without_its_factor_is_not_given(place):
    person = await place.person()
    proven = await place.door.prove(person.name, PASSWORD, place.code(person.secret))
    with pytest.raises(Refused, match="second-factor-missing"):
        await begun(place.house, replace(proven, second_factor=False), AGENT, None)
    assert isinstance(proven, Proven)


async def test_a_csrf_token_belongs_to_its_session(place):
    person = await place.person()
    sessions = [await place.house.sessions.find(await signed_in(place, person), AGENT) for _ in range(3)]
    tokens = [place.house.sessions.csrf(each) for each in sessions]
    assert len(set(tokens)) == 3
    assert all(one != other for one, other in pairwise(tokens))


@pytest.mark.parametrize("store", STORES)
async def test_a_session_is_the_ledgers_and_not_the_processs(store, tmp_path):
    """Begun in one process, seen and ended in another, and what was used once is used for both."""
    with a_place(store, tmp_path) as settings:
        if settings.path is not None:
            settings.path.parent.mkdir(mode=0o700, exist_ok=True)
        with town(settings) as one:
            person = await one.person()
            session_id = await signed_in(one, person)
            proven = await one.door.prove(person.name, PASSWORD, person.recovery[0])
            if store == "postgres":
                with opened(settings, one.clock, one.entropy) as two:
                    found = await two.house.sessions.find(session_id, AGENT)
                    await begun(two.house, proven, AGENT, None)
                    await two.house.sessions.end(found, found.session_ref, EndOfSession.BY_PERSON)
                assert await gone(one, session_id)
                with pytest.raises(Exception, match="sign-in-failed"):
                    await begun(one.house, proven, AGENT, None)
        if store == "sqlite":
            with opened(settings, one.clock, one.entropy) as two:
                await two.house.sessions.find(session_id, AGENT)


async def test_a_mark_may_go_with_rows_alone_and_counts_once_there_too(place):
    person = await place.person()
    once = Once(mark=b"m" * 32, until=place.clock.now + SECOND)
    await place.house.records.write(person.account, [], once=[once])
    with pytest.raises(UsedBefore):
        await place.house.records.write(person.account, [], once=[once])


async def test_a_stream_that_always_moves_is_given_up(place, monkeypatch):
    person = await place.person()

    async def moved(*_, **__):
        raise StaleVersion("stale-version")

    monkeypatch.setattr(type(place.ledger.writer), "submit", moved)
    with pytest.raises(Unavailable, match="writer-fault"):
        await place.house.records.write(person.account, [])
