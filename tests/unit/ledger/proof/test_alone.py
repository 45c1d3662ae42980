"""The folder stands alone: copied by itself to an empty directory it signs, proves, verifies and audits."""

import shutil
import subprocess
import sys
from pathlib import Path

import cryptography
import pytest

FOLDER = Path(__file__).parents[4] / "registry" / "ledger" / "proof"
CRYPTOGRAPHY = ("cryptography", "_cffi_backend", "_openssl")
"""What comes with the one package that the folder may use."""
PROGRAM = """
import sys
from hashlib import sha256
sys.path[:0] = [sys.argv[1], sys.argv[2]]

import pkgutil
import registry.ledger.proof as folder
names = [found.name for found in pkgutil.iter_modules(folder.__path__)]
for name in names:
    __import__(f"registry.ledger.proof.{name}")
assert list(folder.__path__) == [sys.argv[1] + "/registry/ledger/proof"], "another copy was found"

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from registry.ledger.proof import audit, checkpoint, cosignature, errors, growth, merkle, policy, reading, self_check
from registry.ledger.proof import signed_note, tiles, tlog_proof, vkey

entries = [b"entry %d" % number for number in range(300)]
grown = growth.grow(growth.EMPTY_EDGE, [merkle.leaf_hash(entry) for entry in entries])
rows = dict(grown.tiles)
for tile in tiles.tiles_between(0, 300, level=tiles.ENTRIES):
    rows[tile] = tiles.to_bundle(entries[tile.index * 256:][:tile.width])
now, later = Ed25519PrivateKey.from_private_bytes(bytes(32)), MLDSA44PrivateKey.from_seed_bytes(bytes(32))
signer = self_check.LogSigner(
    ed25519=signed_note.NoteKey(name="log", public=now.public_key().public_bytes_raw()), sign_ed25519=now.sign,
    ml_dsa_44=cosignature.SubtreeKey(name="log", public=later.public_key().public_bytes_raw()),
    sign_ml_dsa_44=later.sign,
)
head = checkpoint.Checkpoint(origin="log", size=300, root=growth.edge_root(grown.edge))
note = self_check.sign_checkpoint(head, former=None, read=rows.__getitem__, signer=signer, timestamp=1)
trust = policy.parse_policy(f"log {vkey.to_vkey(signer.ed25519)}\\nquorum none\\n".encode())
path = reading.TileTree(300, reading.ExpandedTiles(rows.__getitem__)).inclusion(7)
proof = tlog_proof.TlogProof(index=7, path=path, checkpoint=note.raw)
tlog_proof.verify_tlog_proof(proof, leaf=merkle.leaf_hash(entries[7]), policy=trust)
try:
    tlog_proof.verify_tlog_proof(proof, leaf=merkle.leaf_hash(entries[8]), policy=trust)
except errors.NotVerified:
    print("refused")
audit.audit(policy.accept(note.raw, trust).checkpoint, rows.__getitem__)

strangers = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"__main__"}
print(" ".join(sorted(strangers)))
print(" ".join(sorted(name for name in sys.modules if name.startswith("registry"))))
"""


def test_the_folder_works_alone_in_an_empty_directory(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "registry" / "ledger" / "proof", ignore=shutil.ignore_patterns("__pycache__"))
    packages = Path(cryptography.__file__).parents[1]
    done = subprocess.run(
        # Isolated and without site: no path file leads back to the project.
        [sys.executable, "-I", "-S", "-B", "-c", PROGRAM, tmp_path, packages],
        capture_output=True,
        cwd=tmp_path,
        check=False,
        text=True,
        timeout=60,
    )
    if "another copy was found" in done.stderr:
        pytest.fail("the registry is installed among the packages, not beside them: this test cannot set it apart")
    assert done.returncode == 0, done.stderr
    refused, strangers, ours = done.stdout.splitlines()
    assert refused == "refused"
    assert set(strangers.split()) <= {"registry", *CRYPTOGRAPHY}
    modules = {f"registry.ledger.proof.{file.stem}" for file in FOLDER.glob("*.py") if file.stem != "__init__"}
    assert set(ours.split()) == {"registry", "registry.ledger", "registry.ledger.proof", *modules}
