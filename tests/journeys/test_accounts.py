"""Accounts on a data folder as `init` makes it: by hand, in the demo, and what is left on the disk."""

from base64 import b32decode
from dataclasses import replace
from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner

from registry import core
from registry.app import compose
from registry.cli import main
from registry.config import Settings
from registry.demo.accounts import open_accounts
from registry.demo.cast import enrolment
from registry.errors import ConfigurationError
from registry.people import codes, enrolling
from registry.people.sign_in import begun
from registry.values.time import SECOND
from registry.views.account import ACCOUNT, CREDENTIAL
from tests.unit.people.given import AGENT
from tests.unit.people.test_providers import SAID, written

LILLE = "fr-tj-lille"


@pytest.fixture
def settings(tmp_path):
    made = Settings(data=tmp_path / "data", site="http://localhost:8606")
    core.create(made, enrolment(), demo=True)
    return made


def run(settings, *arguments):
    return CliRunner().invoke(main, ["--data", str(settings.data), "account", *map(str, arguments)])


def invite(settings, *more):
    return run(settings, "invite", "--institution", LILLE, "--role", "COURT", *more)


def listed(settings):
    return orjson.loads(run(settings, "list", "--institution", LILLE, "--json").stdout)


def test_an_operator_invites_locks_and_ends(settings):
    with core.opened(settings) as opened:
        founded = opened.ledger.reader.head()
    said = orjson.loads(invite(settings, "--by", "clerk-1", "--json").stdout)
    plain = invite(settings)
    assert plain.stdout.strip() not in plain.stderr
    account = said["account_ref"]
    states = {each["account_ref"]: each["state"] for each in listed(settings)}
    assert states[account] == "INVITED"
    assert len(states) == 2
    refused = run(settings, "lock", account, "--institution", LILLE)
    assert (refused.exit_code, "no-such-account" in refused.stderr) == (1, True)
    assert run(settings, "end", account, "--institution", LILLE).exit_code == 0
    text = run(settings, "list", "--institution", LILLE).stdout
    assert f"{account}  ENDED  COURT" in text
    with core.opened(settings) as opened:
        first = opened.ledger.reader.after(founded, limit=1)[0].fact
    assert (first.actor.on_behalf_of, first.actor.key_id) == ("clerk-1", "command-line")


def test_what_the_operator_may_not_say_is_refused(settings):
    for more, code in (
        (("--by", "Ada Martin"), 2),
        (("--by", "x" * 65), 2),
        (("--role", "POLICE"), 1),
        (("--hours", "169"), 2),
    ):
        assert invite(settings, *more).exit_code == code, more
    assert run(settings, "end", "nothing", "--institution", LILLE).exit_code == 2
    assert run(settings, "list", "--institution", "nobody").exit_code == 2
    assert listed(settings) == []


async def test_a_locked_account_of_the_demo_says_so_and_nothing_secret_is_on_the_disk(settings):
    invitation = invite(settings).stdout.strip()
    with core.opened(settings) as opened:
        registry = compose(opened)
        people = registry.services.people
        shown = await open_accounts(registry)
        assert [each.who for each in shown] == ["clerk", "officer"]
        secrets = []
        for each in shown:
            code = codes.code_at(b32decode(each.key), people.house.clock() // (codes.STEP_SECONDS * SECOND))
            proven = await people.passwords.prove(each.name, each.password, code)
            session_id = await begun(people.house, proven, AGENT, None)
            secrets += [each.name, each.password, each.key, each.recovery_code, session_id, b32decode(each.key)]
            rows = opened.ledger.reader.rows(CREDENTIAL, {"account_ref": proven.account_ref.bytes})
            assert len(rows) == 3
        account, _ = await enrolling.invited(people.house, invitation)
        people.house.passwords.close()
        registry.publisher.step()
        clerk = next(each for each in _accounts(opened) if each["account_ref"] != account.bytes)
    name = str(_uuid(clerk["account_ref"]))
    assert run(settings, "lock", name, "--institution", clerk["institution"]).exit_code == 0
    text = run(settings, "list", "--institution", clerk["institution"]).stdout
    assert f"{name}  OPEN locked: BY_INSTITUTION" in text
    kept = b"".join(path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    assert b"account_credential" in kept
    assert not [each for each in [*secrets, invitation] if (each if isinstance(each, bytes) else each.encode()) in kept]


def _accounts(opened):
    return opened.ledger.reader.rows(ACCOUNT, {"state": "OPEN"})


def _uuid(cell):
    return UUID(bytes=cell)


def test_an_address_that_browsers_keep_no_secrets_for_serves_no_pages(settings):
    old = replace(settings, site="", issuer="http://registry.internal:8606")
    with core.opened(old) as opened:
        registry = compose(opened)
        assert registry.services.people is None
        assert not [door for door in registry.services.doors if door.path == "/sign-in"]
    plain = replace(settings, site="http://registry.internal")
    with core.opened(plain) as opened, pytest.raises(ConfigurationError, match="https"):
        compose(opened)
    with core.opened(replace(settings, site="", issuer="https://registry.example/po")) as opened:
        assert compose(opened).services.people.house.site == "https://registry.example"


def test_a_provider_that_cannot_be_used_stops_the_start(settings, tmp_path):
    good = written(tmp_path, SAID)
    with core.opened(replace(settings, providers=good)) as opened:
        assert list(compose(opened).services.people.providers) == ["justice"]
    bad = written(tmp_path, SAID, content=b"not a key")
    with core.opened(replace(settings, providers=bad)) as opened, pytest.raises(ConfigurationError, match="PEM"):
        compose(opened)
    secret = written(tmp_path, SAID, key="client_secret_file", content=b"a secret")
    with core.opened(replace(settings, providers=secret)) as opened:
        assert compose(opened).services.people.providers["justice"].provider.client_secret == "a secret"


async def test_a_demo_without_people_opens_no_accounts(settings):
    old = replace(settings, site="", issuer="http://registry.internal:8606")
    with core.opened(old) as opened:
        assert await open_accounts(compose(opened)) == []
