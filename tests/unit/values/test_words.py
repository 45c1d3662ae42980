"""Identifiers, codes of jurisdictions and closed lists mean what they say."""

from enum import StrEnum
from importlib import import_module
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.values.identifiers import derived
from registry.values.issuance import PERMISSIONS, ConditionKind
from registry.values.jurisdiction import Jurisdiction, country_of, covers, is_shaped_like_a_jurisdiction
from registry.values.service import COPY_SERVED, TOLD, ServiceState

WORDS = ("check", "contact", "issuance", "notice", "recognition", "service", "violation")


@pytest.mark.parametrize("code", ["FR", "US-CA", "GB-EAW", "US-X-NAVAJO", "AU-NSW", "DE-BE"])
def test_a_code_has_a_shape(code):
    assert is_shaped_like_a_jurisdiction(code)


@pytest.mark.parametrize(
    "code",
    ["", "F", "fr", "FRA", "US-", "US-X-", "US-X-navajo", "US-ABCD", "FR\n", "US-X-" + "A" * 20, "ＦＲ", "F1"],  # noqa: RUF001
)
def test_what_has_no_shape_is_no_code(code):
    assert not is_shaped_like_a_jurisdiction(code)


def test_california_lies_in_the_united_states_and_canada_is_another_country():
    assert country_of(Jurisdiction("US-CA")) == "US"
    assert covers(Jurisdiction("US"), Jurisdiction("US-CA"))
    assert covers(Jurisdiction("US-CA"), Jurisdiction("US-CA"))
    assert not covers(Jurisdiction("US-CA"), Jurisdiction("US"))
    assert not covers(Jurisdiction("CA"), Jurisdiction("US-CA"))
    assert not covers(Jurisdiction("US-C"), Jurisdiction("US-CA"))


@given(seed=st.uuids(), one=st.text(), other=st.text())
def test_a_derived_identifier_is_the_same_again_and_another_for_another_purpose(seed, one, other):
    assert derived(seed, one) == derived(seed, one)
    assert (derived(seed, one) == derived(seed, other)) == (one == other)


def test_a_derived_identifier_does_not_show_its_seed():
    assert UUID(int=1).hex not in derived(UUID(int=1), "fact/1").hex
    assert derived(UUID(int=1), "fact/1") != derived(UUID(int=2), "fact/1")


@pytest.mark.parametrize("room", WORDS)
def test_a_word_is_written_as_it_is_named(room):
    module = import_module(f"registry.values.{room}")
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__:
            for word in kind:
                assert word.value.replace(" ", "_") == word.name


def test_a_permission_forbids_nothing():
    assert {ConditionKind.TEMP_CUSTODY, ConditionKind.EXCEPTION_VISITATION} == PERMISSIONS


def test_whoever_was_served_a_copy_was_told():
    assert COPY_SERVED < TOLD
    doubtful = {
        ServiceState.PENDING,
        ServiceState.ATTEMPTED,
        ServiceState.ADDRESS_UNKNOWN,
        ServiceState.FAILED_RETURNED,
        ServiceState.UNKNOWN,
        ServiceState.NOT_REQUIRED,
    }
    assert doubtful == set(ServiceState) - TOLD
    assert ServiceState.VERBAL_NOTICE_BY_OFFICER not in COPY_SERVED


def test_few_statuses_can_be_enforced():
    assert {status.value for status in ENFORCEABLE_STATUSES} == {
        "ENFORCEABLE",
        "ENFORCEABLE_IMPORTED",
        "ENFORCEABLE_ON_FACE",
        "PARTIAL",
        "NOTIFY_THEN_ENFORCE",
    }
