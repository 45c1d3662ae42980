"""Policies and proof files: what is accepted has a trusted log under it, its quorum, and a path to its root."""

from dataclasses import replace
from itertools import count

import pytest

from registry.ledger.proof.errors import NotVerified, NotWellFormed, ProofError
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.policy import MAXIMUM_POLICY, accept, check_quorum, parse_policy
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import sign_checkpoint
from registry.ledger.proof.signed_note import Note
from registry.ledger.proof.tlog_proof import MAXIMUM_EXTRA, TlogProof, parse_tlog_proof, verify_tlog_proof
from registry.ledger.proof.vkey import to_vkey
from tests.transparency import (
    FRANCE,
    FRANCE_KEY,
    LOG_ED25519,
    LOG_KEY,
    LOG_SUBTREE_KEY,
    NOW,
    POLICY,
    SIGNER,
    SPAIN,
    SPAIN_KEY,
    MemoryLog,
    entry,
    flipped,
)

LOG = MemoryLog()
CHECKPOINT = LOG.append([entry(number) for number in range(300)])
PUBLISHED = sign_checkpoint(CHECKPOINT, former=None, read=LOG.read, signer=SIGNER, timestamp=NOW)
TEXT = CHECKPOINT.text
BY_FRANCE = FRANCE_KEY.sign(TEXT, FRANCE.sign, timestamp=NOW)
BY_SPAIN = SPAIN_KEY.sign(TEXT, SPAIN.sign, timestamp=NOW + 1)
WITNESSED = Note(text=TEXT, signatures=(*PUBLISHED.signatures, BY_FRANCE, BY_SPAIN))
TRUST = parse_policy(POLICY)
LOG_LINE = f"log {to_vkey(LOG_KEY)}"
FR_LINE, ES_LINE = f"witness fr {to_vkey(FRANCE_KEY)}", f"witness es {to_vkey(SPAIN_KEY)}"


def policy(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_checkpoint_with_log_and_quorum_is_accepted_with_its_times():
    accepted = accept(WITNESSED.raw, TRUST)
    assert accepted.checkpoint == CHECKPOINT
    assert [each.key for each in accepted.logs] == [LOG_KEY]
    assert accepted.witnesses == (("fr", NOW), ("es", NOW + 1))


def test_every_cosignature_is_told_with_its_time():
    again = FRANCE_KEY.sign(TEXT, FRANCE.sign, timestamp=NOW + 9)
    silent = SPAIN_KEY.sign(TEXT, SPAIN.sign, timestamp=0)
    note = replace(WITNESSED, signatures=(*PUBLISHED.signatures, again, silent, BY_FRANCE))
    assert accept(note.raw, TRUST).witnesses == (("fr", NOW + 9), ("es", 0), ("fr", NOW))
    assert accept(replace(note, signatures=(*note.signatures, BY_SPAIN)).raw, TRUST).witnesses[-1] == ("es", NOW + 1)


def test_both_keys_of_a_log_may_be_named():
    both = parse_policy(policy(LOG_LINE, f"log {to_vkey(LOG_SUBTREE_KEY)}", "quorum none"))
    assert [each.key for each in accept(PUBLISHED.raw, both).logs] == [LOG_KEY, LOG_SUBTREE_KEY]


def test_too_few_witnesses_are_refused():
    for missing in (BY_FRANCE, BY_SPAIN):
        fewer = replace(WITNESSED, signatures=tuple(each for each in WITNESSED.signatures if each != missing))
        with pytest.raises(NotVerified, match="quorum"):
            accept(fewer.raw, TRUST)


def test_witnesses_alone_are_not_the_log():
    with pytest.raises(NotVerified, match="trusted key of this log"):
        accept(replace(WITNESSED, signatures=(BY_FRANCE, BY_SPAIN)).raw, TRUST)


def test_a_trusted_log_cannot_speak_for_another():
    other = replace(CHECKPOINT, origin="registry.test/other")
    note = Note(text=other.text, signatures=(LOG_KEY.sign(other.text, LOG_ED25519.sign),))
    with pytest.raises(NotVerified, match="trusted key of this log"):
        accept(note.raw, parse_policy(policy(LOG_LINE, "quorum none")))


@pytest.mark.parametrize(
    ("cosigned", "reached"),
    [("a b", True), ("a c", True), ("a", False), ("b c", True), ("", False), ("d", False), ("a d", False)],
)
def test_groups_count_their_members(cosigned: str, *, reached: bool):
    lines = [
        f"witness {name} {to_vkey(replace(FRANCE_KEY, public=bytes([number]) * 32))}"
        for number, name in enumerate("abcd")
    ]
    groups = ("group two 2 a b c", "group one any d", "group top 1 two", "group all all top", "quorum all")
    trust = parse_policy(policy(*lines, *groups))
    assert [group.threshold for group in trust.groups] == [2, 1, 1, 1]
    if reached:
        check_quorum(trust, set(cosigned.split()))
    else:
        with pytest.raises(NotVerified):
            check_quorum(trust, set(cosigned.split()))


def test_a_policy_is_read_with_comments_blanks_and_names_that_are_not_ascii():
    trust = parse_policy(
        b"\n \t\n  # caf\xff\n\t" + LOG_LINE.encode() + b" \t https://x \nwitness \xff "
        b"" + to_vkey(FRANCE_KEY).encode() + b"\nwitness \xe2\x84\xaa " + to_vkey(SPAIN_KEY).encode() + b" u\n"
        b"quorum \xe2\x84\xaa\n"
    )
    assert (trust.quorum, trust.logs[0].url, trust.witnesses[0].url) == ("\u212a", "https://x", None)
    assert trust.witnesses[0].name == "\udcff"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"quorum none",
        policy(LOG_LINE),
        policy("quorum none", "quorum none"),
        policy("quorum fr", FR_LINE),
        policy("quorum"),
        policy("quorum none none"),
        policy("quorums none"),
        policy("log"),
        policy("log x y z", "quorum none"),
        policy("log not-a-key", "quorum none"),
        policy(f"log {to_vkey(FRANCE_KEY)}", "quorum none"),
        policy(LOG_LINE, LOG_LINE, "quorum none"),
        policy(f"witness fr {to_vkey(LOG_KEY)}", "quorum none"),
        policy("witness fr", "quorum none"),
        policy(FR_LINE + " url more", "quorum none"),
        policy(FR_LINE, FR_LINE.replace("witness fr", "witness gb"), "quorum none"),
        policy(FR_LINE, ES_LINE.replace("witness es", "witness fr"), "quorum none"),
        policy(FR_LINE.replace("witness fr", "witness none"), "quorum none"),
        policy(FR_LINE, "group g all", "quorum none"),
        policy(FR_LINE, "group g 0 fr", "quorum none"),
        policy(FR_LINE, "group g 2 fr", "quorum none"),
        policy(FR_LINE, "group g 01 fr", "quorum none"),
        policy(FR_LINE, "group g most fr", "quorum none"),
        policy(FR_LINE, "group g any es", "quorum none"),
        policy(FR_LINE, "group g any none", "quorum none"),
        policy(FR_LINE, "group g any g", "quorum none"),
        policy(FR_LINE, "group fr any fr", "quorum none"),
        policy(FR_LINE, "group g any fr fr", "quorum none"),
        policy(FR_LINE, "group g any fr", "group h any fr", "quorum none"),
        policy("# bell \x07", "quorum none"),
        policy("# delete \x7f", "quorum none"),
        policy("quorum none\r"),
        policy(*["#"] * 4096, "quorum none"),
        b"#" * MAXIMUM_POLICY + b"\nquorum none\n",
    ],
    ids=count(),
)
def test_another_form_is_no_policy(raw: bytes):
    with pytest.raises(NotWellFormed, match=r"^policy"):
        parse_policy(raw)


def proof_of(index: int, note: Note = WITNESSED, extra: bytes | None = None) -> TlogProof:
    path = TileTree(CHECKPOINT.size, ExpandedTiles(LOG.read)).inclusion(index)
    return TlogProof(index=index, path=path, checkpoint=note.raw, extra=extra)


@pytest.mark.parametrize("extra", [None, b"", b"opening"])
def test_a_proof_is_read_as_it_was_written_and_verifies(extra: bytes | None):
    proof = proof_of(257, extra=extra)
    assert parse_tlog_proof(proof.raw) == proof
    included = verify_tlog_proof(parse_tlog_proof(proof.raw), leaf=leaf_hash(entry(257)), policy=TRUST)
    assert (included.index, included.accepted.checkpoint) == (257, CHECKPOINT)


def test_a_proof_is_of_its_entry_alone():
    with pytest.raises(NotVerified):
        verify_tlog_proof(proof_of(257), leaf=leaf_hash(entry(258)), policy=TRUST)
    with pytest.raises(NotVerified, match="quorum"):
        verify_tlog_proof(proof_of(257, note=PUBLISHED), leaf=leaf_hash(entry(257)), policy=TRUST)


GOOD = proof_of(0).raw.decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.replace("@v1", "@v2"),
        GOOD.replace("index 0\n", ""),
        GOOD.replace("index 0", "index 00"),
        GOOD.replace("index 0", "index  0"),
        GOOD.replace("index 0", "extra AA\nindex 0"),
        GOOD.replace("index 0", "extra AA==\nextra AA==\nindex 0"),
        GOOD.replace("index 0", "index 0\nextra AA=="),
        GOOD.replace("index 0", "extra " + "AAAA" * (MAXIMUM_EXTRA // 3 + 1) + "\nindex 0"),
        GOOD.replace("index 0\n", "index 0\n" + f"{'A' * 43}=\n" * 64),
        GOOD.replace("index 0\n", "index 0\nAA==\n"),
        GOOD.partition("\n\n")[0],
        GOOD.partition("\n\n")[0] + "\n",
        GOOD.partition("\n")[0] + "\n\n",
        "c2sp.org/tlog-proof@v1\nextra AA==\n\nnote",
        "x" * 2_000_000,
    ],
    ids=count(),
)
def test_another_form_is_no_proof(text: str):
    with pytest.raises(NotWellFormed):
        parse_tlog_proof(text.encode())


def test_any_bit_of_a_proof_that_is_changed_refuses_it():
    """One log key and one witness, both needed, so that every byte of the file counts."""
    note = Note(text=TEXT, signatures=(PUBLISHED.signatures[0], BY_FRANCE))
    trust = parse_policy(policy(LOG_LINE, FR_LINE, "quorum fr"))
    raw, leaf = proof_of(299, note=note).raw, leaf_hash(entry(299))
    verify_tlog_proof(parse_tlog_proof(raw), leaf=leaf, policy=trust)
    for bit in range(len(raw) * 8):
        with pytest.raises(ProofError):
            verify_tlog_proof(parse_tlog_proof(flipped(raw, bit)), leaf=leaf, policy=trust)
