"""What the keeper in a hardware module promises of its token, and what it says when there is none."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.keepers.pkcs11 import KEEPER, Pkcs11Keeper
from registry import core
from registry.config import Settings
from registry.demo.cast import enrolment
from registry.errors import ConfigurationError
from registry.values.jurisdiction import Jurisdiction
from tests.simulators.token import token_options

FR = Jurisdiction("FR")
KEY = bytes(range(32))
NOWHERE = Path("nowhere")


@pytest.fixture
def options(tmp_path):
    return token_options(tmp_path)


def test_the_key_never_leaves_the_token(options):
    import pkcs11  # noqa: PLC0415  # the extra may not be there; then the fixture has skipped

    KEEPER.create(NOWHERE, (FR,), options=options)
    token = pkcs11.lib(options["module"]).get_token(token_label=options["token"])
    with token.open() as session:
        (key,) = session.get_objects({pkcs11.Attribute.LABEL: "kek_FR"})
        assert key[pkcs11.Attribute.SENSITIVE]
        assert not key[pkcs11.Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]


def test_two_wrappings_of_one_key_differ(options):
    keeper = KEEPER.create(NOWHERE, (FR,), options=options)
    assert keeper.wrap(FR, 1, KEY) != keeper.wrap(FR, 1, KEY)


def test_a_token_without_the_secrets_stops_the_start(options):
    with pytest.raises(ConfigurationError, match="card"):
        KEEPER.open(NOWHERE, options=options)


def test_a_fault_of_the_module_is_told_by_its_class():
    library = pytest.importorskip("pkcs11")

    class Removed:
        """A token that was pulled out of its slot."""

        def get_objects(self, _):
            raise library.exceptions.TokenNotPresent("slot 4711")

    with pytest.raises(ConfigurationError) as caught:
        Pkcs11Keeper(library, Removed()).epochs(FR)
    assert str(caught.value) == "the hardware module refused: TokenNotPresent"


@pytest.mark.parametrize("missing", ["module", "token", "pin_file"])
def test_every_option_is_needed(missing):
    options = {"module": "a", "token": "b", "pin_file": "c"} | {missing: ""}
    with pytest.raises(ConfigurationError, match="needs its module"):
        KEEPER.open(NOWHERE, options=options)


@pytest.mark.parametrize("change", [{"token": "another"}, {"module": "nowhere.so"}])
def test_a_token_that_is_not_there_is_said_so(options, change):
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        KEEPER.open(NOWHERE, options=options | change)


@pytest.mark.parametrize("content", [b"000000", b"\xff\xfe"])
def test_a_wrong_pin_is_refused_and_not_repeated(options, content):
    Path(options["pin_file"]).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        KEEPER.open(NOWHERE, options=options)
    assert "000000" not in str(caught.value)


def test_a_pin_that_others_can_read_stops_the_start(options):
    Path(options["pin_file"]).chmod(0o640)
    with pytest.raises(ConfigurationError, match="0600"):
        KEEPER.open(NOWHERE, options=options)
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        KEEPER.open(NOWHERE, options=options | {"pin_file": "nowhere"})


def test_without_the_extra_it_says_which(options, monkeypatch):
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(ConfigurationError, match="extra"):
        KEEPER.open(NOWHERE, options=options)


def test_a_registry_is_made_and_opened_with_its_keys_in_the_token(options, tmp_path):
    settings = Settings(
        data=tmp_path / "data",
        keeper="pkcs11",
        pkcs11_module=options["module"],
        pkcs11_token=options["token"],
        pkcs11_pin_file=options["pin_file"],
    )
    core.create(settings, enrolment(), demo=True)
    assert not (settings.data / core.KEYS).exists()
    with core.opened(settings) as opened:
        assert opened.keeper.epochs(FR) == (1,)


def test_a_keeper_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(ConfigurationError, match="file, pkcs11"):
        core.keeper_kind(replace(Settings(data=tmp_path), keeper="paper"))
