"""`registry limits` shows what holds and releases a lock, beside a registry that runs."""

from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.limit_fittings import limits_table
from registry.limits.lock_file import FILE, Locked, LockFile
from registry.limits.table import MAXIMUM_FILE
from registry.values.time import Instant

LOCK = Locked(lock_ref=UUID(int=7), kind="client-at-peer", subject="fr-police", at=Instant(1_790_000_000_000_000))


def run(folder, *arguments: str, **environment: str):
    return CliRunner().invoke(main, ["--data", str(folder), "limits", *arguments], env=environment)


def test_the_table_that_holds_is_shown(tmp_path):
    file = tmp_path / "limits"
    file.write_text("checks-of-an-officer 120/minute\n")
    shown = run(tmp_path, "show", "--json", REGISTRY_LIMITS=str(file))
    lines = {line["budget"]: line for line in orjson.loads(shown.stdout)}
    assert lines["checks-of-an-officer"] == {
        "budget": "checks-of-an-officer",
        "of": "OFFICER",
        "limit": "120 per 1 minute",
        "ceiling": 1200,
    }
    text = run(tmp_path, "show").stdout.splitlines()
    assert len(text) == len(lines)
    assert text[0].split() == ["sign-ins-of-a-peer", "PEER", "600", "per", "1", "minute", "ceiling", "600"]
    assert run(tmp_path, "show", REGISTRY_LIMITS=str(tmp_path / "none")).exit_code == 2


def test_a_lock_is_listed_and_released_once(tmp_path):
    file = LockFile(tmp_path / FILE)
    file.lock(LOCK)
    file.lock(Locked(lock_ref=UUID(int=8), kind="peer", subject=None, at=Instant(LOCK.at - 1)))
    listed = orjson.loads(run(tmp_path, "locks", "--json").stdout)
    assert listed[0] == {
        "lock_ref": str(LOCK.lock_ref),
        "kind": "client-at-peer",
        "client": "fr-police",
        "locked_at": "2026-09-21T14:13:20.000000Z",
    }
    assert run(tmp_path, "locks").stdout.splitlines()[1].endswith("peer -")
    assert run(tmp_path, "release", str(LOCK.lock_ref)).exit_code == 0
    assert not file.is_locked((LOCK.lock_ref,))
    again = run(tmp_path, "release", str(LOCK.lock_ref))
    assert (again.exit_code, "no such lock" in again.output) == (1, True)
    file.close()


@pytest.mark.parametrize("content", [b"\xff", b"#" * (MAXIMUM_FILE + 1)])
def test_a_file_of_limits_that_cannot_be_read_is_refused(tmp_path, content):
    (tmp_path / "limits").write_bytes(content)
    with pytest.raises(ConfigurationError, match="file of limits"):
        limits_table(Settings(limits=tmp_path / "limits"))
