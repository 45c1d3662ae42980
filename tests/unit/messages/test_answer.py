"""The registry's signature of an answer: bound to its request, its status and its body."""

import pytest

from registry.errors import NotSigned
from registry.messages.answer import hold_answer, signed_answer
from registry.values.time import SECOND, Instant
from tests.unit.messages.given import ED25519, NOW, P256, public

ASKED = "sig=:AAAA:"
BODY = b'{"version": 2}'
FIELDS = signed_answer(ED25519, status=201, body=BODY, asked=ASKED, now=NOW)


def hold(fields=FIELDS, *, key=ED25519, status=201, body=BODY, asked=ASKED, now=NOW) -> None:
    hold_answer(public(key), status=status, headers=fields, body=body, asked=asked, now=now)


def test_an_answer_holds():
    hold()
    hold(signed_answer(P256, status=201, body=BODY, asked=ASKED, now=NOW), key=P256)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": 200}, "signature-invalid"),
        ({"asked": "sig=:BBBB:"}, "signature-invalid"),
        ({"body": b"{}"}, "content-digest-wrong"),
        ({"key": P256}, "signature-key-unknown"),
        ({"now": Instant(NOW + 361 * SECOND)}, "signature-time"),
        ({"now": Instant(NOW - 361 * SECOND)}, "signature-time"),
        ({"fields": {}}, "signature-missing"),
        ({"fields": FIELDS | {"Content-Digest": ""}}, "content-digest-wrong"),
        ({"fields": FIELDS | {"Signature-Input": FIELDS["Signature-Input"].replace(' "content-digest"', "")}},
         "signature-coverage"),
        ({"fields": FIELDS | {"Signature-Input": FIELDS["Signature-Input"].replace("po-v1", "po-v2")}},
         "signature-coverage"),
    ],
)  # fmt: skip
def test_an_answer_of_another_request_is_none(change, code):
    with pytest.raises(NotSigned) as refusal:
        hold(**change)
    assert refusal.value.code == code
