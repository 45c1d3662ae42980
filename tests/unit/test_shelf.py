"""A shelf offers what its modules offer, and a broken module stops the start."""

import sys

import pytest

from registry.errors import ConfigurationError
from registry.shelf import shelf

GOOD = "class Court:\n    CODE = '{}'\n\n\nCOURT = Court()\n"
BY_JURISDICTION = "class Court:\n    JURISDICTION = 'EE'\n\n\nCOURT = Court()\n"


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    name = f"shelf_of_{request.node.name.partition('[')[0]}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / name
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def stock(package, **modules):
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text)


def take(package):
    return shelf("nobody-has-this-entry-point", "COURT", default=package.name)


def test_every_module_is_found_by_its_code(package):
    stock(package, b=GOOD.format("fr"), a=GOOD.format("es"), c=BY_JURISDICTION)
    assert list(take(package)) == ["es", "fr", "EE"]


def test_an_empty_shelf_is_empty(package):
    assert take(package) == {}


def test_a_module_with_an_underscore_is_not_on_offer(package):
    stock(package, _shared="raise RuntimeError\n")
    assert take(package) == {}


@pytest.mark.parametrize(
    "text",
    [
        "import nothing_of_this_name\n",
        "raise RuntimeError('secret')\n",
        "def broken(:\n",
        "",
        "COURT = None\n",
        "COURT = object()\n",
        "class COURT:\n    CODE = 5\n",
    ],
    ids=["import", "raises", "syntax", "empty", "none", "no-code", "number"],
)
def test_a_broken_module_stops_the_start_and_is_named(package, text):
    stock(package, good=GOOD.format("fr"), xx=text)
    with pytest.raises(ConfigurationError, match=r"\.xx") as fault:
        take(package)
    assert "secret" not in str(fault.value)


def test_a_code_taken_twice_stops_the_start(package):
    stock(package, a=GOOD.format("fr"), b=GOOD.format("fr"))
    with pytest.raises(ConfigurationError, match="already"):
        take(package)


def test_a_shelf_that_is_not_there_stops_the_start():
    with pytest.raises(ConfigurationError, match="no_such_package"):
        shelf("nobody-has-this-entry-point", "COURT", default="no_such_package")
