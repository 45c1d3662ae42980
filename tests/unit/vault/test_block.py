"""What a sealed block is, byte by byte, and what it refuses."""

import hmac
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Malformed, Tampered
from registry.values.identifiers import FactId, SealedBlock, SubjectId
from registry.vault import block as blocks
from registry.vault.block import Place
from registry.vault.keys import SubjectKey
from tests.unit.vault.given import FACT, LEDGER, ORDER, Vault

PLACE = Place(ledger=LEDGER, stream=ORDER, fact_id=FACT, name="details/number")
KEY = SubjectKey(subject=SubjectId(UUID(int=9)), key_id=bytes(range(16)), secret=bytes(range(32, 64)))
OTHER_KEY = SubjectKey(subject=SubjectId(UUID(int=9)), key_id=KEY.key_id, secret=bytes(range(64, 96)))


def seal(content, place=PLACE, key=KEY):
    return blocks.seal_block(content, key=key, place=place, entropy=Vault().entropy)


def open_(block, place=PLACE, key=KEY):
    return blocks.open_text(block, key=key, place=place).content


def test_a_block_is_laid_out_as_written_down():
    raw = blocks.decoded(seal(b"{}"))
    assert raw[:1] == b"\x01"
    assert raw[1:17] == KEY.key_id
    bound = f"po-aad/v1|{LEDGER}|{ORDER}|{FACT}|details/number".encode()
    # HKDF-SHA256 (RFC 5869) by hand.
    info = b"po-seal/v1|" + KEY.key_id + sha256(bound).digest()
    pseudo_random = hmac.digest(raw[17:49], KEY.secret, "sha256")
    first = hmac.digest(pseudo_random, info + b"\x01", "sha256")
    assert raw[49:81] == hmac.digest(pseudo_random, first + info + b"\x02", "sha256")
    plaintext = AESGCM(first).decrypt(bytes(12), raw[81:], bound)
    assert plaintext[32:38] == b"\x00\x00\x00\x02{}"
    assert plaintext[38:] == bytes(256 - 38)
    assert len(raw) == 97 + 256


def test_a_block_has_known_bytes():
    constant = blocks.seal_block(b"{}", key=KEY, place=PLACE, entropy=lambda count: b"\x07" * count)
    assert sha256(constant.encode()).hexdigest() == "8fb11ea109152194f4738002729e96027f31ddcac3de98bf27e9a47b3d12364d"


@given(st.binary(max_size=2000))
def test_what_was_sealed_comes_back(content):
    assert open_(seal(content)) == content


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_padding_hides_lengths_within_a_step_of_256_bytes(one, other):
    same_step = (one + 36 + 255) // 256 == (other + 36 + 255) // 256
    assert (len(seal(bytes(one))) == len(seal(bytes(other)))) is same_step


def test_every_flipped_bit_is_refused():
    raw = blocks.decoded(seal(b"Ada"))
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            open_(blocks.encoded(bytes(flipped)))


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(ledger="registry.example/two", stream=ORDER, fact_id=FACT, name=PLACE.name),
        Place(ledger=LEDGER, stream=UUID(int=77), fact_id=FACT, name=PLACE.name),
        Place(ledger=LEDGER, stream=ORDER, fact_id=FactId(UUID(int=77)), name=PLACE.name),
        Place(ledger=LEDGER, stream=ORDER, fact_id=FACT, name="details/other"),
    ],
    ids=["ledger", "order", "fact", "name"],
)
def test_a_block_moved_elsewhere_is_refused(elsewhere):
    with pytest.raises(Tampered):
        open_(seal(b"Ada"), place=elsewhere)


def test_another_key_is_refused_whatever_its_id():
    with pytest.raises(Tampered):
        open_(seal(b"Ada"), key=OTHER_KEY)
    renamed = SubjectKey(subject=KEY.subject, key_id=bytes(16), secret=KEY.secret)
    with pytest.raises(Tampered):
        open_(seal(b"Ada"), key=renamed)


def test_one_ciphertext_for_two_keys_opens_under_plain_gcm_and_not_here():
    salt, bound, head = b"\x05" * 32, blocks.aad(PLACE), b"\x01" + KEY.key_id + b"\x05" * 32
    (one, commitment), (other, _) = (blocks.derived_keys(key, salt, bound) for key in (KEY, OTHER_KEY))
    content = b'{"content":{"text":"Ada"},"kind":"text"}'
    honest = AESGCM(one).encrypt(bytes(12), blocks.padded(bytes(32), content), bound)
    forged = salamander(one, other, honest, bound)
    AESGCM(one).decrypt(bytes(12), forged, bound)
    AESGCM(other).decrypt(bytes(12), forged, bound)
    both = blocks.encoded(head + commitment + forged)
    assert open_(both) == content
    with pytest.raises(Tampered):
        open_(both, key=OTHER_KEY)


@pytest.mark.parametrize(
    ("before", "drop", "after"),
    [
        ("", 0, "="),
        ("", 0, "\n"),
        ("*", 0, ""),
        ("", 1, ""),
        ("", 0, "AAAA"),
        (" ", 0, ""),
        ("", 1, "é"),
        ("", 10**6, ""),
        ("", 0, "A" * (1 << 20)),
    ],
    ids=["padded", "line", "sign", "short", "long", "space", "letter", "empty", "huge"],
)
def test_a_block_has_one_spelling(before, drop, after):
    text = seal(b"Ada")
    with pytest.raises(Tampered):
        open_(SealedBlock(before + text[: max(0, len(text) - drop)] + after))


def test_unused_bits_of_the_last_character_are_refused():
    text = seal(b"Ada")
    assert len(blocks.decoded(text)) % 3
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    with pytest.raises(Tampered):
        open_(SealedBlock(other))


@pytest.mark.parametrize(
    "plaintext",
    [
        bytes(32) + b"\x00\x00\x01\x00" + bytes(220),
        bytes(32) + bytes(219) + b"\x01" + bytes(4),
        bytes(32) + b"\x00\x00\x00\x01" + bytes(220 + 256),
        b"\xff" * 256,
    ],
)
def test_padding_has_one_form(plaintext):
    bound = blocks.aad(PLACE)
    key, commitment = blocks.derived_keys(KEY, bytes(32), bound)
    raw = b"\x01" + KEY.key_id + bytes(32) + commitment + AESGCM(key).encrypt(bytes(12), plaintext, bound)
    with pytest.raises(Tampered):
        open_(blocks.encoded(raw))


def test_the_largest_content_fits_and_one_byte_more_does_not():
    content = bytes(blocks.MAXIMUM_CONTENT)
    assert open_(seal(content)) == content
    with pytest.raises(Malformed, match="too-long"):
        seal(content + b"x")


@pytest.mark.parametrize(
    ("ledger", "name"), [("a|b", "c"), ("a", "b|c"), ("", "c"), ("a", ""), ("a", "é"), ("a\n", "c")]
)
def test_a_place_has_one_reading(ledger, name):
    with pytest.raises(ValueError, match="printable"):
        blocks.aad(Place(ledger=ledger, stream=ORDER, fact_id=FACT, name=name))


def test_a_commitment_needs_the_opening():
    opened = blocks.open_text(seal(b"Ada"), key=KEY, place=PLACE)
    assert blocks.commitment_of(opened) == hmac.digest(opened.opening, b"Ada", "sha256")
    again = blocks.Opened(opening=bytes(32), content=b"Ada")
    assert blocks.commitment_of(again) != blocks.commitment_of(opened)
    with pytest.raises(ValueError, match="32"):
        blocks.Opened(opening=b"", content=b"Ada")


def test_neither_key_nor_content_shows_in_a_repr():
    opened = blocks.open_text(seal(b"Ada"), key=KEY, place=PLACE)
    assert "Ada" not in repr(opened)
    assert repr(KEY.secret)[2:10] not in repr(KEY)


def salamander(one, other, honest, bound):
    """Change the first block (it holds the opening) so that the tag fits both keys."""
    ciphertext = bytearray(honest[:-16])
    ciphertext[:16] = bytes(16)
    sides = [(number(ecb(key, bytes(16))), number(ecb(key, bytes(12) + b"\x00\x00\x00\x01"))) for key in (one, other)]
    constant, slope = 0, 0
    for subkey, mask in sides:
        constant ^= ghash(subkey, bound, bytes(ciphertext)) ^ mask
        slope ^= power(subkey, len(ciphertext) // 16 + 1)
    ciphertext[:16] = multiply(constant, power(slope, 2**128 - 2)).to_bytes(16)
    subkey, mask = sides[0]
    return bytes(ciphertext) + (ghash(subkey, bound, bytes(ciphertext)) ^ mask).to_bytes(16)


def ghash(subkey, bound, ciphertext):
    padded = (
        bound + bytes(-len(bound) % 16) + ciphertext + (8 * len(bound)).to_bytes(8) + (8 * len(ciphertext)).to_bytes(8)
    )
    total = 0
    for start in range(0, len(padded), 16):
        total = multiply(total ^ number(padded[start : start + 16]), subkey)
    return total


def multiply(left, right):
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    return product


def power(base, exponent):
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base, exponent = multiply(base, base), exponent >> 1
    return result


def number(raw):
    return int.from_bytes(raw)


def ecb(key, raw):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(raw) + encryptor.finalize()
