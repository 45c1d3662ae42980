"""Verify an evidence pack of the registry, alone: this one file, Python 3.11 or later, and the package `cryptography`.

    python verify_evidence.py PACK [--receipt-key X] [--log-key VKEY ...] [--witness VKEY ... --quorum N] [@FILE]

It shares no line with the registry. Each check is listed with what came of it, and none is summed up into one word.
Keys come from elsewhere than the pack: from the court, a printed page, or the trust list, in a FILE of an argument a
line (`registry trust policy --pack`). Without them what rests on the pack's own word is shown as NOT CHECKED.
Exit code: 0 if no check fails, 1 if one does, 2 if the file cannot be read.
"""

import argparse
import hmac
import json  # a court has nothing but this file and one package
import sys
import unicodedata
import uuid
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:  # an older `cryptography`: those signatures are then said not to have been checked
    MLDSA44PublicKey = None

NOTE, COSIGNATURE, SUBTREE = 1, 4, 6
RECEIPT, ANSWER, ERASURE = KINDS = ("po-receipt+jwt", "po-answer+jwt", "po-erasure+jwt")
NO_ML_DSA = "this version of cryptography does not verify ML-DSA-44"
LAG_SECONDS = 60  # an answer that is logged later was kept aside, or dated back
ACTS = """orders=order.issued; orders/service=service.recorded service.attempted; orders/variation=order.varied;
orders/extension=order.extended; orders/suspension=order.suspended; orders/reinstatement=order.reinstated;
orders/revocation=order.revoked; orders/correction=order.corrected; orders/document=order.document_supplied;
orders/certificate=order.certificate_issued; orders/certificate-withdrawal=order.certificate_withdrawn;
orders/declaration=order.declared; orders/registration=order.registered; orders/adjustment=order.adjusted;
orders/recognitions=recognition.asked; orders/refusal-applications=recognition.asked;
recognitions/supplement-request=recognition.supplement_requested; recognitions/supplement=recognition.supplemented;
recognitions/decision=recognition.granted recognition.refused; recognitions/discontinuation=recognition.discontinued;
notices/acknowledgment=notice.acknowledged notice.rejected; orders/representations=representation.recorded;
representations/end=representation.ended; hits/answer=hit.confirmation_answered; party-links=party.linked;
party-links/retraction=party.unlinked; violations=violation.reported; violations/resolution=violation.resolved"""
ACTS = {act.strip(): kinds.split() for act, kinds in (each.split("=") for each in ACTS.split(";"))}  # by address
FAULTS = (ArithmeticError, AttributeError, InvalidSignature, LookupError, RecursionError, TypeError, ValueError)


class Fails(Exception):
    """A check that does not hold."""


class Untried(Exception):
    """A check that this machine cannot make."""


def hold(true, otherwise, fault=Fails):
    """Raise a fault, with what is wrong, unless something is true."""
    if not true:
        raise fault(otherwise)


def text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def octets(said):
    raw = urlsafe_b64decode(said + "=" * (-len(said) % 4))
    hold(text(raw) == said, "a text is not in its one spelling")
    return raw


def parsed(raw):
    def once(pairs):
        hold(len(dict(pairs)) == len(pairs), "a name stands twice")
        return dict(pairs)

    return json.loads(raw, object_pairs_hook=once)


def clean(said):
    """Refuse control characters where there is no reason for one: in notes, origins and names."""
    hold(not any(unicodedata.category(one) in ("Cc", "Cf", "Cs") for one in said if one != "\n"), "a control character")
    return said


def jws(pack):
    """Give kind and claims of the signed receipt, answer or certificate of erasure, and both in words."""
    head, body, signature = pack["signed"].split(".")
    header = parsed(octets(head))
    plain = header["typ"] in KINDS and header["alg"] == "Ed25519" and "crit" not in header
    hold(plain, "neither a receipt nor an answer or certificate signed with Ed25519")
    key = Ed25519PublicKey.from_public_bytes(octets(pack["receipt_key"]["x"]))
    key.verify(octets(signature), f"{head}.{body}".encode())
    claims = parsed(octets(body))
    return header["typ"], claims, f"a {header['typ']} that says {json.dumps(claims, sort_keys=True)}"


def alike(*pairs):
    """Hold what was signed against what the log says: the same value, and of the same type."""
    return all(type(one) is type(other) and one == other for one, other in pairs)


def short(said):
    return text(uuid.UUID(said).bytes)


def bound(pack, kind, claims):
    """Hold every claim that the log's entries know of against them."""
    entries = [parsed(octets(each["entry"])) for each in pack["entries"]]
    if kind == ANSWER:
        (entry,), digest = entries, text(sha256(pack["signed"].encode()).digest())
        of_it = ((entry["r"], digest), (entry["q"], claims["query"]), (entry["f"], short(claims["fact"])))
        same = alike(*of_it, (entry["k"], "check.answer_given"), (entry["by"].split(" ")[0], claims["aud"]))
        hold(same, "the entry is of another answer, or says otherwise of this one")
        return "the entry bears the digest of the signed answer"
    hold(0 < len(claims["facts"]) == len(entries), "as many entries as facts, and at least one")
    first, last = claims["version"] - len(entries) + 1, entries[-1]
    for number, (said, entry) in enumerate(zip(claims["facts"], entries, strict=True)):
        named = ((said["record"], entry["d"]), (said["position"], entry["n"]), (said["kind"], entry["k"]))
        place = ((entry["o"], short(claims["stream"])), (entry["ov"], first + number))
        same = alike(*named, *place, (entry["f"], short(said["fact"])), (entry["by"].split(" ")[0], claims["aud"]))
        hold(same, "an entry is of another record, fact, stream, version or institution than named")
    ends = ((last["n"], claims["position"]), (last["ov"], claims["version"]), (last["at"], claims["recorded_at"]))
    hold(alike(*ends, (posix(last["at"]), claims["iat"])), "the log says another time, position or version")
    return f"{len(entries)} records, digest by digest, recorded at {last['at']}"


def dated(pack, claims):
    """Hold when an answer says that it was given against when it was logged: whoever signs can date back."""
    entry = parsed(octets(pack["entries"][0]["entry"]))
    logged, known = (posix(each) for each in (entry["at"], claims["known_at"]))
    newer = logged >= max(claims["iat"], known) and claims["known_position"] < entry["n"]
    hold(newer, "the entry is older than the answer, or than what the answer rests on")
    said = f"logged at {entry['at']}, {(lag := logged - claims['iat'])} seconds after the time that the answer bears"
    if lag > LAG_SECONDS:
        raise Untried(f"{said}: kept aside while the store was down, or dated back; the log shows its own time alone")
    return said


def ledger_of(note, claims):
    """Hold the ledger that a log's name bears against the one that signed."""
    ledger, origin = claims["iss"].removeprefix("urn:uuid:"), note.split("\n", 1)[0]
    _, mark, named = origin.partition("/po/")
    hold(mark, "the log's name bears no ledger", Untried)
    further = named.removeprefix(f"{ledger}-")
    own = named == ledger or (further != named and further.isdecimal())
    hold(own, "the log is of another ledger than the one that signed")
    return f"the log {origin} is of the ledger that signed"


def posix(said):
    return (datetime.fromisoformat(said) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def erased(pack, claims):
    """Hold the record of an erasure against its digest in the log: who was erased, of which order, and why."""
    raw, said = octets(pack["record"]), claims["erased"]
    event, digest = parsed(raw.split(b"\n", 2)[2])["event"], parsed(octets(pack["entries"][0]["entry"]))["d"]
    kind = raw.startswith(b"po-record/v1\nsubject.erased.")
    hold(kind and text(sha256(raw).digest()) == digest, "the record is not the one in the log")
    named = ("order_ref", "subject", "key_id", "ground", "documents")
    same = alike(*((said[name], event[name]) for name in named))
    hold(same, "the record says otherwise of order, party, key, ground or documents")
    spelled = [f"{name} {said[name]}" for name in named]
    return f"{spelled} by {claims['aud']} at {claims['recorded_at']}, position {claims['position']} of the ledger"


def handed_in(pack, *names):
    hold(set(names) <= pack.get("handed_in", {}).keys(), "the pack holds none", Untried)
    return [pack["handed_in"][name] for name in names]


def of_document(pack, claims):
    raw, entry = map(octets, handed_in(pack, "record", "entry"))
    entry, event = parsed(entry), parsed(raw.split(b"\n", 2)[2])["event"]
    log = ((entry["d"], text(sha256(raw).digest())), (entry["k"], "document.signed"), (entry["sg"], event["signature"]))
    hold(alike(*log, (raw[:29], b"po-record/v1\ndocument.signed.")), "the record is not the one in the log")
    later = alike((entry["by"].split(" ")[0], claims["aud"])) and entry["n"] > claims["position"]
    hold(later, "the entry is of another institution, or older than what the document led to")
    hold([] != event["facts"] == [each["fact"] for each in claims["facts"]], "the document led to other facts")
    return f"{len(event['facts'])} facts were recorded of it"


def named_signature(pack, claims):
    compact, entry, record = handed_in(pack, "signature", "entry", "record")
    header, event = parsed(octets(compact.split("..")[0])), parsed(octets(record).split(b"\n", 2)[2])["event"]
    digest, fixed = sha256(compact.encode()).digest(), {"typ": "po-document+jws", "b64": False, "crit": ["b64"]}
    who = ((header["kid"], event["key_id"]), (header["iss"], claims["aud"]), (header["aud"], claims["iss"]))
    same = alike((text(digest), parsed(octets(entry))["sg"]), *who) and header == header | fixed
    hold(same, "another signature than the log names, or by another key or institution, or for another ledger")
    return f"by key {header['kid']} of {header['iss']}, POSIX time {header['iat']}, for {header['htm']} {header['htu']}"


def of_this_act(pack, claims):
    """Hold the address that was signed against the facts and the stream: a body does not say whose order it ends."""
    compact, record = handed_in(pack, "signature", "record")
    header, event = parsed(octets(compact.split("..")[0])), parsed(octets(record).split(b"\n", 2)[2])["event"]
    parts = header["htu"].rpartition("/v1/")[2].split("/")
    act, ref = "/".join(parts[::2]), parts[1] if len(parts) > 1 else None
    known = header["htm"] == "POST" and len(parts) in (1, 3) and act in ACTS
    hold(known, f"nothing is known here of what {header['htm']} {header['htu']} leads to", Untried)
    about = event["order_ref"] if ACTS[act][0] in ("recognition.asked", "representation.recorded") else claims["stream"]
    kinds = {each["kind"] for each in claims["facts"]}
    hold(kinds and kinds <= set(ACTS[act]), f"signed for {act}, which leads to other facts")
    hold(ref is None or uuid.UUID(ref) == uuid.UUID(about), f"signed for {act} of another order or what is of another")
    return f"{act}, of {ref or 'what the document says'}"


def signed_document(pack, key):
    compact, document = handed_in(pack, "signature", "document")
    hold(key is not None, "no key of the institution was given", Untried)
    (head, signature), document = compact.split(".."), octets(document)
    raw, alg, signed = octets(signature), parsed(octets(head))["alg"], head.encode() + b"." + document
    if (key["crv"], alg) == ("P-256", "ES256"):
        x, y, r, s = (int.from_bytes(each, "big") for each in (octets(key["x"]), octets(key["y"]), raw[:32], raw[32:]))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    else:
        hold(key["crv"] == "Ed25519" and alg in ("EdDSA", "Ed25519"), "the key is not one of that algorithm")
        Ed25519PublicKey.from_public_bytes(octets(key["x"])).verify(raw, signed)
    return f"{len(document)} bytes"


def included(entry, proof):
    """Follow the path from an entry to the root of the checkpoint; give the note."""
    head, note = proof.split("\n\n", 1)
    lines = head.split("\n")
    hold(lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    _origin, size, root = clean(note).split("\n\n")[0].split("\n")[:3]
    first, last = (index := int(lines.pop(0).removeprefix("index "))), int(size) - 1
    hold(0 <= first <= last, "the index is outside the log")
    running = sha256(b"\0" + entry).digest()
    for line in lines:
        sibling = b64decode(line, validate=True)
        hold(last and len(sibling) == len(running), "the path is too long")
        if first % 2 or first == last:
            running = sha256(b"\1" + sibling + running).digest()
            while first and first % 2 == 0:
                first, last = first // 2, last // 2
        else:
            running = sha256(b"\1" + running + sibling).digest()
        first, last = first // 2, last // 2
    hold(not last and running == b64decode(root, validate=True), "the path leads to another root")
    return note, f"index {index} of {size}"


def vkey(line):
    """Read a verifier key; give its name, id, type and bytes."""
    name, key_id, encoded = line.split("+", 2)
    raw = b64decode(encoded, validate=True)
    hold(sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id, "a key's id is not its own")
    return clean(name), bytes.fromhex(key_id), raw[0], raw[1:]


def signers(note, keys):
    """Give name and time of each signature by one of the keys, and how many cannot be tried; a bad one fails."""
    (above, below), found, untried = note.rsplit("\n\n", 1), [], 0
    for line in below.strip("\n").split("\n"):
        name, encoded = line.removeprefix("— ").rsplit(" ", 1)
        raw = b64decode(encoded, validate=True)
        for _, _, kind, public in [key for key in keys if key[:2] == (name, raw[:4])]:
            try:
                found.append((name, checked(kind, public, raw[4:], name, above)))
            except Untried:
                untried += 1
    return found, untried


def checked(kind, public, signature, name, above):
    """Verify one signature; give its time, 0 for none."""
    time, signature = (0, signature) if kind == NOTE else (int.from_bytes(signature[:8], "big"), signature[8:])
    if kind in (NOTE, COSIGNATURE):
        stamp = b"" if kind == NOTE else b"cosignature/v1\ntime %d\n" % time
        Ed25519PublicKey.from_public_bytes(public).verify(signature, stamp + f"{above}\n".encode())
        return time
    hold(kind == SUBTREE, "a key of a type that nobody has said how to verify")
    hold(MLDSA44PublicKey is not None, NO_ML_DSA, Untried)
    origin, size, root = above.split("\n")[:3]
    message = b"subtree/v1\n\0" + bytes([len(name.encode())]) + name.encode() + time.to_bytes(8, "big")
    message += bytes([len(origin.encode())]) + origin.encode() + bytes(8) + int(size).to_bytes(8, "big")
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message + b64decode(root, validate=True))
    return time


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


def verify(pack, receipt_key=None, log_keys=(), witnesses=(), quorum=0, *, document_key=None):
    """Try every check; give (outcome, name, detail) of each."""
    hold(pack["format"] == "po-evidence/v1" and pack["entries"], "no evidence pack")
    shown, same, own = [], receipt_key == pack["receipt_key"]["x"], "it is the pack's own word"
    whose = "" if same else "the pack's own key"
    kind, claims, _ = attempt(shown, "signature of what the registry said", lambda: jws(pack), whose) or (None,) * 3
    outcome = "NOT CHECKED" if receipt_key is None else "HOLDS" if same else "FAILS"
    detail = f"none was given: {own}" if receipt_key is None else "compared with the one given"
    shown.append((outcome, "key is the registry's own", detail))
    if kind:
        attempt(shown, "log entries are of what was signed", lambda: bound(pack, kind, claims))
    entries_own = "" if log_keys else "the pack's own entry"
    if kind == ANSWER:
        attempt(shown, "answer was given when the log says", lambda: dated(pack, claims), entries_own)
    if kind == RECEIPT:
        attempt(shown, "document's entry is of what was signed", lambda: of_document(pack, claims), entries_own)
        attempt(shown, "signature is the one that the log names", lambda: named_signature(pack, claims), entries_own)
        attempt(shown, "document was signed for this very act", lambda: of_this_act(pack, claims), entries_own)
        attempt(shown, "institution has signed the document", lambda: signed_document(pack, document_key))
    if kind == ERASURE:
        attempt(shown, "record in the log says who was erased", lambda: erased(pack, claims), entries_own)
        attempt(shown, "older copies of the key", lambda: str(claims["older_copies_of_the_key"]), own="its own word")
    if kind and "question" in pack:
        attempt(shown, "question is the one that was answered", lambda: opened(pack, claims))
    named = [line.split()[1] for line in pack["policy"].split("\n") if line.split()[:1] == ["log"]]
    keys = [vkey(line) for line in log_keys or named]
    proved = [(f"entry {number}", each) for number, each in enumerate(pack["entries"], start=1)]
    proved += [("document's entry", pack[member]) for member in ("handed_in",) if member in pack]
    for place, each in proved:
        whose = "" if log_keys else "the pack's own keys"
        note = one_entry(shown, place, each, keys, whose)
        if note and kind:
            attempt(shown, f"{place}: log of who signed", lambda n=note: ledger_of(n, claims), whose)
        if witnesses:
            attempt(shown, f"{place} was seen by {quorum} witnesses", lambda n=note: seen(n, witnesses, quorum, keys))
    if not log_keys:
        shown.append(("NOT CHECKED", "log is the one you trust", f"no key of it was given: {own}"))
    if not witnesses:
        shown.append(("NOT CHECKED", "enough witnesses have seen it", "no key of a witness was given"))
    return shown


def opened(pack, claims):
    digest = hmac.digest(octets(pack["opening"]), octets(pack["question"]), "sha256")
    hold(text(digest) == claims["query"], "the commitment is to another question")
    return f"the commitment opens to {octets(pack['question']).decode('utf-8', 'backslashreplace')}"


def one_entry(shown, name, each, keys, own):
    def signed(note):
        origin = note.split("\n", 1)[0]
        found, untried = signers(note, [key for key in keys if key[0] == origin])
        shown.extend([("NOT CHECKED", f"{name}: {untried} signatures of the log", NO_ML_DSA)] if untried else [])
        hold(found, "no key of this log has signed, of those that can be checked here", Untried if untried else Fails)
        return f"by {len(found)} keys of the log {origin}"

    found = attempt(shown, f"{name} is in the log", lambda: included(octets(each["entry"]), each["proof"]), own)
    by = found and attempt(shown, f"{name}: the log has signed the checkpoint", lambda: signed(found[0]), own)
    return found[0] if by else None


def seen(note, witnesses, quorum, logs):
    """Count who has cosigned. A witness is somebody else than the log, and one key is one witness."""
    hold(note is not None, "whatever they saw is not shown to hold it", Untried)
    keys = [vkey(line) for line in witnesses]
    public = {key[3] for key in keys}
    others = public.isdisjoint(key[3] for key in logs) and all(key[2] in (COSIGNATURE, SUBTREE) for key in keys)
    hold(others, "a key that was given as a witness's is the log's, or of a kind that does not cosign")
    hold(len(public) == len(keys), "one key was given under two names: it would count twice")
    found, untried = signers(note, keys)
    times, needed = dict(found), max(1, quorum)
    few = f"only {len(times)} of them, and {untried} signatures that cannot be checked here"
    hold(len(times) >= needed, few, Untried if len(times) + untried >= needed else Fails)
    return f"{len(times)} of them, the latest at POSIX time {max(times.values())}"


def main():
    parser = argparse.ArgumentParser(description="Verify an evidence pack.", fromfile_prefix_chars="@")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--receipt-key", help="`x` of the key that receipts and answers are signed with")
    for name, whose in (("--log-key", "the log"), ("--witness", "a witness")):
        parser.add_argument(name, action="append", default=[], help=f"a key of {whose}, as a vkey line")
    parser.add_argument("--quorum", type=int, default=1, help="how many witnesses must have cosigned")
    parser.add_argument("--document-key", type=parsed, help="the institution's key of documents, as a JWK")
    chosen = parser.parse_args()
    try:
        pack, given = parsed(chosen.pack.read_bytes()), (chosen.receipt_key, chosen.log_key, chosen.witness)
        shown = verify(pack, *given, chosen.quorum, document_key=chosen.document_key)
    except (OSError, Fails, *FAULTS):
        print("the file is no evidence pack, or a key that was given is none", file=sys.stderr)
        return 2
    for outcome, name, detail in shown:
        # Whatever a terminal would obey or hide is spelled out: nothing from a pack may look like a line of ours.
        print(f"{outcome:<12} {name}: {detail.encode('unicode_escape').decode('ascii')}")
    return int(any(outcome == "FAILS" for outcome, _, _ in shown))


if __name__ == "__main__":
    raise SystemExit(main())
