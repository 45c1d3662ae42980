"""A hardware token in software: SoftHSM in a folder of its own. The library reads its configuration once a process."""

import os
import subprocess
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

from scripts import softhsm

PIN = "135790"
TOKENS = 24
"""Made at once: the library, once loaded, does not see tokens made later."""
_numbers = count(1)


@lru_cache(maxsize=1)
def _module() -> Path | None:
    """Point SoftHSM at a folder of this process, before its library is loaded for the first time."""
    found = softhsm.on_the_machine()
    if found is None:
        return None
    folder = Path(mkdtemp(prefix="softhsm-"))
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for number in range(1, TOKENS + 1):
        command = [softhsm.PROGRAM, "--init-token", "--free", "--label", f"registry-{number}"]
        subprocess.run([*command, "--so-pin", PIN, "--pin", PIN], check=True, capture_output=True)
    return found


def token_options(folder: Path) -> dict[str, str]:
    """Give the keeper's options for an empty token; skips, loudly, where there is no SoftHSM."""
    module = _module()
    if module is None:
        pytest.skip("no SoftHSM on this machine: the hardware keeper is NOT tested")
    label = f"registry-{next(_numbers)}"
    pin_file = folder / f"{label}.pin"
    pin_file.write_text(PIN + "\n")
    pin_file.chmod(0o600)
    return {"module": str(module), "token": label, "pin_file": str(pin_file)}
