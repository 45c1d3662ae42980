"""Documents signed here verify where nobody of ours wrote a line, and the other way round: RFC 7515 with RFC 7797."""

import secrets
import subprocess
from base64 import b64encode
from pathlib import Path

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from registry.errors import NotSigned
from registry.values.time import SECOND
from scripts import oidc_provider as installed
from tests.unit.messages.documents import BOUND, header_of, held_document, signed_document
from tests.unit.messages.given import BODY, ED25519, KEYS, NOW, P256

MISSING = "NO SECOND JOSE HERE: npm's jose is not installed, and signatures of documents are NOT tried with it"
PROGRAM = """
const { flattenedVerify, FlattenedSign, importJWK } = await import(process.argv[1]);
let text = '';
for await (const part of process.stdin) text += part;
const asked = JSON.parse(text);
const bytes = Buffer.from(asked.body, 'base64');
const [header, , signature] = asked.compact.split('.');
const options = { crit: { b64: true } };
let verified = false;
try {
  await flattenedVerify({ protected: header, payload: bytes, signature }, await importJWK(asked.public, asked.alg));
  verified = true;
} catch (fault) { verified = String(fault.code ?? fault); }
const made = await new FlattenedSign(bytes).setProtectedHeader(asked.header).sign(
  await importJWK(asked.private, asked.alg), options);
console.log(JSON.stringify({ verified, compact: `${made.protected}..${made.signature}` }));
"""


def library_key(key) -> OKPKey | ECKey:
    return (OKPKey if key is ED25519 else ECKey).import_key(key.private, parameters={"kid": key.kid})


def by_joserfc(key, compact: str, body: bytes) -> bool:
    algorithm = header_of(compact)["alg"]
    found = jws.deserialize_compact(
        compact.encode(),
        library_key(key),
        payload=body,
        algorithms=[algorithm],
        registry=jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False),
    )
    return found.payload == body


def by_jose(key, compact: str, body: bytes) -> dict:
    folder = installed.on_the_machine()
    if folder is None:
        pytest.skip(MISSING)
    header = header_of(compact)
    private = dict(library_key(key).as_dict(private=True))
    asked = {
        "alg": header["alg"],
        "body": b64encode(body).decode(),
        "compact": compact,
        "header": header,
        "public": key.jwk,
        "private": private,
    }
    module = (folder / "node_modules" / "jose" / "dist" / "webapi" / "index.js").as_uri()
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", PROGRAM, module],
        input=orjson.dumps(asked),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return orjson.loads(ran.stdout)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_is_signed_here_verifies_with_the_library(key):
    assert by_joserfc(key, signed_document(key), BODY)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_is_signed_here_verifies_with_npms_jose_and_what_that_signs_holds_here(key):
    answered = by_jose(key, signed_document(key), BODY)
    assert answered["verified"] is True
    held_document(answered["compact"])
    with pytest.raises(NotSigned):
        held_document(answered["compact"], body=BODY + b" ")


def test_another_document_verifies_with_neither():
    assert by_jose(P256, signed_document(P256), BODY + b" ")["verified"] == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"


def test_the_twenty_lines_that_courts_are_shown_sign_what_holds():
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "sign-a-document.md").read_text()
    told = {"jws": jws, "secrets": secrets, "OKPKey": OKPKey}
    exec(page.partition("```python\n")[2].partition("```")[0], told)  # our own page
    made = told["document_signature"](
        BODY,
        "/v1/orders",
        key=library_key(ED25519),
        court=BOUND.institution,
        registry="https://registry.example",
        ledger=BOUND.ledger,
        now=NOW // SECOND,
    )
    held_document(made)
