"""What is written of the interface is what the interface is."""

import orjson
import pytest

from registry.api.codes import MEANINGS
from registry.api.field_codes import FIELD_CODES
from registry.api.openapi import document
from registry.api.problems import problem_of
from registry.api.routes import ROUTES
from registry.api.statuses import HTTP_STATUS, status_of
from registry.errors import AlreadyTaken, Conflict, KeyReused, NotFound, NotPermitted, StaleVersion, Unavailable
from tests.http.written import FILES, ROOT, written
from tests.test_house import codes, files


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_from_the_route_table_is_up_to_date(name):
    assert (ROOT / name).read_text() == written(name), "python -m tests.http.written writes it"


def test_the_description_is_valid_openapi():
    import openapi_spec_validator  # noqa: PLC0415  # its grammars take seconds: whoever else runs tests does not wait

    openapi_spec_validator.validate(orjson.loads(orjson.dumps(document(ROUTES))))


def test_every_operation_has_a_name_of_its_own():
    names = [route.operation for route in ROUTES]
    assert len(names) == len(set(names))


def test_every_code_that_the_source_raises_has_a_meaning():
    raised = {code for file in files("registry", ending=".py") for code in codes(file)}
    assert raised - set(MEANINGS) == set()
    assert set(HTTP_STATUS) <= set(MEANINGS)


def test_every_problem_that_a_route_names_has_a_meaning():
    assert {code for route in ROUTES for code in route.problems} <= set(MEANINGS)


RAISED = {
    "NotPermitted": NotPermitted,
    "NotFound": NotFound,
    "Conflict": Conflict,
    "StaleVersion": StaleVersion,
    "AlreadyTaken": AlreadyTaken,
    "KeyReused": KeyReused,
    "Unavailable": Unavailable,
}


def test_the_written_status_of_a_code_is_the_one_that_its_error_gives():
    import ast  # noqa: PLC0415

    for file in files("registry", ending=".py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            kind = RAISED.get(ast.unparse(call.func))
            if kind and call.args and isinstance(call.args[0], ast.Constant):
                code = call.args[0].value
                assert problem_of(kind(code), incident="").status == status_of(code), (file.name, code)


def test_codes_of_fields_are_words():
    assert all(meaning.endswith(".") for meaning in [*FIELD_CODES.values(), *MEANINGS.values()])
