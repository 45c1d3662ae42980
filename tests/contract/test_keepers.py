"""What every key keeper promises, and what the one in files promises of its files."""

import os
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.keepers.file import KEEPER, FileKeeper, create, open_keeper
from registry.errors import ConfigurationError, KeyErased, NoKey, Tampered
from registry.ports import KeyKeeper
from registry.shelf import shelf
from registry.values.jurisdiction import Jurisdiction
from registry.vault.keys import Keeper

FR, CA, US_CA = Jurisdiction("FR"), Jurisdiction("CA"), Jurisdiction("US-CA")
KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def keeper(folder):
    return create(folder, (FR, CA, US_CA))


def test_the_file_keeper_is_found_on_its_shelf():
    assert shelf("keepers", "KEEPER", default="adapters.keepers")["file"] is KEEPER


@pytest.mark.parametrize("method", ["current_epoch", "wrap", "unwrap"])
def test_a_keeper_has_the_shape_that_the_vault_and_the_port_ask_for(method):
    assert signature(getattr(Keeper, method)) == signature(getattr(KeyKeeper, method))
    assert list(signature(getattr(FileKeeper, method)).parameters) == list(
        signature(getattr(KeyKeeper, method)).parameters
    )


def test_a_wrapped_key_unwraps_to_itself_and_shows_nothing(keeper):
    wrapped = keeper.wrap(FR, 1, KEY)
    assert len(wrapped) == 40
    assert KEY not in wrapped
    assert keeper.unwrap(FR, 1, wrapped) == KEY


def test_a_wrapped_key_belongs_to_its_jurisdiction_and_epoch(keeper):
    wrapped = keeper.wrap(FR, 1, KEY)
    assert keeper.rotate(FR) == 2
    for jurisdiction, epoch in ((CA, 1), (US_CA, 1), (FR, 2), (FR, 3)):
        with pytest.raises(Tampered):
            keeper.unwrap(jurisdiction, epoch, wrapped)


@given(st.binary(max_size=64))
def test_no_other_bytes_unwrap(tmp_path_factory, raw):
    keeper = create(tmp_path_factory.mktemp("keeper") / "keys", (FR,))
    with pytest.raises(Tampered):
        keeper.unwrap(FR, 1, raw)


def test_canada_and_california_do_not_share_epochs(keeper):
    keeper.rotate(CA)
    assert (keeper.current_epoch(CA), keeper.current_epoch(US_CA), keeper.current_epoch(FR)) == (2, 1, 1)


def test_a_destroyed_epoch_is_gone_for_every_process_and_its_number_is_never_used_again(keeper, folder):
    other = open_keeper(folder)
    wrapped = keeper.wrap(FR, 1, KEY)
    assert other.unwrap(FR, 1, wrapped) == KEY
    keeper.rotate(FR)
    keeper.destroy(FR, 1)
    keeper.destroy(FR, 1)
    for each in (keeper, other, open_keeper(folder)):
        with pytest.raises(KeyErased):
            each.unwrap(FR, 1, wrapped)
    assert not (folder / "kek_FR_1.key").exists()
    assert keeper.rotate(FR) == 3


def test_an_interrupted_destruction_stays_destroyed_and_can_be_finished(keeper, folder):
    keeper.rotate(FR)
    (folder / "kek_FR_1.destroyed").touch(mode=0o600)
    with pytest.raises(KeyErased):
        keeper.wrap(FR, 1, KEY)
    keeper.destroy(FR, 1)
    assert not (folder / "kek_FR_1.key").exists()


def test_the_bytes_are_overwritten_before_the_name_goes(keeper, folder):
    keeper.rotate(FR)
    with (folder / "kek_FR_1.key").open("rb") as held:
        keeper.destroy(FR, 1)
        assert held.read() == bytes(32)


def test_the_current_epoch_is_not_destroyed_nor_one_that_never_was(keeper):
    with pytest.raises(ConfigurationError, match="rotate first"):
        keeper.destroy(FR, 1)
    with pytest.raises(Tampered):
        keeper.destroy(FR, 9)
    assert keeper.current_epoch(FR) == 1


def test_a_jurisdiction_without_a_key_is_said_so(keeper):
    with pytest.raises(NoKey, match="DE"):
        keeper.current_epoch(Jurisdiction("DE"))


@pytest.mark.usefixtures("keeper")
def test_everything_is_readable_by_its_owner_alone(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in folder.iterdir()}
    secrets = {f"secret_{name}.key" for name in ("card", "claim", "index", "log", "token")}
    assert names == {"kek_FR_1.key", "kek_CA_1.key", "kek_US-CA_1.key"} | secrets
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_secrets_outlive_a_restart_and_differ(keeper, folder):
    assert keeper.secret("claim") == open_keeper(folder).secret("claim")
    assert keeper.secret("claim") != keeper.secret("index")
    assert len(keeper.secret("index")) == 32


@pytest.mark.parametrize("name", ["", "../x", "Claim", "a b", "x" * 33, "nothing"])
def test_no_other_file_is_read_as_a_secret(keeper, name):
    with pytest.raises(ConfigurationError):
        keeper.secret(name)


@pytest.mark.parametrize("code", ["../FR", "fr", "", "FR/1", "F*"])
def test_no_other_text_becomes_part_of_a_file_name(keeper, code):
    for act in (keeper.current_epoch, keeper.rotate):
        with pytest.raises(ConfigurationError):
            act(Jurisdiction(code))


def test_creating_is_done_once_and_opening_creates_nothing(keeper, folder, tmp_path):
    before = keeper.secret("claim")
    with pytest.raises(ConfigurationError, match="once"):
        create(folder)
    assert keeper.secret("claim") == before
    with pytest.raises(ConfigurationError, match="explicit"):
        open_keeper(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("mode", [0o750, 0o701, 0o755])
def test_a_folder_open_to_others_stops_the_start(folder, mode):
    folder.chmod(mode)
    with pytest.raises(ConfigurationError, match="0700"):
        open_keeper(folder)


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("name", ["kek_FR_1.key", "secret_claim.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610])
def test_a_file_open_to_others_stops_the_start(folder, name, mode):
    (folder / name).chmod(mode)
    with pytest.raises(ConfigurationError, match=f"{name}.*0600"):
        open_keeper(folder)


@pytest.mark.usefixtures("keeper")
def test_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere").write_bytes(KEY)
    (folder / "kek_FR_2.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="kek_FR_2"):
        open_keeper(folder)


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_of_another_size_is_no_key(folder, content):
    (folder / "kek_FR_1.key").write_bytes(content)
    with pytest.raises(ConfigurationError, match="does not hold a key"):
        open_keeper(folder)


@pytest.mark.usefixtures("keeper")
def test_a_lost_secret_stops_the_start(folder):
    (folder / "secret_index.key").unlink()
    with pytest.raises(ConfigurationError, match="secret_index"):
        open_keeper(folder)


def test_a_key_is_never_written_over_another(keeper, folder):
    (folder / "kek_FR_2.key").write_bytes(KEY)
    (folder / "kek_FR_2.key").chmod(0o600)
    assert keeper.rotate(FR) == 3
    assert (folder / "kek_FR_2.key").read_bytes() == KEY


def test_a_strange_file_among_the_keys_is_named(keeper, folder):
    (folder / "kek_FR_x.key").write_bytes(KEY)
    with pytest.raises(ConfigurationError, match="kek_FR_x"):
        keeper.current_epoch(FR)


def test_a_keeper_shows_no_key(keeper):
    keeper.wrap(FR, 1, KEY)
    assert "bytes" not in repr(keeper)
    assert "_keys" not in repr(keeper)


def test_the_mask_of_the_process_does_not_widen_anything(folder):
    before = os.umask(0)
    try:
        create(folder, (FR,))
    finally:
        os.umask(before)
    open_keeper(folder)
