"""Two birth dates agree in one way of a closed list, and what is not known agrees with nothing."""

import pytest

from registry.identity.dates import Born, born_alike


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1980-03-04", "1980-03-04", Born.SAME_DAY),
        ("1980-03-04", "1980-04-03", Born.TRANSPOSED),
        ("1980-03-04", "1980-03-05", Born.ONE_SLIP),
        ("1980-03-14", "1980-03-41", Born.ONE_SLIP),
        ("1980-12-04", "1980-10-24", Born.ONE_SLIP),
        ("1980-03-04", "1979-03-04", Born.TWO_PARTS),
        ("1980-03-04", "1980-03-27", Born.TWO_PARTS),
        ("1980-03-04", "1980-01-01", Born.SAME_YEAR),
        ("1980-03-14", "1981-01-01", Born.NEAR_YEAR),
        ("1980-03-14", "1980-05-24", Born.TWO_SLIPS),
        ("1980-03-14", "1980-12-25", Born.OTHER_DAY),
        ("1980-03-14", "1950-12-25", Born.DIFFERENT),
        ("1980-03-14", "1980-03", Born.SAME_MONTH),
        ("1980-03-14", "1980-04", Born.OTHER_DAY),
        ("1980-03-14", "1980", Born.SAME_YEAR),
        ("1980", "1980", Born.SAME_YEAR),
        ("1980-03-14", "1981", Born.NEAR_YEAR),
        ("1980", "1990-01", Born.DIFFERENT),
        (None, None, Born.MISSING),
        ("", "1980", Born.MISSING),
        ("1980", None, Born.MISSING),
        ("14.3.1980", "14.3.1980", Born.MISSING),
        ("1980-13-99", "1980-13-99", Born.SAME_DAY),
    ],
)
def test_birth_dates_agree_in_one_way(one: str | None, other: str | None, expected: Born):
    assert born_alike(one, other) is expected
    assert born_alike(other, one) is expected
