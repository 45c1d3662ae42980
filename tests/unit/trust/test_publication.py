"""What may be published: only what the jurisdictions signed, only forwards, and only once the ledger knows of it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tuf.api.metadata import Root, Snapshot, TargetFile, Targets

from registry.errors import ConfigurationError, NotTrusted, OutOfDate, TrustError
from registry.trust.folder import TrustFolder
from registry.trust.metadata import (
    Member,
    Online,
    combine,
    new_root,
    new_targets,
    parse,
    parse_any,
    sign,
)
from registry.trust.publication import Brought, OnlineSigners, compose, verified
from registry.trust.publisher import NOTHING, due, ends, finish, publish, refresh
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant
from tests.trust import (
    FR,
    JURISDICTIONS,
    MEMBERS,
    ONLINE,
    ONLINE_SIGNERS,
    START,
    THRESHOLD,
    Ledger,
    a_folder,
    brought_list,
    everything,
    first_keys,
    jwk,
    jwks,
    list_of,
    member,
    published,
    root,
    signer,
    targets,
)

ALL = everything()
FEWER = jwks(jwk("FR-order-1"))
MORE = jwks(jwk("FR-order-1"), jwk("FR-card-1", **{"x-po-use": "card"}), jwk("FR-order-2"))
GROWN = (*MEMBERS, member(Jurisdiction("IT")))


@pytest.mark.parametrize(
    "brought",
    [
        replace(ALL, root=None),
        replace(ALL, targets=None),
        replace(ALL, root=root(by=("DE root 1", "ES root 1"))),
        replace(ALL, root=root(by=("DE root 1", "ES root 1", "snapshot", "timestamp", "FR list 1"))),
        replace(ALL, targets=targets(by=("DE root 1", "FR root 1"))),
        replace(ALL, root=b"{}"),
        replace(ALL, root=ALL.targets),
        replace(ALL, lists={code: raw for code, raw in ALL.lists.items() if code != FR}),
        replace(ALL, jwks={code: raw for code, raw in ALL.jwks.items() if code != FR}),
        replace(ALL, jwks={**ALL.jwks, FR: FEWER}),
        replace(ALL, lists={**ALL.lists, FR: list_of(FR, first_keys(FR), by="DE list 1")}),
        replace(ALL, lists={**ALL.lists, FR: list_of(JURISDICTIONS[0], first_keys(FR), by="FR list 1")}),
        replace(
            ALL,
            lists={**ALL.lists, Jurisdiction("IT"): ALL.lists[FR]},
            jwks={**ALL.jwks, Jurisdiction("IT"): ALL.jwks[FR]},
        ),
        replace(ALL, lists={**ALL.lists, FR: list_of(FR, first_keys(FR), now=Instant(START - 91 * DAY))}),
        replace(ALL, targets=targets(now=Instant(START - 366 * DAY))),
        replace(ALL, root=root(now=Instant(START - 366 * DAY))),
        replace(ALL, targets=targets(members=GROWN)),
    ],
)
def test_a_first_publication_that_is_not_whole_and_signed_is_refused(brought: Brought, tmp_path: Path):
    folder, ledger = a_folder(tmp_path / "trust"), Ledger()
    with pytest.raises((TrustError, ConfigurationError)):
        publish(folder, brought, record=ledger.record, now=START)
    assert ledger.said == []
    assert folder.current() is None


@pytest.mark.parametrize(
    "brought",
    [
        brought_list(FR, MORE, 1),
        brought_list(FR, MORE, 3),
        brought_list(FR, FEWER, 2),
        brought_list(FR, MORE, 2, by="DE list 1"),
        replace(NOTHING, root=root(1)),
        replace(NOTHING, root=root(3)),
        replace(NOTHING, root=root(2, by=("DE root 1", "ES root 1"))),
        replace(NOTHING, targets=targets(3)),
        replace(NOTHING, targets=targets(2, by=("DE root 1", "ES root 1", "snapshot"))),
        replace(NOTHING, root=root(2, members=tuple(member(code, 2) for code in JURISDICTIONS))),
    ],
)
def test_a_later_publication_goes_on_from_the_former(brought: Brought, tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    with pytest.raises((TrustError, ConfigurationError)):
        publish(folder, brought, record=Ledger().record, now=START)
    assert folder.current() == publication.current


def test_an_operator_whose_keys_the_root_does_not_name_publishes_nothing(tmp_path: Path):
    for signers in (
        replace(ONLINE_SIGNERS, timestamp=signer("stranger")),
        replace(ONLINE_SIGNERS, snapshot=signer("stranger")),
        OnlineSigners(snapshot=ONLINE_SIGNERS.timestamp, timestamp=ONLINE_SIGNERS.snapshot),
    ):
        with pytest.raises(NotTrusted):
            compose(None, ALL, signers, now=START)
    assert not list(tmp_path.iterdir())


def test_the_ledger_knows_of_every_file_and_is_told_before_anybody_can_fetch_it(tmp_path: Path):
    folder, seen = a_folder(tmp_path / "trust"), []

    def record(files):
        seen.append(files)
        assert not any((folder.published / file.path).exists() for file in files)

    publish(folder, ALL, record=record, now=START)
    on_disk = {str(path.relative_to(folder.published)) for path in folder.published.rglob("*.json")}
    assert {file.path for file in seen[0]} == on_disk
    # A reader finds whatever a document names, at every moment: timestamp last, snapshot before it, and so on.
    assert [file.role for file in seen[0]][-3:] == ["targets", "snapshot", "timestamp"]


class Died(Exception):
    """Stands for the end of the process."""


def dying(_: object) -> None:
    raise Died


def test_a_death_before_the_ledger_knows_leaves_the_list_as_it_was_and_is_made_good(tmp_path: Path):
    folder, before = published(tmp_path / "trust")
    with pytest.raises(Died):
        publish(folder, brought_list(FR, MORE, 2), record=dying, now=START)
    assert folder.current() == before.current
    pending = folder.pending()
    assert pending is not None
    ledger = Ledger()
    assert finish(folder, ledger.record)
    assert ledger.said == [pending]
    current = folder.current()
    assert current is not None
    assert current.jwks[FR] == MORE
    assert not finish(folder, ledger.record)


def test_a_death_at_any_file_is_made_good_with_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    renames = Path.rename
    for deaths in range(8):
        folder, before = published(tmp_path / str(deaths))
        left = [deaths]

        def rename(path: Path, target: Path, left: list[int] = left) -> Path:
            if left[0] == 0:
                raise Died
            left[0] -= 1
            return renames(path, target)

        ledger = Ledger()
        monkeypatch.setattr(Path, "rename", rename)
        try:
            publish(folder, brought_list(FR, MORE, 2), record=ledger.record, now=START)
        except Died:
            current = folder.current()
            assert current is not None
            assert current.timestamp == before.current.timestamp
        monkeypatch.setattr(Path, "rename", renames)
        staged = folder.pending() is not None
        finish(folder, ledger.record)
        current = folder.current()
        assert current is not None
        assert (current.jwks[FR] == MORE) == (staged or bool(ledger.said))
        assert len(set(ledger.said)) <= 1
        publish(folder, NOTHING, record=ledger.record, now=START)


def test_the_operators_part_is_signed_anew_once_a_day_and_nothing_else_moves(tmp_path: Path):
    folder, before = published(tmp_path / "trust")
    ledger = Ledger()
    assert not refresh(folder, record=ledger.record, now=Instant(START + DAY // 2))
    assert refresh(folder, record=ledger.record, now=Instant(START + DAY))
    assert [[file.role for file in files] for files in ledger.said] == [["snapshot", "timestamp"]]
    current = folder.current()
    assert current is not None
    assert (current.roots, current.targets, current.lists) == (
        before.current.roots,
        before.current.targets,
        before.current.lists,
    )
    assert not refresh(a_folder(tmp_path / "nothing"), record=ledger.record, now=START)


def test_a_list_whose_root_has_ended_is_not_refreshed_quietly(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    with pytest.raises(OutOfDate, match="root"):
        refresh(folder, record=Ledger().record, now=Instant(START + 366 * DAY))


def test_what_is_past_half_its_life_is_due(tmp_path: Path):
    _, publication = published(tmp_path / "trust")
    current = publication.current
    assert due(current, START) == ()
    assert due(current, Instant(START + 4 * DAY)) == ("snapshot", "timestamp")
    assert set(due(current, Instant(START + 46 * DAY))) == {"snapshot", "timestamp", *map(str, JURISDICTIONS)}
    assert set(due(current, Instant(START + 183 * DAY))) == set(ends(current))


def test_a_jurisdiction_comes_and_another_leaves(tmp_path: Path):
    italy = Jurisdiction("IT")
    folder, _ = published(tmp_path / "trust")
    by = ("DE root 1", "ES root 1", "FR root 1", "GB-EAW root 1")
    keys = jwks(jwk("IT-order-1"))
    comes = Brought(
        root=root(2, members=GROWN[1:], by=by),
        targets=targets(2, members=GROWN[1:], by=by),
        lists={italy: list_of(italy, keys)},
        jwks={italy: keys},
    )
    publication = publish(folder, comes, record=Ledger().record, now=START)
    assert set(ends(publication.current)) >= {"IT", "FR"}
    assert "DE" not in ends(publication.current)
    # What has left stays in the snapshot, since a client would take its absence for a roll-back.
    assert "DE.json" in parse(publication.current.snapshot, Snapshot).signed.meta


@pytest.mark.parametrize(
    ("members", "threshold"),
    [
        (MEMBERS, 2),
        (MEMBERS, 6),
        (MEMBERS[:1], 1),
        ((), 1),
        ((*MEMBERS, MEMBERS[0]), 4),
        (
            (
                *MEMBERS[1:],
                Member(jurisdiction=Jurisdiction("de"), root_key=MEMBERS[0].root_key, list_key=signer("x").public_key),
            ),
            3,
        ),
        ((*MEMBERS[1:], replace(MEMBERS[0], root_key=MEMBERS[1].root_key)), 3),
        ((*MEMBERS[1:], replace(MEMBERS[0], list_key=MEMBERS[0].root_key)), 3),
        ((*MEMBERS[1:], replace(MEMBERS[0], root_key=ONLINE.timestamp)), 3),
    ],
)
def test_most_of_the_jurisdictions_sign_each_with_keys_of_its_own(members: tuple[Member, ...], threshold: int):
    with pytest.raises(ConfigurationError):
        new_root(members, ONLINE, threshold=threshold, version=1, now=START)


def bent(change: Callable[[Root], None]) -> bytes:
    """Give a root that all jurisdictions signed and that is not as a root must be."""
    made = new_root(MEMBERS, ONLINE, threshold=THRESHOLD, version=1, now=START)
    change(made.signed)
    for code in JURISDICTIONS:
        made.sign(signer(f"{code} root 1"), append=True)
    return made.to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda made: setattr(made.roles["targets"], "threshold", 1),
        lambda made: setattr(made.roles["root"], "threshold", 2),
        lambda made: made.add_key(ONLINE.timestamp, "targets"),
        lambda made: [made.add_key(ONLINE.timestamp, role) for role in ("root", "targets")],
        lambda made: setattr(made, "consistent_snapshot", False),
    ],
    ids=count(),
)
def test_a_root_that_gives_the_operator_a_say_is_refused_whoever_signed_it(change: Callable[[Root], None]):
    with pytest.raises(NotTrusted):
        compose(None, replace(ALL, root=bent(change)), ONLINE_SIGNERS, now=START)


def bent_targets(change: Callable[[Targets], None]) -> bytes:
    made = new_targets(MEMBERS, version=1, now=START)
    change(made.signed)
    for code in JURISDICTIONS:
        made.sign(signer(f"{code} root 1"), append=True)
    return made.to_bytes()


def roles(made: Targets):
    assert made.delegations is not None
    assert made.delegations.roles is not None
    return made.delegations.roles


@pytest.mark.parametrize(
    "change",
    [
        lambda made: setattr(roles(made)["FR"], "paths", ["*/*"]),
        lambda made: setattr(roles(made)["FR"], "terminating", False),
        lambda made: setattr(roles(made)["FR"], "keyids", list(roles(made)["DE"].keyids)),
        lambda made: setattr(made, "delegations", None),
        lambda made: made.targets.update({"FR/jwks.json": TargetFile.from_data("FR/jwks.json", b"{}", ["sha256"])}),
    ],
    ids=count(),
)
def test_targets_that_do_more_than_delegate_each_path_to_its_own_are_refused(change: Callable[[Targets], None]):
    with pytest.raises(NotTrusted):
        compose(None, replace(ALL, targets=bent_targets(change)), ONLINE_SIGNERS, now=START)


def test_signatures_made_apart_come_together_and_no_other_key_signs():
    copies = [new_root(MEMBERS, ONLINE, threshold=THRESHOLD, version=1, now=START) for _ in range(3)]
    allowed = copies[0].signed.roles["root"].keyids
    for copy, code in zip(copies, JURISDICTIONS, strict=False):
        sign(copy, signer(f"{code} root 1"), allowed)
    whole = combine(copies)
    assert len(whole.signatures) == 3
    compose(None, replace(ALL, root=whole.to_bytes()), ONLINE_SIGNERS, now=START)
    with pytest.raises(ConfigurationError, match="key"):
        sign(copies[0], signer("timestamp"), allowed)
    other = new_root(MEMBERS, ONLINE, threshold=THRESHOLD, version=2, now=START)
    with pytest.raises(ConfigurationError, match="copies"):
        combine([whole, other])


def test_the_chain_to_a_list_is_held_by_anyone_who_has_the_first_root():
    made = compose(None, ALL, ONLINE_SIGNERS, now=START).current
    found = verified(made.roots, made.targets, made.lists[FR], made.jwks[FR], FR)
    assert [key.kid for key in found.list.keys] == ["FR-order-1", "FR-card-1"]
    for of, document, keys in (
        (Jurisdiction("IT"), made.lists[FR], made.jwks[FR]),
        (FR, made.lists[JURISDICTIONS[0]], made.jwks[JURISDICTIONS[0]]),
        (FR, made.lists[FR], made.jwks[FR] + b" "),
        (FR, made.targets, made.jwks[FR]),
    ):
        with pytest.raises(NotTrusted):
            verified(made.roots, made.targets, document, keys, of)
    for raw in (b"", b"x" * 500_001, b"[" * 100_000, b'{"signed": {}}'):
        with pytest.raises(NotTrusted):
            parse_any(raw)


def test_the_folder_notices_a_missing_file(tmp_path: Path):
    for missing in ("metadata/1.FR.json", "metadata/1.snapshot.json", "metadata/1.targets.json"):
        folder, _ = published(tmp_path / missing.replace("/", "-"))
        (folder.published / missing).unlink()
        with pytest.raises(NotTrusted, match="missing"):
            folder.current()


def test_two_publications_are_never_under_way_together(tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    folder.stage(publication)
    with pytest.raises(ConfigurationError, match="under way"):
        folder.stage(publication)


def test_the_operators_keys_are_made_once_and_are_the_operators_alone(tmp_path: Path):
    folder = TrustFolder(path=tmp_path / "trust")
    online = folder.online()
    assert folder.online() == online
    assert isinstance(online, Online)
    assert folder.signers().timestamp.public_key.keyid == online.timestamp.keyid
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "trust" / "online").glob("*.key")} == {0o600}
    (tmp_path / "trust" / "online" / "timestamp.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        folder.signers()
