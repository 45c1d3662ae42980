"""The proof folder's own vectors, for us and for whoever writes another client; `python -m tests.proof_vectors` writes.

Keys come from published seeds and are of no worth. ML-DSA-44 signs with fresh randomness each time, so that its
checkpoint is written once and afterwards only verified.
"""

from pathlib import Path

import orjson

from registry.ledger.proof.encoding import to_base64
from registry.ledger.proof.merkle import leaf_hash, tree_root
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import sign_checkpoint
from registry.ledger.proof.signed_note import Note
from registry.ledger.proof.tlog_proof import TlogProof
from registry.ledger.proof.vkey import to_vkey
from tests.transparency import (
    FRANCE,
    FRANCE_KEY,
    LOG_ED25519,
    LOG_KEY,
    LOG_SUBTREE_KEY,
    NOW,
    SIGNER,
    MemoryLog,
    entry,
)

FOLDER = Path(__file__).with_name("golden") / "proof"
SIZE = 300
ONCE = "checkpoint-with-ml-dsa-44"
ROOTS = (0, 1, 2, 3, 7, 8, 255, 256, 257, 300, 65_535, 65_536, 65_537)
INCLUSION = (0, 1, 255, 256, 299)
CONSISTENCY = (1, 2, 3, 128, 255, 256, 299, 300)


def vectors() -> dict[str, bytes]:
    """Make every file that is the same each time, by name."""
    log = MemoryLog()
    checkpoint = log.append([entry(number) for number in range(SIZE)])
    text = checkpoint.text
    witnessed = Note(
        text=text,
        signatures=(
            LOG_KEY.sign(text, LOG_ED25519.sign),
            FRANCE_KEY.sign(text, FRANCE.sign, timestamp=NOW),
        ),
    )
    tree = TileTree(SIZE, ExpandedTiles(log.read))
    proof = TlogProof(index=257, path=tree.inclusion(257), checkpoint=witnessed.raw, extra=b"not authenticated")
    lines = (f"log {to_vkey(LOG_KEY)}", f"witness fr {to_vkey(FRANCE_KEY)}", "quorum fr", "")
    return {
        "checkpoint": witnessed.raw,
        "entry-257.tlog-proof": proof.raw,
        "log-ml-dsa-44.vkey": to_vkey(LOG_SUBTREE_KEY).encode() + b"\n",
        "policy": "\n".join(lines).encode(),
        "tree.json": orjson.dumps(_tree(tree), option=orjson.OPT_INDENT_2) + b"\n",
    }


def _tree(tree: TileTree) -> dict[str, object]:
    leaves = [leaf_hash(entry(number)) for number in range(ROOTS[-1])]
    return {
        "entries": "entry n is the text 'entry <n> ' repeated 1 + n modulo 5 times",
        "roots": {str(size): to_base64(tree_root(leaves[:size])) for size in ROOTS},
        "size": SIZE,
        "inclusion": {str(index): list(map(to_base64, tree.inclusion(index))) for index in INCLUSION},
        "consistency": {str(old): list(map(to_base64, tree.consistency(old))) for old in CONSISTENCY},
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in vectors().items():
        (FOLDER / name).write_bytes(content)
    if not (FOLDER / ONCE).exists():
        log = MemoryLog()
        checkpoint = log.append([entry(number) for number in range(SIZE)])
        note = sign_checkpoint(checkpoint, former=None, read=log.read, signer=SIGNER, timestamp=NOW)
        (FOLDER / ONCE).write_bytes(note.raw)


if __name__ == "__main__":
    main()
