"""Verify an evidence pack of the registry, alone: this one file, Python 3.11 or later, and the package `cryptography`.

    python verify_evidence.py PACK [--receipt-key X] [--log-key VKEY ...] [--witness VKEY ... --quorum N] [@FILE]

It shares no line with the registry. Each check is listed with what came of it, and none is summed up into one word.
Keys come from elsewhere than the pack: from the court, a printed page, or the trust list, in a FILE of an argument a
line (`registry trust policy --pack`). Without them what rests on the pack's own word is shown as NOT CHECKED.
Exit code: 0 if no check fails, 1 if one does, 2 if the file cannot be read.
"""

import argparse
import hashlib
import hmac
import json  # a court has nothing but this file and one package
import sys
import unicodedata
import uuid
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # an older `cryptography`: those signatures are then said not to have been checked
    MLDSA44PublicKey = None

NOTE, COSIGNATURE, SUBTREE = 1, 4, 6
RECEIPT, ANSWER = KINDS = ("po-receipt+jwt", "po-answer+jwt")
NO_ML_DSA = "this version of cryptography does not verify ML-DSA-44"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAULTS = (ArithmeticError, AttributeError, InvalidSignature, LookupError, RecursionError, TypeError, ValueError)


class Fails(Exception):
    """A check that does not hold."""


class Untried(Exception):
    """A check that this machine cannot make."""


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


def printable(value):
    """Spell out whatever a terminal would obey or hide: nothing from a pack may look like a line of ours."""
    return str(value).encode("unicode_escape").decode("ascii")


def clean(said):
    """Refuse control characters where there is no reason for one: in notes, origins and names."""
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs") and each != "\n" for each in said):
        raise Fails("a control character")
    return said


def jws(pack):
    """Give kind and claims of the signed receipt or answer."""
    head, body, signature = pack["signed"].split(".")
    header = parsed(octets(head))
    if header["typ"] not in KINDS or header["alg"] != "Ed25519" or "crit" in header:
        raise Fails("neither a receipt nor an answer signed with Ed25519")
    key = Ed25519PublicKey.from_public_bytes(octets(pack["receipt_key"]["x"]))
    key.verify(octets(signature), f"{head}.{body}".encode())
    return header["typ"], parsed(octets(body))


def alike(*pairs):
    """Hold what was signed against what the log says: the same value, and of the same type."""
    return all(type(one) is type(other) and one == other for one, other in pairs)


def short(said):
    return text(uuid.UUID(said).bytes)


def bound(pack, kind, claims):
    """Hold every claim that the log's entries know of against them."""
    entries = [parsed(octets(each["entry"])) for each in pack["entries"]]
    if kind == ANSWER:
        (entry,), digest = entries, text(hashlib.sha256(pack["signed"].encode()).digest())
        if not alike((entry["r"], digest), (entry["q"], claims["query"])):
            raise Fails("the entry is of another answer")
        of_it = ((entry["k"], "check.answer_given"), (entry["f"], short(claims["fact"])))
        if not alike(*of_it, (entry["by"].split(" ")[0], claims["aud"])):
            raise Fails("the entry says otherwise of this answer")
        return "the entry bears the digest of the signed answer"
    if not claims["facts"] or len(claims["facts"]) != len(entries):
        raise Fails("as many entries as facts, and at least one")
    first, last = claims["version"] - len(entries) + 1, entries[-1]
    for number, (said, entry) in enumerate(zip(claims["facts"], entries, strict=True)):
        if not alike((said["record"], entry["d"]), (said["position"], entry["n"]), (said["kind"], entry["k"])):
            raise Fails("the entries are not of the records that the receipt names")
        place = ((entry["o"], short(claims["stream"])), (entry["ov"], first + number))
        if not alike(*place, (entry["f"], short(said["fact"])), (entry["by"].split(" ")[0], claims["aud"])):
            raise Fails("an entry says otherwise of its fact, stream, version or institution")
    seconds = (datetime.fromisoformat(claims["recorded_at"]) - EPOCH) // timedelta(seconds=1)
    ends = ((last["n"], claims["position"]), (last["ov"], claims["version"]))
    if not alike((last["at"], claims["recorded_at"]), (seconds, claims["iat"]), *ends):
        raise Fails("the log says another time, position or version")
    return f"{len(entries)} records, digest by digest"


def included(entry, proof):
    """Follow the path from an entry to the root of the checkpoint; give the note."""
    head, note = proof.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Fails("not a tlog-proof")
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    _origin, size, root = clean(note).split("\n\n")[0].split("\n")[:3]
    first, last = (index := int(lines.pop(0).removeprefix("index "))), int(size) - 1
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
    return clean(name), bytes.fromhex(key_id), raw[0], raw[1:]


def signers(note, keys):
    """Give name and time of each signature by one of the keys, and how many cannot be tried; a bad one fails."""
    above, below = note.rsplit("\n\n", 1)
    (origin, size, root), body = above.split("\n")[:3], f"{above}\n".encode()
    found, untried = [], 0
    for line in below.strip("\n").split("\n"):
        name, encoded = line.removeprefix("— ").rsplit(" ", 1)
        raw = b64decode(encoded, validate=True)
        for _, _, kind, public in [key for key in keys if key[:2] == (name, raw[:4])]:
            try:
                found.append((name, checked(kind, public, raw[4:], (name, body, origin, size, root))))
            except Untried:
                untried += 1
    return found, untried


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
    if kind != SUBTREE:
        raise Fails("a key of a type that nobody has said how to verify")
    if MLDSA44PublicKey is None:
        raise Untried(NO_ML_DSA)
    message = b"subtree/v1\n\0" + bytes([len(name.encode())]) + name.encode() + time.to_bytes(8, "big")
    message += bytes([len(origin.encode())]) + origin.encode() + bytes(8) + int(size).to_bytes(8, "big")
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message + b64decode(root, validate=True))
    return time


def logs_of(pack):
    """Give the log keys that the pack itself names."""
    return [line.split()[1] for line in pack["policy"].split("\n") if line.split()[:1] == ["log"]]


def attempt(shown, name, check, own=""):
    """Try a check. `own` says that it rests on the pack's own word: it can fail then, and is not said to hold."""
    try:
        detail = check()
    except (Fails, Untried, *FAULTS) as fault:
        outcome = "NOT CHECKED" if isinstance(fault, Untried) else "FAILS"
        shown.append((outcome, name, str(fault) or "the signature does not fit"))
        return None
    said = detail if isinstance(detail, str) else detail[-1]
    shown.append(("NOT CHECKED", name, f"it holds by {own} alone: {said}") if own else ("HOLDS", name, said))
    return detail


def verify(pack, receipt_key=None, log_keys=(), witnesses=(), quorum=0):
    """Try every check; give (outcome, name, detail) of each."""
    if pack["format"] != "po-evidence/v1" or not pack["entries"]:
        raise Fails("no evidence pack")
    shown, signed = [], []
    same = receipt_key == pack["receipt_key"]["x"]

    def signature():
        signed[:] = jws(pack)
        return f"a {signed[0]} that says {json.dumps(signed[1], sort_keys=True)}"

    attempt(shown, "signature of the receipt or answer", signature, own="" if same else "the pack's own key")
    own = "it is the pack's own word"
    outcome = "NOT CHECKED" if receipt_key is None else "HOLDS" if same else "FAILS"
    detail = f"none was given: {own}" if receipt_key is None else "compared with the one given"
    shown.append((outcome, "key is the registry's own", detail))
    if signed:
        attempt(shown, "log entries are of what was signed", lambda: bound(pack, *signed))
    if "question" in pack and signed:
        attempt(shown, "question is the one that was answered", lambda: opened(pack, signed[1]))
    keys = [vkey(line) for line in log_keys or logs_of(pack)]
    for number, each in enumerate(pack["entries"], start=1):
        one_entry(shown, f"entry {number}", each, keys, own="" if log_keys else "the pack's own keys")
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
    return f"the commitment opens to {octets(pack['question']).decode('utf-8', 'backslashreplace')}"


def one_entry(shown, name, each, keys, own):
    def signed(note):
        origin = note.split("\n", 1)[0]
        found, untried = signers(note, [key for key in keys if key[0] == origin])
        if untried:
            shown.append(("NOT CHECKED", f"{name}: {untried} signatures of the log", NO_ML_DSA))
        if not found:
            raise (Untried if untried else Fails)("no key of this log has signed, of those that can be checked here")
        return f"by {len(found)} keys of the log {origin}"

    found = attempt(shown, f"{name} is in the log", lambda: included(octets(each["entry"]), each["proof"]), own)
    if found:
        attempt(shown, f"{name}: the log has signed the checkpoint", lambda: signed(found[0]), own)


def seen(each, witnesses, quorum):
    note = each["proof"].split("\n\n", 1)[1]
    found, untried = signers(note, [vkey(line) for line in witnesses])
    times = dict(found)
    if len(times) < (needed := max(1, quorum)):
        few = f"only {len(times)} of them, and {untried} signatures that cannot be checked here"
        raise (Untried if len(times) + untried >= needed else Fails)(few)
    return f"{len(times)} of them, the latest at POSIX time {max(times.values())}"


def main():
    parser = argparse.ArgumentParser(description="Verify an evidence pack.", fromfile_prefix_chars="@")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--receipt-key", help="`x` of the key that receipts and answers are signed with")
    for name, whose in (("--log-key", "the log"), ("--witness", "a witness")):
        parser.add_argument(name, action="append", default=[], help=f"a key of {whose}, as a vkey line")
    parser.add_argument("--quorum", type=int, default=1, help="how many witnesses must have cosigned")
    chosen = parser.parse_args()
    try:
        pack = parsed(chosen.pack.read_bytes())
        shown = verify(pack, chosen.receipt_key, chosen.log_key, chosen.witness, chosen.quorum)
    except (OSError, Fails, *FAULTS):
        print("the file is no evidence pack, or a key that was given is none", file=sys.stderr)
        return 2
    for outcome, name, detail in shown:
        print(f"{outcome:<12} {name}: {printable(detail)}")
    return int(any(outcome == "FAILS" for outcome, _, _ in shown))


if __name__ == "__main__":
    raise SystemExit(main())
