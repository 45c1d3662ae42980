"""Signed notes, keys and checkpoints: one spelling for each, and a signature that does not fit is refused."""

from dataclasses import replace
from itertools import count

import pytest

from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey, subtree_message
from registry.ledger.proof.encoding import MAXIMUM_NUMBER, from_base64, hash_from_base64, number, to_base64
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.signed_note import (
    MAXIMUM_NOTE,
    Note,
    NoteKey,
    Signature,
    check_text,
    key_id_of,
    parse_note,
    verify_note,
)
from registry.ledger.proof.vkey import parse_vkey, to_vkey
from tests.transparency import (
    FRANCE,
    FRANCE_KEY,
    LOG_ED25519,
    LOG_KEY,
    LOG_ML_DSA_44,
    LOG_SUBTREE_KEY,
    NOW,
    ORIGIN,
    SPAIN,
    SPAIN_KEY,
)

CHECKPOINT = Checkpoint(origin=ORIGIN, size=7, root=bytes(range(32)))
TEXT = CHECKPOINT.text
SIGNED = LOG_KEY.sign(TEXT, LOG_ED25519.sign)
COSIGNED = FRANCE_KEY.sign(TEXT, FRANCE.sign, timestamp=NOW)
SUBTREE = SPAIN_KEY.sign(TEXT, SPAIN.sign, timestamp=NOW)
NOTE = Note(text=TEXT, signatures=(SIGNED, COSIGNED, SUBTREE))
KEYS = (LOG_KEY, FRANCE_KEY, SPAIN_KEY)


def test_a_note_is_read_as_it_was_written():
    assert parse_note(NOTE.raw) == NOTE
    assert parse_note(NOTE.raw).raw == NOTE.raw


def test_known_keys_verify_with_their_times_and_strangers_are_ignored():
    verified = verify_note(parse_note(NOTE.raw), KEYS)
    assert [(each.key, each.timestamp) for each in verified] == [(LOG_KEY, None), (FRANCE_KEY, NOW), (SPAIN_KEY, NOW)]
    assert [each.signature for each in verify_note(NOTE, [SPAIN_KEY])] == [SUBTREE]


def test_a_note_that_no_known_key_has_signed_is_refused():
    for keys in ([], [LOG_SUBTREE_KEY], [replace(LOG_KEY, name="registry.test/other")]):
        with pytest.raises(NotVerified, match="no signature by a known key"):
            verify_note(NOTE, keys)


@pytest.mark.parametrize("key", KEYS)
def test_a_known_key_that_fails_refuses_the_whole_note(key: NoteKey):
    forged = Signature(name=key.name, key_id=key.key_id, signature=bytes(2428))
    note = Note(text=TEXT, signatures=(SIGNED, COSIGNED, SUBTREE, forged))
    with pytest.raises(NotVerified):
        verify_note(note, KEYS)


def test_a_signature_is_found_by_name_and_id_and_not_by_one_of_them():
    same_name = replace(SIGNED, key_id=b"\0\0\0\0", signature=bytes(64))
    same_id = replace(SIGNED, name="somebody.test", signature=bytes(64))
    assert verify_note(Note(text=TEXT, signatures=(same_name, SIGNED, same_id)), [LOG_KEY])


def test_two_keys_with_one_name_and_id_are_refused(monkeypatch: pytest.MonkeyPatch):
    assert verify_note(NOTE, [LOG_KEY, LOG_KEY])
    monkeypatch.setattr("registry.ledger.proof.signed_note.key_id_of", lambda *_: b"same")
    with pytest.raises(NotWellFormed, match="share"):
        verify_note(NOTE, [LOG_KEY, replace(LOG_KEY, public=bytes(32))])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + SIGNED.line,
        b"text\n\n" + SIGNED.line[:-1],
        b"text\n\n" + SIGNED.line + b"\n",
        b"text\n\n" + SIGNED.line + b"stray\n",
        b"text\n\n- " + SIGNED.line[4:],
        b"te\txt\n\n" + SIGNED.line,
        b"te\rxt\n\n" + SIGNED.line,
        b"te\xffxt\n\n" + SIGNED.line,
        b"text\n\n\xe2\x80\x94 name\n",
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 na\xc2\xa0me AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=  \n",
        b"text\n\n\xe2\x80\x94 name AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94 name AAAAA\xc3\xa4A=\n",
        b"text\n\n" + SIGNED.line * 65,
        b"t" * MAXIMUM_NOTE + b"\n\n" + SIGNED.line,
    ],
    ids=count(),
)
def test_another_form_is_no_note(raw: bytes):
    with pytest.raises(NotWellFormed):
        parse_note(raw)


def test_the_text_may_hold_blank_lines_and_at_least_sixteen_signatures_fit():
    text = b"\n\nfirst\n\nsecond\n\n"
    note = Note(text=text, signatures=(LOG_KEY.sign(text, LOG_ED25519.sign),) * 16 + (SUBTREE,) * 48)
    assert parse_note(note.raw) == note
    assert len(verify_note(note, [LOG_KEY])) == 16


def test_what_cannot_be_a_note_is_not_signed():
    for text in (b"", b"no newline", b"bell\x07\n", b"no UTF-8 \xff\n"):
        with pytest.raises(NotWellFormed):
            LOG_KEY.sign(text, LOG_ED25519.sign)
    check_text("trägt Umlaute\n\n".encode())


def test_a_signer_that_errs_is_caught_before_anybody_sees_the_signature():
    with pytest.raises(NotVerified):
        LOG_KEY.sign(TEXT, FRANCE.sign)
    with pytest.raises(NotVerified):
        FRANCE_KEY.sign(TEXT, LOG_ED25519.sign, timestamp=NOW)
    with pytest.raises(NotVerified):
        SPAIN_KEY.sign(TEXT, LOG_ML_DSA_44.sign, timestamp=NOW)


@pytest.mark.parametrize("key", [LOG_KEY, FRANCE_KEY, SPAIN_KEY, LOG_SUBTREE_KEY])
def test_a_key_is_read_as_it_was_written(key: NoteKey | CosignatureKey | SubtreeKey):
    assert parse_vkey(to_vkey(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+0123abcd",
        to_vkey(LOG_KEY).replace("+", "-"),
        to_vkey(LOG_KEY).replace(LOG_KEY.key_id.hex(), LOG_KEY.key_id.hex().upper()),
        to_vkey(LOG_KEY).replace(LOG_KEY.key_id.hex(), "00000000"),
        to_vkey(LOG_KEY).replace("registry", "registers"),
        to_vkey(LOG_KEY) + "=",
        f"name+{key_id_of('name', 2, bytes(32)).hex()}+{to_base64(bytes([2]) + bytes(32))}",
        f"name+{key_id_of('name', 1, bytes(31)).hex()}+{to_base64(bytes([1]) + bytes(31))}",
        f"name+{key_id_of('name', 4, bytes(33)).hex()}+{to_base64(bytes([4]) + bytes(33))}",
        f"name+{key_id_of('name', 6, bytes(32)).hex()}+{to_base64(bytes([6]) + bytes(32))}",
        f"na me+{key_id_of('na me', 1, bytes(32)).hex()}+{to_base64(bytes([1]) + bytes(32))}",
        "na\udcffme+00000000+" + to_base64(bytes([1]) + bytes(32)),
        "name+00000000+",
        f"{'n' * 256}+{key_id_of('n' * 256, 6, bytes(1312)).hex()}+{to_base64(bytes([6]) + bytes(1312))}",
        "n" * 5000,
    ],
    ids=count(),
)
def test_another_form_is_no_key(text: str):
    with pytest.raises(NotWellFormed):
        parse_vkey(text)


def test_the_same_key_of_another_type_has_another_id():
    assert CosignatureKey(name=LOG_KEY.name, public=LOG_KEY.public).key_id != LOG_KEY.key_id


@pytest.mark.parametrize(
    "checkpoint", [CHECKPOINT, replace(CHECKPOINT, size=0), replace(CHECKPOINT, extensions=("x",))]
)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint):
    assert parse_checkpoint(checkpoint.text) == checkpoint


ROOT = to_base64(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n1\n{ROOT}",
        f"log\n1\n{ROOT}\n\n",
        f"log\n1\n{ROOT}\n\nextension\n",
        f"log\n1\n{ROOT}\nextension",
        f"\n1\n{ROOT}\n",
        f"log\n01\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n+1\n{ROOT}\n",
        f"log\n\u0661\n{ROOT}\n",
        f"log\n 1\n{ROOT}\n",
        f"log\n{2**63}\n{ROOT}\n",
        f"log\n1\n{ROOT[:-1]}\n",
        f"log\n1\n{ROOT}=\n",
        f"log\n1\n{to_base64(bytes(31))}\n",
        f"lo\tg\n1\n{ROOT}\n",
        f"{'l' * 256}\n1\n{ROOT}\n",
    ],
    ids=count(),
)
def test_another_form_is_no_checkpoint(text: str):
    with pytest.raises(NotWellFormed):
        parse_checkpoint(text.encode())


def test_a_checkpoint_that_could_not_be_read_back_cannot_be_made():
    for wrong in ({"size": -1}, {"size": 2**63}, {"root": b""}, {"origin": "a\nb"}, {"extensions": ("",)}):
        with pytest.raises(NotWellFormed):
            replace(CHECKPOINT, **wrong)
    with pytest.raises(NotWellFormed):
        parse_checkpoint(b"\xff\n1\n" + ROOT.encode() + b"\n")


def test_a_cosignature_binds_time_text_and_for_ml_dsa_the_cosigner():
    later = COSIGNED.signature[:7] + bytes([COSIGNED.signature[7] ^ 1]) + COSIGNED.signature[8:]
    other = replace(CHECKPOINT, size=8).text
    for key, signature in ((FRANCE_KEY, COSIGNED.signature), (SPAIN_KEY, SUBTREE.signature)):
        assert key.verify(TEXT, signature) == NOW
        for text, made in ((other, signature), (TEXT, later), (TEXT, signature[:8]), (TEXT, signature[:-1])):
            with pytest.raises(NotVerified):
                key.verify(text, made)
    with pytest.raises(NotVerified):
        replace(SPAIN_KEY, name="witness.pt.test/w1").verify(TEXT, SUBTREE.signature)


def test_an_ed25519_cosignature_covers_extension_lines_and_ml_dsa_does_not():
    extended = replace(CHECKPOINT, extensions=("opaque",)).text
    with pytest.raises(NotVerified):
        FRANCE_KEY.verify(extended, COSIGNED.signature)
    assert SPAIN_KEY.verify(extended, SUBTREE.signature) == NOW


def test_only_a_checkpoint_is_cosigned():
    for key, sign in ((FRANCE_KEY, FRANCE.sign), (SPAIN_KEY, SPAIN.sign)):
        with pytest.raises(NotWellFormed):
            key.sign(b"some other text\n", sign, timestamp=NOW)


def test_a_time_out_of_range_is_neither_written_nor_read():
    for timestamp in (-1, MAXIMUM_NUMBER + 1):
        with pytest.raises(NotWellFormed):
            subtree_message("w", CHECKPOINT, timestamp)
        with pytest.raises(NotWellFormed):
            FRANCE_KEY.sign(TEXT, FRANCE.sign, timestamp=timestamp)
    with pytest.raises(NotVerified, match="time"):
        FRANCE_KEY.verify(TEXT, b"\x80" + bytes(71))


def test_the_message_of_a_subtree_is_laid_out_as_the_specification_says():
    message = subtree_message("w", Checkpoint(origin="log", size=258, root=bytes(32)), 3)
    assert message == b"subtree/v1\n\0" + b"\1w" + bytes(7) + b"\3" + b"\3log" + bytes(8) + bytes(6) + b"\1\2" + bytes(
        32
    )


def test_numbers_and_hashes_have_one_spelling():
    assert number("0", place="x") == 0
    assert number(str(MAXIMUM_NUMBER), place="x") == MAXIMUM_NUMBER
    for text in ("", "00", "+1", "-0", "1_0", "1.0", str(MAXIMUM_NUMBER + 1), "9" * 19, "1" * 20):
        with pytest.raises(NotWellFormed, match="x:"):
            number(text, place="x")
    assert from_base64("", place="x") == b""
    assert hash_from_base64(ROOT, place="x") == bytes(32)
    for text in ("AA", "AAA", "AA==\n", "AB==", "A A=", "é==="):
        with pytest.raises(NotWellFormed, match="x:"):
            from_base64(text, place="x")
