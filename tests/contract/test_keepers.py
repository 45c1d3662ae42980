"""What every key keeper promises, in files or in a hardware module; found by scan."""

from contextlib import contextmanager
from inspect import signature

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.keepers import file
from registry.errors import ConfigurationError, KeyErased, NoKey, Tampered
from registry.ports import KeeperKind, KeyKeeper
from registry.shelf import shelf
from registry.values.jurisdiction import Jurisdiction
from registry.vault.fetching import ManyKeeper
from registry.vault.keys import Keeper
from tests.amounts import examples
from tests.simulators.token import token_options

KEEPERS = shelf("keepers", "KEEPER", default="adapters.keepers")
FR, CA, US_CA, NZ = map(Jurisdiction, ("FR", "CA", "US-CA", "NZ"))
KEY = bytes(range(32))
OPTIONS = {"file": lambda _: {}, "pkcs11": token_options}
"""How a keeper gets what it needs; one that is not here needs nothing."""


class Crashed(Exception):
    """The process ended here: the tombstone is written, the key is not gone."""


@contextmanager
def crash_of_files(_, patch):
    def crash(_):
        raise Crashed

    with patch.context() as patched:
        patched.setattr(file, "_destroy", crash)
        yield


@contextmanager
def crash_of_token(keeper, patch):
    class Key:
        def __init__(self, key):
            self.id = key.id

        def destroy(self):
            raise Crashed

    real = type(keeper)._keys  # noqa: SLF001  # the one step between the tombstone and the key
    with patch.context() as patched:
        patched.setattr(type(keeper), "_keys", lambda *asked: map(Key, real(*asked)))
        yield


CRASHES = {"file": crash_of_files, "pkcs11": crash_of_token}
"""How a process ends in the middle of destroying an epoch's key."""


class Place:
    """Where one keeper of a kind is made and opened."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder / "keys"
        self.options = OPTIONS[kind.CODE](folder)

    def create(self, *jurisdictions):
        return self.kind.create(self.folder, jurisdictions, options=self.options)

    def open(self):
        return self.kind.open(self.folder, options=self.options)


@pytest.fixture(params=sorted(KEEPERS), scope="module")
def place(request, tmp_path_factory):
    return Place(KEEPERS[request.param], tmp_path_factory.mktemp("keeper"))


@pytest.fixture(scope="module")
def made(place):
    return place.create(FR, CA, US_CA)


@pytest.fixture
def keeper(made):
    return made


def test_there_is_a_keeper_in_files_and_one_in_hardware():
    assert {"file", "pkcs11"} <= set(KEEPERS)


def test_a_keeper_has_the_shape_that_the_vault_and_the_port_ask_for(place, keeper):
    for method in ("current_epoch", "wrap", "unwrap"):
        assert signature(getattr(Keeper, method)) == signature(getattr(KeyKeeper, method))
    for method in (name for name in vars(KeyKeeper) if not name.startswith("_")):
        promised = signature(getattr(KeyKeeper, method)).parameters.values()
        given = signature(getattr(type(keeper), method)).parameters.values()
        assert [(each.name, each.kind) for each in given] == [(each.name, each.kind) for each in promised]
    for method in ("create", "open"):
        promised = signature(getattr(KeeperKind, method)).parameters
        assert list(signature(getattr(type(place.kind), method)).parameters) == list(promised)


def test_a_wrapped_key_unwraps_to_itself_and_shows_nothing(keeper):
    wrapped = keeper.wrap(FR, 1, KEY)
    assert KEY not in wrapped
    assert KEY[:16] not in wrapped
    assert keeper.unwrap(FR, 1, wrapped) == KEY


def test_many_keys_unwrap_as_each_does_or_none(keeper):
    if not isinstance(keeper, ManyKeeper):
        pytest.skip("asked one by one")
    keys = [bytes([number]) * 32 for number in range(5)]
    wrapped = [keeper.wrap(FR, 1, key) for key in keys]
    assert keeper.unwrap_many(FR, 1, wrapped) == keys
    assert keeper.unwrap_many(FR, 1, []) == []
    for wrong in ([*wrapped, b"x"], [wrapped[0][:-1]], [wrapped[1][::-1], *wrapped]):
        with pytest.raises(Tampered):
            keeper.unwrap_many(FR, 1, wrong)


def test_a_wrapped_key_belongs_to_its_jurisdiction_and_epoch(keeper):
    wrapped = keeper.wrap(FR, 1, KEY)
    newest = keeper.rotate(FR)
    for jurisdiction, epoch in ((CA, 1), (US_CA, 1), (FR, newest), (FR, newest + 1), (FR, 0), (FR, -1), (FR, 2**70)):
        with pytest.raises(Tampered):
            keeper.unwrap(jurisdiction, epoch, wrapped)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20), deadline=None)
@given(st.binary(max_size=64))
def test_no_other_bytes_unwrap(keeper, raw):
    with pytest.raises(Tampered):
        keeper.unwrap(FR, 1, raw)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20), deadline=None)
@given(st.data())
def test_no_changed_byte_unwraps(keeper, data):
    wrapped = bytearray(keeper.wrap(FR, 1, KEY))
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        keeper.unwrap(FR, 1, bytes(wrapped))


def test_whoever_has_a_key_is_named_and_nobody_else(keeper):
    before = keeper.jurisdictions()
    assert FR in before
    assert before == tuple(sorted(before))
    keeper.rotate(NZ)
    assert keeper.jurisdictions() == tuple(sorted({*before, NZ}))
    keeper.rotate(NZ)
    keeper.destroy(NZ, 1)
    assert NZ in keeper.jurisdictions()


def test_canada_and_california_do_not_share_epochs(keeper):
    before = keeper.current_epoch(US_CA)
    assert keeper.rotate(CA) == keeper.current_epoch(CA)
    assert keeper.current_epoch(US_CA) == before


def test_a_destroyed_epoch_is_gone_for_every_opening_and_its_number_is_never_used_again(place, keeper):
    other = place.open()
    wrapped = keeper.wrap(FR, 1, KEY)
    assert other.unwrap(FR, 1, wrapped) == KEY
    newest = keeper.rotate(FR)
    keeper.destroy(FR, 1)
    keeper.destroy(FR, 1)
    for each in (keeper, other, place.open()):
        assert 1 not in each.epochs(FR)
        for act in (lambda each=each: each.unwrap(FR, 1, wrapped), lambda each=each: each.wrap(FR, 1, KEY)):
            with pytest.raises(KeyErased):
                act()
    assert keeper.rotate(FR) == newest + 1


def destroyed_by_half(place, keeper, patch, jurisdiction):
    """Leave an epoch with its tombstone and with its key; give its number, and a key wrapped under it."""
    epoch = keeper.current_epoch(jurisdiction)
    wrapped = keeper.wrap(jurisdiction, epoch, KEY)
    keeper.rotate(jurisdiction)
    with pytest.raises(Crashed), CRASHES[place.kind.CODE](keeper, patch):
        keeper.destroy(jurisdiction, epoch)
    assert keeper.unfinished(jurisdiction) == (epoch,)
    return epoch, wrapped


def test_a_destruction_that_was_interrupted_is_never_taken_for_done(place, keeper, monkeypatch):
    epoch, wrapped = destroyed_by_half(place, keeper, monkeypatch, CA)
    assert epoch not in keeper.epochs(CA)
    with pytest.raises(KeyErased):
        keeper.unwrap(CA, epoch, wrapped)
    keeper.destroy(CA, epoch)
    assert keeper.unfinished(CA) == ()


def test_opening_finishes_a_destruction_that_was_interrupted(place, keeper, monkeypatch):
    destroyed_by_half(place, keeper, monkeypatch, US_CA)
    place.open()
    assert keeper.unfinished(US_CA) == ()


def test_the_current_epoch_is_not_destroyed_nor_one_that_never_was(keeper):
    newest = keeper.rotate(US_CA)
    with pytest.raises(ConfigurationError, match="rotate first"):
        keeper.destroy(US_CA, newest)
    with pytest.raises(Tampered):
        keeper.destroy(US_CA, 99)
    assert keeper.current_epoch(US_CA) == newest


def test_a_jurisdiction_without_a_key_is_said_so_and_gets_its_first(keeper):
    with pytest.raises(NoKey, match="DE"):
        keeper.current_epoch(Jurisdiction("DE"))
    assert keeper.epochs(Jurisdiction("DE")) == ()
    assert keeper.rotate(Jurisdiction("DE")) == 1
    assert keeper.epochs(Jurisdiction("DE")) == (1,)


def test_secrets_outlive_a_restart_and_differ(place, keeper):
    found = [keeper.secret(name) for name in ("card", "claim", "index", "log", "token")]
    assert found == [place.open().secret(name) for name in ("card", "claim", "index", "log", "token")]
    assert len(set(found)) == 5
    assert {len(secret) for secret in found} == {32}


@pytest.mark.parametrize("name", ["", "../x", "Claim", "a b", "x" * 33, "nothing"])
def test_nothing_else_is_given_as_a_secret(keeper, name):
    with pytest.raises(ConfigurationError):
        keeper.secret(name)


@pytest.mark.parametrize("code", ["../FR", "fr", "", "FR/1", "F*"])
def test_no_other_text_names_a_jurisdiction(keeper, code):
    for act in (keeper.current_epoch, keeper.rotate, keeper.epochs, keeper.unfinished):
        with pytest.raises(ConfigurationError):
            act(Jurisdiction(code))


def test_creating_is_done_once(place, keeper):
    before = keeper.secret("claim")
    with pytest.raises(ConfigurationError, match="once"):
        place.create(FR)
    assert keeper.secret("claim") == before


def test_a_keeper_shows_no_key(keeper):
    secret = keeper.secret("claim")
    assert "bytes" not in repr(keeper)
    assert secret.hex() not in repr(keeper)
