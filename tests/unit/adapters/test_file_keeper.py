"""What the keeper in files promises of its files."""

import os
from dataclasses import fields

import pytest

from adapters.keepers.file import create, open_keeper
from registry.errors import ConfigurationError, KeyErased
from registry.values.jurisdiction import Jurisdiction

FR, CA, US_CA = Jurisdiction("FR"), Jurisdiction("CA"), Jurisdiction("US-CA")
KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def keeper(folder):
    return create(folder, (FR, CA, US_CA))


def test_opening_creates_nothing(tmp_path):
    with pytest.raises(ConfigurationError, match="explicit"):
        open_keeper(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_wrapping_is_the_standard_key_wrap(keeper):
    assert len(keeper.wrap(FR, 1, KEY)) == 40


def test_an_interrupted_destruction_stays_destroyed_and_can_be_finished(keeper, folder):
    keeper.rotate(FR)
    (folder / "kek_FR_1.destroyed").touch(mode=0o600)
    with pytest.raises(KeyErased):
        keeper.wrap(FR, 1, KEY)
    keeper.destroy(FR, 1)
    assert not (folder / "kek_FR_1.key").exists()


def test_no_key_stays_in_the_memory_of_a_process_that_has_used_it(keeper, folder):
    key = (folder / "kek_FR_1.key").read_bytes()
    keeper.unwrap(FR, 1, keeper.wrap(FR, 1, KEY))
    assert str(key) not in str([getattr(keeper, field.name) for field in fields(keeper)])


def test_the_bytes_are_overwritten_before_the_name_goes(keeper, folder):
    keeper.rotate(FR)
    with (folder / "kek_FR_1.key").open("rb") as held:
        keeper.destroy(FR, 1)
        assert held.read() == bytes(32)


@pytest.mark.usefixtures("keeper")
def test_everything_is_readable_by_its_owner_alone(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in folder.iterdir()}
    secrets = {f"secret_{name}.key" for name in ("card", "claim", "index", "log", "token")}
    assert names == {"kek_FR_1.key", "kek_CA_1.key", "kek_US-CA_1.key"} | secrets
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


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


def test_the_mask_of_the_process_does_not_widen_anything(folder):
    before = os.umask(0)
    try:
        create(folder, (FR,))
    finally:
        os.umask(before)
    open_keeper(folder)
