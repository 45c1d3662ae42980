"""tlog-policy: which logs are trusted, which witnesses, and how many of them a checkpoint needs.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <member>...
    quorum <name>|none

A name is used after the line that defines it; a name is a member of one group at most, so that a witness counts once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.encoding import number
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.signed_note import Key, NoteKey, Verified, parse_note, verify_note
from registry.ledger.proof.vkey import AnyKey, parse_vkey

MAXIMUM_POLICY: Final = 1 << 20
MAXIMUM_LINES: Final = 4096
"""Lines of a policy, comments and all; logs, witnesses and groups are as many at most."""
_NONE: Final = "none"
_BLANKS: Final = re.compile(r"[ \t]+")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """A log that is trusted to name the order of its leaves; its key's name is its origin."""

    key: AnyKey
    url: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """Whoever watches that a log does not show two faces. `name` is the policy's own."""

    name: str
    key: AnyKey
    url: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Counts as having cosigned when at least `threshold` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a checkpoint must carry to be relied on. `quorum` names a witness or group; None asks for no witness."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A checkpoint that satisfies a policy, with everything that was verified on the way."""

    checkpoint: Checkpoint
    logs: tuple[Verified, ...]
    """Signatures by trusted keys of this very log; at least one."""
    witnesses: tuple[tuple[str, int], ...]
    """Each cosignature: the witness by the policy's name, and its time in POSIX seconds, 0 where it says none."""


def parse_policy(raw: bytes) -> Policy:
    """Read a policy file; raises `NotWellFormed`, naming the line's number."""
    if len(raw) > MAXIMUM_POLICY:
        raise NotWellFormed("policy: too long")
    # Octets above ASCII are opaque to the format: surrogates keep each sequence of them apart from every other.
    text = raw.decode("utf-8", "surrogateescape")
    if _FORBIDDEN.search(text) or not text.endswith("\n") or text.count("\n") > MAXIMUM_LINES:
        raise NotWellFormed("policy: a control character, too many lines, or a last line without its newline")
    reading = _Reading()
    for place, line in enumerate(text[:-1].split("\n"), start=1):
        words = _BLANKS.split(line.strip(" \t"))
        if words[0] and not words[0].startswith("#"):
            reading.take(words, f"policy, line {place}")
    return reading.policy()


def accept(raw: bytes, policy: Policy) -> Accepted:
    """Hold a signed checkpoint against a policy; raises `NotWellFormed` or `NotVerified`."""
    # 1. It is a note, and a checkpoint.
    note = parse_note(raw)
    checkpoint = parse_checkpoint(note.text)
    # 2. No signature by a key that the policy knows fails.
    keys = [log.key for log in policy.logs] + [witness.key for witness in policy.witnesses]
    verified = verify_note(note, keys)
    # 3. One of the logs has signed, and it is the log that the checkpoint names.
    trusted = {log.key for log in policy.logs if log.key.name == checkpoint.origin}
    logs = tuple(each for each in verified if each.key in trusted)
    if not logs:
        raise NotVerified("policy: no signature by a trusted key of this log")
    # 4. Enough witnesses have cosigned.
    names: dict[Key, str] = {witness.key: witness.name for witness in policy.witnesses}
    witnesses = tuple((names[each.key], each.timestamp or 0) for each in verified if each.key in names)
    check_quorum(policy, {name for name, _ in witnesses})
    return Accepted(checkpoint=checkpoint, logs=logs, witnesses=witnesses)


def check_quorum(policy: Policy, cosigned: set[str]) -> None:
    """Raise `NotVerified` unless the witnesses of these names make the policy's quorum."""
    present = set(cosigned)
    for group in policy.groups:  # members come before their groups
        if sum(member in present for member in group.members) >= group.threshold:
            present.add(group.name)
    if policy.quorum is not None and policy.quorum not in present:
        raise NotVerified("policy: too few witnesses for its quorum")


class _Reading:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorums: list[str] = []
        self.names: set[str] = set()
        self.members: set[str] = set()

    def take(self, words: list[str], place: str) -> None:
        """Read one line that is neither empty nor a comment."""
        kinds: dict[str, Callable[[list[str], str], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        kind = kinds.get(words[0])
        if kind is None:
            raise NotWellFormed(f"{place}: not a log, witness, group or quorum")
        kind(words[1:], place)

    def policy(self) -> Policy:
        if len(self.quorums) != 1:
            raise NotWellFormed("policy: exactly one quorum line")
        quorum = self.quorums[0]
        return Policy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=None if quorum == _NONE else quorum,
        )

    def _log(self, words: list[str], place: str) -> None:
        if len(words) not in (1, 2):
            raise NotWellFormed(f"{place}: log <vkey> [<url>]")
        key = _key(words[0], place, NoteKey, SubtreeKey)
        if any(key.public == log.key.public for log in self.logs):
            raise NotWellFormed(f"{place}: a log's key stands here twice")
        self.logs.append(Log(key=key, url=words[1] if words[1:] else None))

    def _witness(self, words: list[str], place: str) -> None:
        if len(words) not in (2, 3):
            raise NotWellFormed(f"{place}: witness <name> <vkey> [<url>]")
        key = _key(words[1], place, CosignatureKey, SubtreeKey)
        if any(key.public == witness.key.public for witness in self.witnesses):
            raise NotWellFormed(f"{place}: a witness's key stands here twice")
        self.witnesses.append(Witness(name=self._define(words[0], place), key=key, url=words[2] if words[2:] else None))

    def _group(self, words: list[str], place: str) -> None:
        if len(words) < len(("name", "threshold", "one member")):
            raise NotWellFormed(f"{place}: group <name> all|any|<k> <member>...")
        name, threshold, *members = words
        for member in members:
            if member not in self.names or member in self.members:
                raise NotWellFormed(f"{place}: a member is defined above and belongs to one group")
            self.members.add(member)
        named = {"all": len(members), "any": 1}
        least = named[threshold] if threshold in named else number(threshold, place=place)
        if not 1 <= least <= len(members):
            raise NotWellFormed(f"{place}: the threshold is between 1 and the number of members")
        self.groups.append(Group(name=self._define(name, place), threshold=least, members=tuple(members)))

    def _quorum(self, words: list[str], place: str) -> None:
        if len(words) != 1 or words[0] not in self.names | {_NONE}:
            raise NotWellFormed(f"{place}: quorum <name>, defined above, or none")
        self.quorums.append(words[0])

    def _define(self, name: str, place: str) -> str:
        if name in self.names or name == _NONE:
            raise NotWellFormed(f"{place}: a name is defined once, and `none` is taken")
        self.names.add(name)
        return name


def _key(vkey: str, place: str, *kinds: type[AnyKey]) -> AnyKey:
    try:
        key = parse_vkey(vkey)
    except NotWellFormed as reason:
        raise NotWellFormed(f"{place}: {reason}") from None
    if not isinstance(key, kinds):
        raise NotWellFormed(f"{place}: a key of a type that is not for this")
    return key
