"""The supply of packages: locks read whole, licences held to the list, advisories compared, the bill of materials."""

from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from packaging.version import Version

from scripts import advisories, checks, hazards, licences, sbom
from scripts.packages import LOCKS, Package, locked

PACKAGE = Package(name="aiohttp", version=Version("3.14.5"), digests=("0" * 64,))
ROOT = Path(__file__).parents[2]


def advisory(**affected) -> dict:
    said = {"package": {"ecosystem": "PyPI", "name": "AioHTTP"}} | affected
    return {"id": "X-2026-1", "modified": "2026-11-01T00:00:00Z", "affected": [said]}


def ranged(*events: dict[str, str], kind: str = "ECOSYSTEM") -> dict:
    return advisory(ranges=[{"type": kind, "events": list(events)}])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_read_whole_and_every_package_has_its_digests(lock: str):
    packages = locked(lock)
    assert len(packages) == sum(line[:1].isalnum() for line in LOCKS[lock].read_text().splitlines())
    assert all(len(digest) == 64 for package in packages for digest in package.digests)
    assert all((one.name, one.version) < (other.name, other.version) for one, other in pairwise(packages))


def test_a_line_without_a_digest_is_not_read():
    from scripts import packages  # noqa: PLC0415

    with pytest.raises(ValueError, match="cannot be read at: left-pad"):
        tuple(packages._packages("left-pad==1.3.0 \\\n"))  # noqa: SLF001


def test_every_locked_package_has_a_licence_that_we_take(capsys: pytest.CaptureFixture[str]):
    assert licences.main() == 0
    assert "licences read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("AGPL-3.0-only", False),
        ("MIT License", True),
    ],
)
def test_a_licence_is_taken_by_its_best_choice(said, taken):
    found = licences.as_expression(said)
    assert found is not None
    assert licences.is_taken(found) is taken


def test_words_that_name_no_licence_are_not_one():
    assert licences.as_expression("do what you like") is None


def test_what_is_not_installed_is_said_and_fails():
    missing = Package(name="no-such-package", version=Version("1"), digests=())
    assert "not installed" in (licences.fault_of(missing) or "")
    other = Package(name="aiohttp", version=Version("0.1"), digests=())
    assert "not installed" in (licences.fault_of(other) or "")
    elsewhere = Package(name="no-such-package", version=Version("1"), digests=(), marker="sys_platform == 'plan9'")
    assert licences.fault_of(elsewhere) is None


@pytest.mark.parametrize(
    ("said", "affected"),
    [
        (ranged({"introduced": "0"}), True),
        (ranged({"introduced": "3.14.5"}), True),
        (ranged({"introduced": "3.14.6"}), False),
        (ranged({"introduced": "0"}, {"fixed": "3.14.5"}), False),
        (ranged({"introduced": "0"}, {"fixed": "3.14.6"}), True),
        (ranged({"introduced": "0"}, {"last_affected": "3.14.5"}), True),
        (ranged({"introduced": "0"}, {"last_affected": "3.14.4"}), False),
        (ranged({"introduced": "1"}, {"fixed": "2"}, {"introduced": "3.14"}, {"fixed": "4"}), True),
        (ranged({"introduced": "what"}), True),
        (ranged({"introduced": "0"}, kind="GIT"), False),
        (advisory(versions=["3.14.4", "3.14.5"]), True),
        (advisory(versions=["3.14.50"]), False),
        (advisory(package={"ecosystem": "npm", "name": "aiohttp"}, versions=["3.14.5"]), False),
        (advisory(package={"ecosystem": "PyPI", "name": "aiohttp-cors"}, versions=["3.14.5"]), False),
    ],
)
def test_an_advisory_is_held_against_the_locked_version(tmp_path, said, affected):
    (tmp_path / "one.json").write_bytes(orjson.dumps(said))
    known = list(advisories.read(tmp_path))
    assert any(advisories.affects(each, PACKAGE) for each in known) is affected


def test_without_advisories_nothing_is_said_to_be_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "npm.json").write_bytes(
        orjson.dumps(advisory(package={"ecosystem": "npm", "name": "x"}, versions=["1"]))
    )
    assert advisories.main([]) == advisories.main([str(tmp_path)]) == advisories.NOT_RUN == checks.IDLE["advisories"]
    assert capsys.readouterr().out.count("not run") == 2


def test_every_locked_package_is_compared_and_an_affected_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "one.json").write_bytes(orjson.dumps(ranged({"introduced": "0"}, {"fixed": "1.0"})))
    assert advisories.main([str(tmp_path)]) == 0
    assert f"{len(locked())} locked packages held against 1 advisories" in capsys.readouterr().out
    (tmp_path / "two.json").write_bytes(orjson.dumps(ranged({"introduced": "0"})))
    assert advisories.main([str(tmp_path)]) == 1
    assert "aiohttp" in capsys.readouterr().out
    (tmp_path / "two.json").write_bytes(orjson.dumps(ranged({"introduced": "0"}) | {"withdrawn": "2026-11-02"}))
    assert advisories.main([str(tmp_path)]) == 0
    (tmp_path / "three.json").write_bytes(b"{")
    assert advisories.main([str(tmp_path)]) == 1


def test_an_idle_check_is_told_apart_from_one_that_passed_and_no_other_may_be_idle(capsys: pytest.CaptureFixture[str]):
    ends = ("python", "-c", "raise SystemExit(3)")
    assert checks.run("advisories", ends) == 3
    assert "NOT RUN" in capsys.readouterr().out
    checks.run("pyright", ends)
    assert "FAILED" in capsys.readouterr().out


def test_the_bill_names_every_locked_package_with_its_digests_and_is_the_same_each_time():
    packages = locked("runtime")
    text = sbom.written(packages)
    assert text == sbom.text_of(packages)
    bill = orjson.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {(part["name"], part["version"]): part for part in bill["components"]}
    assert set(named) == {(package.name, str(package.version)) for package in packages}
    for package in packages:
        (files,) = named[package.name, str(package.version)]["externalReferences"]
        assert sorted(each["content"] for each in files["hashes"]) == sorted(set(package.digests))
    needs = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    assert any(ref.startswith("pkg:pypi/yarl@") for ref in needs[f"pkg:pypi/aiohttp@{PACKAGE.version}"])
    assert any(ref.startswith("pkg:pypi/tuf@") for ref in needs["protective-order-registry"])
    assert "licenses" in named["aiohttp", str(PACKAGE.version)]


def test_there_is_a_bill_of_each_lock_and_of_no_other():
    assert sbom.main(["nothing"]) == 2


@pytest.mark.parametrize(
    ("rule", "file", "line", "passes"),
    [
        ("B608", "registry/ledger/reader.py", "noqa: S608", True),
        ("B602", "registry/ledger/reader.py", "noqa: S608", False),
        ("B603", "scripts/checks.py", "subprocess.run(", True),
        ("B102", "registry/law/making.py", "exec(text", True),
        ("B102", "registry/law/making.py", "import", False),
        ("B105", "registry/api/asking.py", "Bearer", True),
        ("B105", "registry/api/tokens.py", "import", False),
    ],
)
def test_a_hazard_passes_where_the_linter_was_told_why_and_nowhere_else(rule, file, line, passes):
    number = next(at for at, text in enumerate((ROOT / file).read_text().splitlines(), start=1) if line in text)
    found = hazards.Finding(test_id=rule, filename=f"{ROOT / file}", line_range=[number], issue_text="")
    assert hazards.passes(found) is passes
