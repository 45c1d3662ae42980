"""Signing in through an identity provider: the whole way, and each thing that may be wrong with an answer."""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import replace

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from registry.access.actors import Role
from registry.commands.account import EndAccount
from registry.errors import ConfigurationError, Refused, Unavailable
from registry.people.house import SignInFailed, checked_site
from registry.people.provider_side import ProviderSide, public_jwk
from registry.people.providers import read_providers
from registry.people.records import UsedBefore
from registry.people.relying_party import RelyingParty
from registry.people.sign_in import begun
from registry.views.account import ACCOUNT, SESSION
from tests.simulators.provider import ISSUER, LOGOUT, SimulatedProvider
from tests.unit.people.given import AGENT, BERLIN, LILLE, in_folder, town

PEM = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
SAID = {
    "code": "justice",
    "name": "Ministry of Justice",
    "issuer": ISSUER,
    "client_id": "registry",
    "institution": {"claim": "court", "values": {"59350": "fr-tj-lille", "10115": "de-polizei"}},
    "roles": {"claim": "groups", "values": {"clerks": "COURT", "officers": "POLICE"}},
    "second_factor": {"acr": ["loa3"], "amr": ["mfa"]},
}
CLERK = {"court": "59350", "groups": ["clerks", "choir"]}


def written(folder, *entries, key="client_key_file", content=PEM):
    secret = folder / "secret"
    secret.write_bytes(content)
    secret.chmod(0o600)
    file = folder / "providers.json"
    file.write_bytes(orjson.dumps({"providers": [{key: str(secret)} | entry for entry in entries]}))
    return file


@pytest.fixture
def place(tmp_path):
    with town(in_folder(tmp_path)) as found:
        yield found


@pytest.fixture
def idp(place):
    return SimulatedProvider(clock=place.clock)


@pytest.fixture
def party(place, idp, tmp_path):
    return relying(place, idp, read_providers(written(tmp_path, SAID))[0])


def relying(place, idp, provider):
    side = ProviderSide(
        provider=provider,
        carrier=idp,
        return_to=place.house.site + "/sign-in/return",
        clock=place.clock,
        entropy=place.entropy,
    )
    return RelyingParty(house=place.house, side=side)


async def came_back(place, party, idp, *, former=None, answered=None, **claims):
    address, ticket = await party.start(former=former)
    brought = idp.signs_in(address, **(CLERK | claims)) | (answered or {})
    brought = {name: value for name, value in brought.items() if value is not None}
    return await party.prove(place.house.box.read(ticket, "provider", place.clock.now), brought)


async def a_session(place, party, idp):
    session_id = await begun(place.house, await came_back(place, party, idp), AGENT, None)
    return await place.house.sessions.find(session_id, AGENT)


async def refused(place, party, idp, **more):
    with pytest.raises(SignInFailed) as failed:
        await came_back(place, party, idp, **more)
    assert str(failed.value) == "sign-in-failed"
    assert not place.ledger.reader.rows(ACCOUNT, {})


async def test_somebody_comes_for_the_first_time_and_again(place, party, idp):
    first = await came_back(place, party, idp, sid="s1")
    session_id = await begun(place.house, first, AGENT, None)
    session = await place.house.sessions.find(session_id, AGENT)
    assert (session.institution, session.roles) == (LILLE, {Role.COURT})
    again = await came_back(place, party, idp)
    assert again.account_ref == first.account_ref
    assert place.topics(first.account_ref) == ["account.opened.1", "account.credential_added.1", "account.signed_in.1"]
    facts = place.ledger.reader.after(0, limit=100)
    assert b"officer-7" not in b"".join(recorded.stored[1] for recorded in facts)
    rows = [*place.ledger.reader.rows(SESSION, {}), *place.ledger.reader.rows(ACCOUNT, {})]
    assert "officer-7" not in str(rows)


async def test_what_is_asked_is_what_the_specifications_want(place, party, idp):
    address, ticket = await party.start(former=None)
    for each in (
        "response_type=code",
        "code_challenge_method=S256",
        "scope=openid",
        "acr_values=loa3",
        "max_age=28800",
    ):
        assert each in address
    read = place.house.box.read(ticket, "provider", place.clock.now)
    assert read.said["verifier"] not in address
    assert len({read.said[name] for name in ("state", "nonce", "verifier")}) == 3
    assert "max_age=0" in (await party.start(former=await a_session(place, party, idp)))[0]
    await came_back(place, party, idp)
    key = ECKey.import_key(public_jwk(party.provider))
    assertion = jws.deserialize_compact(idp.form["client_assertion"], key, algorithms=["ES256"])
    assert orjson.loads(assertion.payload)["aud"] == ISSUER
    assert idp.basic is None
    # Metadata and keys are kept, not fetched each time.
    assert [each for each in idp.asked if each.endswith("configuration")] == idp.asked[:1]


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "somebody"},
        {"aud": ["registry", "somebody"]},
        {"aud": ["registry", "somebody"], "azp": "somebody"},
        {"azp": "somebody"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 1},
        {"iat": 1 << 39},
        {"auth_time": None},
        {"auth_time": 1},
        {"sub": None},
        {"sub": 7},
        {"court": "75056"},
        {"court": None},
        {"court": ["59350", "10115"]},
        {"groups": ["choir"]},
        {"groups": None},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_this_is_refused(place, party, idp, claims):
    idp.claims = claims
    await refused(place, party, idp)


@pytest.mark.parametrize(
    "answered",
    [{"state": "another"}, {"state": None}, {"iss": "https://evil.example"}, {"iss": None}, {"code": None}],
    ids=str,
)
async def test_an_answer_that_is_not_to_this_question_is_refused(place, party, idp, answered):
    await refused(place, party, idp, answered=answered)


async def test_a_provider_that_does_not_name_itself_need_not(place, party, idp):
    idp.metadata = {"authorization_response_iss_parameter_supported": None}
    await came_back(place, party, idp, answered={"iss": None})


async def test_a_token_under_another_key_or_algorithm_is_refused(place, party, idp):
    public = orjson.dumps(idp.key.as_dict(private=False))
    for signer, header in (
        (ECKey.generate_key("P-256", parameters={"kid": "p1"}), {}),
        (OctKey.import_key(public), {}),
        (None, {"kid": "unknown"}),
    ):
        idp.signer, idp.header = signer, header
        await refused(place, party, idp)
    idp.signer, idp.header = None, {}
    for token in (
        "",
        "a.b.c",
        "ü",
        "x" * 20000,
        _unsigned(),
        _unsigned(kid=[]),
        _unsigned(alg="ES256", kid=[]),
        None,
        7,
    ):
        idp.token = {"id_token": token}
        await refused(place, party, idp)


def _unsigned(**header):
    parts = ({"alg": "none", "kid": "p1"} | header, {"sub": "officer-7"})
    return ".".join(urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in parts) + "."


async def test_a_step_up_wants_the_person_to_have_proved_themselves_now(place, party, idp):
    now, former = place.clock.now // 1_000_000, await a_session(place, party, idp)
    with pytest.raises(SignInFailed):
        await came_back(place, party, idp, former=former, auth_time=now - 300)
    await came_back(place, party, idp, former=former)
    await came_back(place, party, idp, auth_time=now - 300)


async def test_where_accounts_have_another_name_than_sub_a_log_out_without_a_session_says_that_it_failed(
    place, idp, tmp_path
):
    party = relying(place, idp, replace(read_providers(written(tmp_path, SAID))[0], account="employee"))
    session_id = await begun(place.house, await came_back(place, party, idp, employee="e-1", sid="s1"), AGENT, None)
    with pytest.raises(SignInFailed):
        await party.end(idp.logged_out(sid=None))
    await place.house.sessions.find(session_id, AGENT)
    await party.end(idp.logged_out(jti="j2"))
    with pytest.raises(Exception, match="no session"):
        await place.house.sessions.find(session_id, AGENT)


async def test_a_code_and_its_answer_are_taken_once(place, party, idp):
    address, ticket = await party.start(former=None)
    brought = idp.signs_in(address, **CLERK)
    read = place.house.box.read(ticket, "provider", place.clock.now)
    proven = await party.prove(read, brought)
    with pytest.raises(Unavailable):
        await party.prove(read, brought)
    done = await asyncio.gather(*(begun(place.house, proven, AGENT, None) for _ in range(2)), return_exceptions=True)
    assert [isinstance(each, SignInFailed) for each in done].count(True) == 1


async def test_a_role_that_needs_a_second_factor_waits_for_one(place, party, idp):
    for claims in ({"acr": "loa1"}, {"acr": None}, {"acr": None, "amr": ["pwd"]}, {"acr": None, "amr": "mfa"}):
        proven = await came_back(place, party, idp, **claims)
        with pytest.raises(Refused, match="second-factor-missing"):
            await begun(place.house, proven, AGENT, None)
    proven = await came_back(place, party, idp, acr=None, amr=["pwd", "mfa"])
    await begun(place.house, proven, AGENT, None)


async def test_an_account_that_ended_is_not_opened_by_coming_back(place, party, idp):
    proven = await came_back(place, party, idp)
    await place.say(EndAccount(account_ref=proven.account_ref))
    with pytest.raises(SignInFailed):
        await begun(place.house, await came_back(place, party, idp), AGENT, None)


async def test_whoever_changes_to_another_institution_is_not_who_they_were(place, party, idp):
    await came_back(place, party, idp)
    with pytest.raises(SignInFailed):
        await came_back(place, party, idp, court="10115", groups=["officers"])


async def test_a_provider_gives_no_role_that_the_institution_has_not(place, party, idp):
    await refused(place, party, idp, groups=["officers"])
    del place.institutions[LILLE]
    await refused(place, party, idp)


async def test_two_first_sign_ins_at_once_are_one_account(place, party, idp):
    first, second = await asyncio.gather(came_back(place, party, idp), came_back(place, party, idp))
    assert first.account_ref == second.account_ref
    assert place.topics(first.account_ref).count("account.opened.1") == 1


async def test_a_provider_that_is_not_there_or_not_itself_is_said_so(place, party, idp):
    for metadata in (
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": None},
    ):
        idp.metadata = metadata
        with pytest.raises(Unavailable, match="identity-provider-unreachable"):
            await party.start(former=None)
    idp.metadata, idp.down = {}, True
    with pytest.raises(Unavailable):
        await party.start(former=None)
    idp.down, idp.published = False, []
    with pytest.raises(Unavailable):
        await came_back(place, party, idp)
    idp.published = [{"kty": "new"}, 7, idp.key.as_dict(private=False)]
    await came_back(place, party, idp)


async def test_a_new_key_of_the_provider_is_fetched_but_not_at_each_strangers_wish(place, party, idp):
    await came_back(place, party, idp)
    idp.key = ECKey.generate_key("P-256", parameters={"kid": "p2", "use": "sig"})
    idp.header = {"kid": "p2"}
    with pytest.raises(SignInFailed):
        await came_back(place, party, idp)
    place.clock.advance(60)
    await came_back(place, party, idp)
    fetched = idp.asked.count(ISSUER + "/keys")
    idp.header = {"kid": "p9"}
    for _ in range(3):
        with pytest.raises(SignInFailed):
            await came_back(place, party, idp)
    assert idp.asked.count(ISSUER + "/keys") == fetched


async def test_signing_out_there_ends_the_session_here(place, party, idp):
    one = await begun(place.house, await came_back(place, party, idp, sid="s1"), AGENT, None)
    two = await begun(place.house, await came_back(place, party, idp, sid="s2"), AGENT, None)
    for bad in (
        {"events": {}},
        {"events": {LOGOUT: 1}},
        {"events": None},
        {"nonce": "n"},
        {"jti": None},
        {"sub": None, "sid": None},
        {"aud": "somebody"},
    ):
        with pytest.raises(SignInFailed):
            await party.end(idp.logged_out(**bad))
    token = idp.logged_out()
    await party.end(token)
    with pytest.raises(Exception, match="no session"):
        await place.house.sessions.find(one, AGENT)
    await place.house.sessions.find(two, AGENT)
    again = await begun(place.house, await came_back(place, party, idp, sid="s1"), AGENT, None)
    with pytest.raises(UsedBefore):
        await party.end(token)
    await place.house.sessions.find(again, AGENT)
    await party.end(idp.logged_out(sid=None, jti="j2"))
    assert not place.ledger.reader.rows(SESSION, {})
    await party.end(idp.logged_out(sid=None, sub="nobody", jti="j3"))


async def test_a_provider_with_a_shared_secret_and_one_institution(place, idp, tmp_path):
    said = SAID | {"institution": "de-polizei", "roles": ["POLICE"]}
    file = written(tmp_path, said, key="client_secret_file", content=b"a secret \n")
    provider = read_providers(file)[0]
    assert "a secret" not in repr(provider)
    proven = await came_back(place, relying(place, idp, provider), idp)
    assert (proven.institution, proven.roles) == (BERLIN, {Role.POLICE})
    assert idp.basic == ("registry", "a secret")


@pytest.mark.parametrize(
    "broken",
    [
        {"issuer": "http://id.example"},
        {"code": "Not A Code"},
        {"name": "\x00"},
        {"roles": ["KING"]},
        {"roles": {"claim": "groups", "values": {"clerks": "KING"}}},
        {"client_secret_file": "/also"},
        {"surprise": 1},
        {"client_id": None},
    ],
    ids=str,
)
def test_a_file_that_says_something_else_is_refused(tmp_path, broken):
    with pytest.raises(ConfigurationError, match="providers"):
        read_providers(written(tmp_path, SAID | broken))


def test_a_file_or_a_secret_that_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_providers(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="comes twice"):
        read_providers(written(tmp_path, SAID, SAID))
    file = written(tmp_path, SAID)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        read_providers(file)
    (tmp_path / "secret").unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_providers(file)
    file.write_bytes(b" " * (1 << 20) + b"{}")
    with pytest.raises(ConfigurationError, match="too long"):
        read_providers(file)
    file.write_bytes(b"{")
    with pytest.raises(ConfigurationError, match="another kind"):
        read_providers(file)
    for content in (b"not a key", ECKey.generate_key("P-256").as_pem(private=False)):
        provider = read_providers(written(tmp_path, SAID, content=content))[0]
        with pytest.raises(ConfigurationError, match="no private key"):
            public_jwk(provider)


@pytest.mark.parametrize(
    "site", ["http://registry.example", "https://registry.example/x", "https://a@b.example", "ftp://x", "https://", ""]
)
def test_a_site_is_one_that_browsers_keep_secrets_for(site):
    with pytest.raises(ConfigurationError):
        checked_site(site)
    assert checked_site("https://registry.example") == "https://registry.example"
