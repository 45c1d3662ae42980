"""Pages open as they were sealed, in their order, under their key, for what they are bound to, or not at all."""

import pytest

from registry.errors import Tampered
from registry.vault.pages import PAGE_BYTES, opened_pages, page_key, sealed_pages

KEY = page_key(b"s" * 32, bytes(32), "words")
SIZE = PAGE_BYTES + 16


def sealed(content, bound=b"here"):
    return b"".join(sealed_pages(content, key=KEY, bound=bound))


@pytest.mark.parametrize("length", [0, 1, PAGE_BYTES, PAGE_BYTES + 1])
def test_what_is_sealed_opens(length):
    content = (b"abernathy " * (length // 10 + 1))[:length]
    raw = sealed(content)
    assert opened_pages(raw, key=KEY, bound=b"here") == content
    assert b"abernathy" not in raw


def test_nothing_else_opens():
    raw = sealed(bytes(2 * PAGE_BYTES))
    wrong = {
        "another place": (raw, KEY, b"there"),
        "another key": (raw, page_key(b"s" * 32, b"1" * 32, "words"), b"here"),
        "another purpose": (raw, page_key(b"s" * 32, bytes(32), "other"), b"here"),
        "a page less": (raw[:SIZE], KEY, b"here"),
        "a page twice": (raw + raw[:SIZE], KEY, b"here"),
        "pages exchanged": (raw[SIZE:] + raw[:SIZE], KEY, b"here"),
        "a bit turned": (raw[:-1] + bytes([raw[-1] ^ 1]), KEY, b"here"),
        "cut in a tag": (raw[: SIZE + 7], KEY, b"here"),
    }
    assert [what for what, (pages, key, bound) in wrong.items() if opens(pages, key, bound)] == []


def opens(pages, key, bound):
    try:
        opened_pages(pages, key=key, bound=bound)
    except Tampered:
        return False
    return True
