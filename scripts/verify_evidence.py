"""Verify an evidence pack of the registry, alone: this one file, Python 3.11 or later, and the package `cryptography`.

    python verify_evidence.py PACK [--receipt-key X] [--log-key VKEY ...] [--witness VKEY ... --quorum N]

It shares no line with the registry. Each check is listed with what came of it, and none is summed up into one word.
Keys must come from somewhere else than the pack: from the court, the trust list, a printed page. Without them the
checks that rest on the pack's own word are shown as NOT CHECKED. Exit code: 0 if no check fails, 1 if one does, 2 if
the file cannot be read.
"""

import argparse
import hashlib
import hmac
import json  # a court has nothing but this file and one package
import sys
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # an older `cryptography`: those signatures are then said not to have been checked
    MLDSA44PublicKey = None

NOTE, COSIGNATURE, SUBTREE = 1, 4, 6


class Fails(Exception):
    """A check that does not hold."""


def text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def octets(said):
    raw = urlsafe_b64decode(said + "=" * (-len(said) % 4))
    if text(raw) != said:
        raise Fails("a text is not in its one spelling")
    return raw


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Fails("a name stands twice")
    return dict(pairs)


def parsed(raw):
    return json.loads(raw, object_pairs_hook=once)


def jws(pack):
    """Give kind and claims of the signed receipt or answer."""
    head, body, signature = pack["signed"].split(".")
    header = parsed(octets(head))
    if header["alg"] != "Ed25519" or "crit" in header:
        raise Fails("not signed with Ed25519")
    key = Ed25519PublicKey.from_public_bytes(octets(pack["receipt_key"]["x"]))
    key.verify(octets(signature), f"{head}.{body}".encode())
    return header["typ"], parsed(octets(body))


def bound(pack, kind, claims):
    """Hold the log's entries against what was signed."""
    entries = [parsed(octets(each["entry"])) for each in pack["entries"]]
    if kind == "po-answer+jwt":
        digest = text(hashlib.sha256(pack["signed"].encode()).digest())
        if [(each["r"], each["q"]) for each in entries] != [(digest, claims["query"])]:
            raise Fails("the entry is of another answer")
        return "the entry bears the digest of the signed answer"
    if kind != "po-receipt+jwt" or not claims["facts"]:
        raise Fails("neither a receipt nor an answer")
    said = [(each["record"], each["position"], each["kind"]) for each in claims["facts"]]
    if [(each["d"], each["n"], each["k"]) for each in entries] != said:
        raise Fails("the entries are not of the records that the receipt names")
    return f"{len(said)} records, digest by digest"


def included(entry, proof):
    """Follow the path from an entry to the root of the checkpoint; give the note."""
    head, note = proof.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Fails("not a tlog-proof")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    _origin, size, root = note.split("\n\n")[0].split("\n")[:3]
    first, last = index, int(size) - 1
    if not 0 <= first <= last:
        raise Fails("the index is outside the log")
    running = hashlib.sha256(b"\0" + entry).digest()
    for line in lines:
        sibling = b64decode(line, validate=True)
        if last == 0 or len(sibling) != len(running):
            raise Fails("the path is too long")
        if first % 2 or first == last:
            running = hashlib.sha256(b"\1" + sibling + running).digest()
            while first and first % 2 == 0:
                first, last = first // 2, last // 2
        else:
            running = hashlib.sha256(b"\1" + running + sibling).digest()
        first, last = first // 2, last // 2
    if last or running != b64decode(root, validate=True):
        raise Fails("the path leads to another root")
    return note, f"index {index} of {size}"


def vkey(line):
    """Read a verifier key; give its name, id, type and bytes."""
    name, key_id, encoded = line.split("+", 2)
    raw = b64decode(encoded, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        raise Fails("a key's id is not its own")
    return name, bytes.fromhex(key_id), raw[0], raw[1:]


def signers(note, keys):
    """Give name and time of every signature under a note by one of the keys; a known key's bad one fails."""
    body, below = note.rsplit("\n\n", 1)
    body = (body + "\n").encode()
    origin, size, root = body.decode().split("\n")[:3]
    found = []
    for line in below.strip("\n").split("\n"):
        name, encoded = line.removeprefix("— ").rsplit(" ", 1)
        raw = b64decode(encoded, validate=True)
        for key_name, key_id, kind, public in keys:
            if (key_name, key_id) != (name, raw[:4]):
                continue
            found.append((name, checked(kind, public, raw[4:], (name, body, origin, size, root))))
    return found


def checked(kind, public, signature, signed):
    """Verify one signature; give its time, 0 for none."""
    name, body, origin, size, root = signed
    if kind == NOTE:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
        return 0
    time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
    if kind == COSIGNATURE:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, b"cosignature/v1\ntime %d\n" % time + body)
        return time
    if kind != SUBTREE or MLDSA44PublicKey is None:
        raise Fails("a key of a type that this version of cryptography does not verify")
    message = b"subtree/v1\n\0" + bytes([len(name.encode())]) + name.encode() + time.to_bytes(8, "big")
    message += bytes([len(origin.encode())]) + origin.encode() + bytes(8) + int(size).to_bytes(8, "big")
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message + b64decode(root, validate=True))
    return time


def logs_of(pack):
    """Give the log keys that the pack itself names."""
    lines = [line.split() for line in pack["policy"].split("\n")]
    return [line[1] for line in lines if line and line[0] == "log"]


def attempt(shown, name, check):
    try:
        detail = check()
    except (Fails, InvalidSignature, KeyError, ValueError, TypeError, IndexError, RecursionError) as fault:
        shown.append(("FAILS", name, str(fault) or "the signature does not fit"))
        return None
    shown.append(("HOLDS", name, detail if isinstance(detail, str) else detail[-1]))
    return detail


def verify(pack, receipt_key=None, log_keys=(), witnesses=(), quorum=0):
    """Try every check; give (outcome, name, detail) of each."""
    if pack["format"] != "po-evidence/v1" or not pack["entries"]:
        raise Fails("no evidence pack")
    shown = []
    signed = []

    def signature():
        signed[:] = jws(pack)
        return f"a {signed[0]}"

    attempt(shown, "signature of the receipt or answer", signature)
    own = "it is the pack's own word"
    if receipt_key is None:
        shown.append(("NOT CHECKED", "key is the registry's own", f"none was given: {own}"))
    else:
        same = receipt_key == pack["receipt_key"]["x"]
        shown.append(("HOLDS" if same else "FAILS", "key is the registry's own", "compared with the one given"))
    if signed:
        attempt(shown, "log entries are of what was signed", lambda: bound(pack, *signed))
    if "question" in pack and signed:
        attempt(shown, "question is the one that was answered", lambda: opened(pack, signed[1]))
    for number, each in enumerate(pack["entries"], start=1):
        one_entry(shown, f"entry {number}", each, [vkey(line) for line in log_keys or logs_of(pack)])
        if witnesses:
            attempt(shown, f"entry {number} was seen by {quorum} witnesses", lambda e=each: seen(e, witnesses, quorum))
    if not log_keys:
        shown.append(("NOT CHECKED", "log is the one you trust", f"no key of it was given: {own}"))
    if not witnesses:
        shown.append(("NOT CHECKED", "enough witnesses have seen it", "no key of a witness was given"))
    return shown


def opened(pack, claims):
    made = hmac.digest(octets(pack["opening"]), octets(pack["question"]), "sha256")
    if text(made) != claims["query"]:
        raise Fails("the commitment is to another question")
    return "the commitment opens to it"


def one_entry(shown, name, each, keys):
    def signed(note):
        origin = note.split("\n", 1)[0]
        found = signers(note, [key for key in keys if key[0] == origin])
        if not found:
            raise Fails("no key of this log has signed")
        return f"by {len(found)} keys of the log {origin}"

    found = attempt(shown, f"{name} is in the log", lambda: included(octets(each["entry"]), each["proof"]))
    if found:
        attempt(shown, f"{name}: the log has signed the checkpoint", lambda: signed(found[0]))


def seen(each, witnesses, quorum):
    note = each["proof"].split("\n\n", 1)[1]
    found = dict(signers(note, [vkey(line) for line in witnesses]))
    if len(found) < max(1, quorum):
        raise Fails(f"only {len(found)} of them")
    return f"{len(found)} of them, the latest at POSIX time {max(found.values())}"


def main():
    parser = argparse.ArgumentParser(description="Verify an evidence pack.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--receipt-key", help="`x` of the key that receipts and answers are signed with")
    parser.add_argument("--log-key", action="append", default=[], help="a key of the log, as a vkey line")
    parser.add_argument("--witness", action="append", default=[], help="a key of a witness, as a vkey line")
    parser.add_argument("--quorum", type=int, default=1, help="how many witnesses must have cosigned")
    chosen = parser.parse_args()
    try:
        pack = parsed(chosen.pack.read_bytes())
        shown = verify(pack, chosen.receipt_key, chosen.log_key, chosen.witness, chosen.quorum)
    except (OSError, Fails, KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError):
        print("the file is no evidence pack, or a key that was given is none", file=sys.stderr)
        return 2
    for outcome, name, detail in shown:
        print(f"{outcome:<12} {name}: {detail}")
    return int(any(outcome == "FAILS" for outcome, _, _ in shown))


if __name__ == "__main__":
    raise SystemExit(main())
