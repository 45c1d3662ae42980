"""A new court system begins with two files that already hold the promises."""

import importlib.util
from pathlib import Path

import pytest

from registry.ports import EnteredRecord
from scripts import court_report, new_court


def test_a_new_court_is_two_files_that_read_their_sample(tmp_path: Path) -> None:
    (tmp_path / "adapters" / "courts").mkdir(parents=True)
    made = new_court.begin(tmp_path, "us-vt", "Vermont: judiciary feed")
    assert made is not None
    adapter, sample = made
    assert sorted(file for file in tmp_path.rglob("*") if file.is_file()) == [adapter, sample]
    spec = importlib.util.spec_from_file_location("us_vt", adapter)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (record,) = module.COURT.parse(sample.read_bytes(), court_report.counting())
    assert isinstance(record, EnteredRecord)
    assert record.enter.details.court.jurisdiction == "US-VT"
    assert new_court.begin(tmp_path, "us-vt", "Again") is None


@pytest.mark.parametrize(
    "arguments", [[], ["us-vt"], ["US", "Name"], ["../us", "Name"], ["us-vt", 'A "name"'], ["us-vt", ""]]
)
def test_what_is_no_code_or_no_name_changes_nothing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert new_court.main(arguments) == 2
    assert "usage" in capsys.readouterr().out


def test_a_court_that_is_there_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert new_court.main(["us-hi", "Hawaii"]) == 1
    assert "nothing was changed" in capsys.readouterr().out


def test_a_report_needs_a_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert court_report.main([]) == 2
    assert "usage" in capsys.readouterr().out
