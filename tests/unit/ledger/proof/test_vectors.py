"""Public vectors and the specifications' own examples, read beside the project; skipped loudly without."""

import re
from base64 import b64decode
from pathlib import Path

import orjson
import pytest

from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.policy import parse_policy
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.vkey import parse_vkey, to_vkey
from registry.ledger.proof.witness import parse_submission
from tests.transparency import FRANCE_KEY, LOG_KEY, ed25519

VECTORS = Path(__file__).parents[5] / "shared" / "vectors"
KINDS = {"inclusion": 98, "consistency": 98}


def needed(*parts: str) -> Path:
    place = VECTORS.joinpath(*parts)
    if not place.exists():
        pytest.skip(f"LOUD: the public vectors (../shared/vectors/{'/'.join(parts)}) are not here")
    return place


def cases(kind: str) -> list[Path]:
    return sorted((VECTORS / "merkle" / kind).rglob("*.json"))


def decoded(texts: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or []]


@pytest.mark.parametrize("kind", KINDS)
def test_the_public_merkle_vectors_are_all_here(kind: str):
    needed("merkle")
    assert len(cases(kind)) == KINDS[kind]


@pytest.mark.parametrize("file", cases("inclusion"), ids=lambda file: "/".join(file.parts[-3:]))
def test_inclusion_as_the_public_vectors_say(file: Path):
    case = orjson.loads(file.read_bytes())
    leaf, root = decoded([case["leafHash"] or "", case["root"] or ""])
    given = {"index": case["leafIdx"], "size": case["treeSize"], "leaf": leaf, "root": root}
    if case["wantErr"]:
        with pytest.raises(NotVerified):
            verify_inclusion(proof=decoded(case["proof"]), **given)
    else:
        verify_inclusion(proof=decoded(case["proof"]), **given)


@pytest.mark.parametrize("file", cases("consistency"), ids=lambda file: "/".join(file.parts[-3:]))
def test_consistency_as_the_public_vectors_say(file: Path):
    case = orjson.loads(file.read_bytes())
    old_root, new_root = decoded([case["root1"] or "", case["root2"] or ""])
    given = {"old": case["size1"], "new": case["size2"], "old_root": old_root, "new_root": new_root}
    if case["wantErr"]:
        with pytest.raises(NotVerified):
            verify_consistency(proof=decoded(case["proof"]), **given)
    else:
        verify_consistency(proof=decoded(case["proof"]), **given)


def examples(name: str) -> list[str]:
    """Give the code blocks of a specification, fenced ones and indented ones."""
    text = needed("c2sp", f"{name}.md").read_text()
    fenced = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"(?:^(?:    .*)?\n)+", text, re.MULTILINE)
    return fenced + [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip("\n") + "\n" for block in indented]


def test_the_example_of_a_signed_note_verifies():
    blocks = examples("signed-note")
    vkey = next(found for block in blocks if (found := block.strip()).startswith("example.com/foo+"))
    note = parse_note(next(block for block in blocks if block.startswith("This is an example")).encode())
    key = parse_vkey(vkey)
    assert to_vkey(key) == vkey
    assert [each.key for each in verify_note(note, [key])] == [key]


@pytest.mark.parametrize(("page", "signatures"), [("tlog-checkpoint", 1), ("tlog-cosignature", 2)])
def test_the_example_of_a_checkpoint_is_read(page: str, signatures: int):
    block = next(block for block in examples(page) if block.startswith("example.com/behind") and "\n\n" in block)
    note = parse_note(block.encode())
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert len(note.signatures) == signatures
    assert note.raw == block.encode()


def test_the_example_of_a_submission_to_a_witness_is_read():
    block = next(block for block in examples("tlog-witness") if block.startswith("old 2"))
    submission = parse_submission(block.encode())
    assert (submission.old, len(submission.path), len(submission.note.signatures)) == (20852014, 4, 2)
    assert submission.raw == block.encode()


def test_the_example_of_a_policy_is_read_once_it_has_keys():
    block = next(block for block in examples("tlog-policy") if "X-and-Y" in block and "quorum" in block)
    seeds = iter("abcdefgh")

    def with_key(found: re.Match[str]) -> str:
        like = LOG_KEY if found[1] == "log" else FRANCE_KEY
        public = ed25519(next(seeds)).public_key().public_bytes_raw()
        return found[0].replace("<vkey>", to_vkey(type(like)(name=like.name, public=public)))

    policy = parse_policy(re.sub(r"^(log|witness).*<vkey>", with_key, block, flags=re.MULTILINE).encode())
    assert len(policy.witnesses) == 6
    assert [group.threshold for group in policy.groups] == [2, 1, 2]
    assert policy.quorum == "X-and-Y"
