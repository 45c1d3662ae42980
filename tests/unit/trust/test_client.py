"""A TUF client that nobody here wrote reads the list over HTTP, and refuses what an operator alone could do to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from aiohttp import ClientSession, web
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Targets
from tuf.ngclient import Updater

from registry.errors import ConfigurationError, NotTrusted, OutOfDate, TrustError, Unavailable
from registry.trust.client import fetch, fetch_from, kept
from registry.trust.door import FOR_EVER, FOR_SECONDS, doors
from registry.trust.folder import TrustFolder
from registry.trust.keylist import NAMED, KeyStatus, KeyUse
from registry.trust.metadata import new_snapshot, new_timestamp, parse
from registry.trust.publication import Brought, Current, TrustList, list_file, new_files
from registry.trust.publisher import NOTHING, publish
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, Instant
from tests.trust import (
    FR,
    JURISDICTIONS,
    MEMBERS,
    ONLINE,
    ONLINE_SIGNERS,
    START,
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

SECOND_KEYS = jwks(
    jwk("FR-order-1", **{"x-po-status": "compromised", "x-po-since-leaf": 40}),
    jwk("FR-card-1", **{"x-po-use": "card"}),
    jwk("FR-order-2"),
)
OPERATORS_KEYS = jwks(jwk("operator-order"))


@asynccontextmanager
async def serving(folder: TrustFolder) -> AsyncGenerator[str, None]:
    app = web.Application()
    app.add_routes(doors(folder))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/trust"
    finally:
        await runner.cleanup()


class Police:
    """Somebody who relies on the list: pins the first root, keeps what was seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def fetch(self, url: str, *codes: Jurisdiction, now: Instant = START):
        wanted = codes or (FR,)
        return await asyncio.to_thread(fetch, url, wanted, root=root(), folder=self.folder, now=now)

    def kids(self) -> list[str]:
        return [key.kid for key in kept(self.folder, FR, root=root()).list.keys]


def overwrite(folder: TrustFolder, current: Current, *, only_new_to: Current | None = None) -> None:
    """Serve whatever an operator likes, without any of the checks of publishing."""
    for file, raw in new_files(only_new_to, current):
        place = folder.published / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)


def signed_by_operator(
    current: Current, *, version: int, timestamp: CryptoSigner = ONLINE_SIGNERS.timestamp, now: Instant = START
) -> Current:
    """Give the documents with a snapshot and a timestamp over them: all that an operator can sign."""
    documents = {"targets": current.targets, **{str(code): raw for code, raw in current.lists.items()}}
    snapshot = new_snapshot(documents, version=version, now=now)
    snapshot.sign(ONLINE_SIGNERS.snapshot)
    newest = new_timestamp(snapshot.to_bytes(), version=version, now=now)
    newest.sign(timestamp)
    return replace(current, snapshot=snapshot.to_bytes(), timestamp=newest.to_bytes())


async def test_every_jurisdictions_list_arrives_and_what_is_new_follows(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    police = Police(tmp_path / "police")
    async with serving(folder) as url:
        assert [each.jurisdiction for each in (await police.fetch(url, *JURISDICTIONS)).values()] == list(JURISDICTIONS)
        publish(folder, brought_list(FR, SECOND_KEYS, 2), record=Ledger().record, now=START)
        lists = await police.fetch(url)
    assert [key.kid for key in lists[FR].keys] == ["FR-order-1", "FR-card-1", "FR-order-2"]
    assert lists[FR].keys[0].status is KeyStatus.COMPROMISED
    # What was fetched is there without a network, with its chain, and says until when it counts.
    found = kept(police.folder, FR, root=root())
    assert found.list == lists[FR]
    assert START + 89 * DAY < found.ends < START + 91 * DAY


async def test_a_list_that_does_not_follow_the_one_that_was_kept_is_refused_each_time(tmp_path: Path):
    """Signed by France, served by an operator that checks nothing: a key that was found compromised comes back."""
    folder, _ = published(tmp_path / "trust", brought_list(FR, SECOND_KEYS, 2))
    other, _ = published(tmp_path / "other", brought_list(FR, SECOND_KEYS, 2))
    current = other.current()
    assert current is not None
    keys = jwks(*two_keys())
    lists = {**current.lists, FR: list_of(FR, keys, 3)}
    overwrite(other, signed_by_operator(replace(current, lists=lists, jwks={**current.jwks, FR: keys}), version=3))
    police = Police(tmp_path / "police")
    async with serving(folder) as url:
        first = (await police.fetch(url))[FR]
    async with serving(other) as url:
        for _ in range(2):
            with pytest.raises(NotTrusted, match="key list"):
                await police.fetch(url)
    assert first.keys[0].status is KeyStatus.COMPROMISED


async def test_the_librarys_own_client_needs_nothing_of_ours(tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    (tmp_path / "seen").mkdir()
    async with serving(folder) as url:
        updater = Updater(
            str(tmp_path / "seen"),
            f"{url}/metadata",
            target_dir=str(tmp_path / "seen"),
            target_base_url=f"{url}/targets",
            bootstrap=root(),
        )
        info = await asyncio.to_thread(updater.get_targetinfo, "FR/jwks.json")
        assert info is not None
        path = await asyncio.to_thread(updater.download_target, info)
    assert await asyncio.to_thread(Path(path).read_bytes) == publication.current.jwks[FR]


async def test_files_say_how_long_they_may_be_kept_and_no_other_file_is_served(tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    (folder.published / "metadata" / "secret.json").write_bytes(b"{}")
    async with serving(folder) as url, ClientSession() as session:
        found = {}
        for file, raw in publication.files:
            async with session.get(f"{url}/{file.path}") as answer:
                assert await answer.read() == raw
                found[file.path] = answer.headers["Cache-Control"], answer.content_type
        for path in (
            "metadata/2.root.json",
            "metadata/secret.json",
            "metadata/..%2f..%2flock",
            "..%2flock",
            "online/timestamp.key",
            f"targets/FR/{'0' * 64}.jwks.json",
        ):
            async with session.get(f"{url}/{path}") as answer:
                assert answer.status == 404
                assert "Cache-Control" not in answer.headers
    assert found.pop("metadata/timestamp.json") == (FOR_SECONDS, "application/json")
    assert found["metadata/1.root.json"] == (FOR_EVER, "application/json")
    assert found[list_file(FR, first_keys(FR))] == (FOR_EVER, "application/jwk-set+json")


def substituted_list(current: Current) -> Current:
    """Another list for France, signed with whatever the operator holds."""
    forged = list_of(FR, OPERATORS_KEYS, 2, by="timestamp")
    lists, keys = {**current.lists, FR: forged}, {**current.jwks, FR: OPERATORS_KEYS}
    return signed_by_operator(replace(current, lists=lists, jwks=keys), version=2)


def list_of_another(current: Current) -> Current:
    """Germany signs for France."""
    forged = list_of(FR, OPERATORS_KEYS, 2, by="DE list 1")
    lists, keys = {**current.lists, FR: forged}, {**current.jwks, FR: OPERATORS_KEYS}
    return signed_by_operator(replace(current, lists=lists, jwks=keys), version=2)


def targets_by_too_few(current: Current) -> Current:
    """Two of five, and the operator, delegate France's path to a key of the operator's."""
    members = tuple(member(FR, 2) if each.jurisdiction == FR else each for each in MEMBERS)
    forged = targets(2, members=members, by=("DE root 1", "ES root 1", "timestamp", "snapshot"))
    lists = {**current.lists, FR: list_of(FR, OPERATORS_KEYS, 2, by="FR list 2")}
    keys = {**current.jwks, FR: OPERATORS_KEYS}
    return signed_by_operator(replace(current, targets=forged, lists=lists, jwks=keys), version=2)


def root_by_too_few(current: Current) -> Current:
    """Two of five put a new root in force."""
    members = tuple(member(FR, 2) if each.jurisdiction == FR else each for each in MEMBERS)
    forged = root(2, members=members, by=("DE root 1", "ES root 1", "FR root 2"))
    return signed_by_operator(replace(current, roots=(*current.roots, forged)), version=2)


def root_of_strangers(current: Current) -> Current:
    """Enough signatures, none of them by those whom the former root names."""
    members = tuple(member(code, 2) for code in JURISDICTIONS)
    forged = root(2, members=members, by=("DE root 2", "ES root 2", "FR root 2", "GB-EAW root 2"))
    return signed_by_operator(replace(current, roots=(*current.roots, forged)), version=2)


def another_timestamp_key(current: Current) -> Current:
    """Somebody who is not even the operator."""
    return signed_by_operator(current, version=2, timestamp=signer("stranger"))


@pytest.mark.parametrize(
    "forged",
    [
        substituted_list,
        list_of_another,
        targets_by_too_few,
        root_by_too_few,
        root_of_strangers,
        another_timestamp_key,
    ],
)
async def test_who_is_not_entitled_changes_nothing(forged: Callable[[Current], Current], tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    police, newcomer = Police(tmp_path / "police"), Police(tmp_path / "newcomer")
    async with serving(folder) as url:
        await police.fetch(url)
        overwrite(folder, forged(publication.current))
        for each in (police, newcomer):
            with pytest.raises(NotTrusted):
                await each.fetch(url)
    assert police.kids() == ["FR-order-1", "FR-card-1"]


def key_of(use: KeyUse, kid: str) -> dict[str, object]:
    members: dict[str, object] = {"x-po-use": use.value}
    vouches = {"x-po-name": "registry.fr.test/log", "nbf": START // SECOND}
    return jwk(kid, **members, **(vouches if use in NAMED else {}))


@pytest.mark.parametrize("use", list(KeyUse))
async def test_the_operator_alone_swaps_no_key_of_any_use(use: KeyUse, tmp_path: Path):
    """Neither with its own signature, nor with one jurisdiction's that is not the key's, nor with two roots of five."""
    genuine, swapped = jwks(key_of(use, "genuine")), jwks(key_of(use, "operators"))
    folder, _ = published(tmp_path / "trust")
    ledger = Ledger()
    with pytest.raises(NotTrusted):  # publishing refuses it too: keys are never missing
        publish(folder, brought_list(FR, genuine, 2), record=ledger.record, now=START)
    added = orjson.loads(first_keys(FR))["keys"]
    keys = jwks(*added, key_of(use, "genuine"))
    current = publish(folder, brought_list(FR, keys, 2), record=ledger.record, now=START).current
    police = Police(tmp_path / "police")
    members = tuple(member(FR, 2) if each.jurisdiction == FR else each for each in MEMBERS)
    few = targets(2, members=members, by=("DE root 1", "ES root 1", "timestamp", "snapshot"))
    async with serving(folder) as url:
        assert (await police.fetch(url))[FR].keys[-1].use is use
        for by, more in (("timestamp", {}), ("snapshot", {}), ("DE list 1", {}), ("FR list 2", {"targets": few})):
            lists = {**current.lists, FR: list_of(FR, swapped, 3, by=by)}
            forged = replace(current, lists=lists, jwks={**current.jwks, FR: swapped}, **more)
            overwrite(folder, signed_by_operator(forged, version=3))
            with pytest.raises(NotTrusted):
                await police.fetch(url)
        assert police.kids() == ["FR-order-1", "FR-card-1", "genuine"]
        # Even with the jurisdiction's own signature, a key that was listed does not make room for another.
        lists = {**current.lists, FR: list_of(FR, swapped, 3)}
        forged = replace(current, lists=lists, jwks={**current.jwks, FR: swapped})
        overwrite(folder, signed_by_operator(forged, version=4))
        with pytest.raises(NotTrusted, match="missing"):
            await police.fetch(url)


async def test_the_quorum_of_witnesses_is_most_of_the_jurisdictions_to_change(tmp_path: Path):
    folder, _ = published(tmp_path / "trust", replace(NOTHING, targets=targets(2, quorum=3)))
    current = folder.current()
    assert current is not None
    seen = tmp_path / "seen"
    assert fetch_from(folder.published, root=root(), seen=seen, now=START).quorum == 3
    lower = targets(3, quorum=1, by=("DE root 1", "ES root 1", "snapshot", "timestamp"))
    overwrite(folder, signed_by_operator(replace(current, targets=lower), version=3))
    with pytest.raises(NotTrusted):
        fetch_from(folder.published, root=root(), seen=seen, now=START)
    with pytest.raises(NotTrusted):
        publish(folder, replace(NOTHING, targets=lower), record=Ledger().record, now=START)


@pytest.mark.parametrize("quorum", [0, -1, 5, "2", True])
def test_a_quorum_that_the_others_cannot_make_is_refused(quorum: object, tmp_path: Path):
    made = parse(targets(), Targets)
    made.signed.unrecognized_fields["x-po-quorum"] = quorum
    made.signatures.clear()
    for name in ("DE root 1", "ES root 1", "FR root 1"):
        made.sign(signer(name), append=True)
    brought = replace(everything(), targets=made.to_bytes())
    with pytest.raises(TrustError):
        publish(a_folder(tmp_path / "trust"), brought, record=Ledger().record, now=START)
    if isinstance(quorum, int) and quorum is not True:
        with pytest.raises(ConfigurationError, match="quorum"):
            targets(quorum=quorum)


async def test_a_copy_in_a_folder_is_read_whole_and_refused_as_a_server_would_be(tmp_path: Path):
    folder, before = published(tmp_path / "trust")
    after = publish(folder, brought_list(FR, SECOND_KEYS, 2), record=Ledger().record, now=START)
    seen = tmp_path / "seen"

    def read(now: Instant = START) -> TrustList:
        return fetch_from(folder.published, root=root(), seen=seen, now=now)

    found = read()
    assert list(found.lists) == list(JURISDICTIONS)
    assert (found.quorum, found.root, found.signs, found.lapsed) == (None, 1, (3, 5), ())
    assert START + 6 * DAY < found.ends <= START + 7 * DAY
    with pytest.raises(OutOfDate):  # freeze
        read(Instant(START + 8 * DAY))
    overwrite(folder, before.current)
    with pytest.raises(NotTrusted):  # roll-back
        read()
    overwrite(folder, after.current)
    assert read() == found
    (folder.published / "metadata" / "timestamp.json").unlink()
    with pytest.raises(Unavailable):
        read()
    with pytest.raises(NotTrusted):
        fetch_from(folder.published, root=b"{}", seen=tmp_path / "other", now=START)


async def test_who_let_a_list_lapse_is_named_and_stops_nobody_else(tmp_path: Path):
    late = Instant(START - 88 * DAY)
    keys = first_keys(FR)
    first = everything()
    brought = replace(first, lists={**first.lists, FR: list_of(FR, keys, now=late)})
    folder = a_folder(tmp_path / "trust")
    publish(folder, brought, record=Ledger().record, now=START)
    found = fetch_from(folder.published, root=root(), seen=tmp_path / "seen", now=Instant(START + 3 * DAY))
    assert found.lapsed == (FR,)
    assert FR not in found.lists


async def test_a_name_that_two_jurisdictions_list_is_refused_by_publishers_and_clients(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    ledger = Ledger()
    for code, version in (("FR", 2), ("DE", 2)):
        keys = orjson.loads(first_keys(Jurisdiction(code)))["keys"]
        taken = jwks(*keys, key_of(KeyUse.LOG, f"{code}-log"))
        brought = brought_list(Jurisdiction(code), taken, version)
        if code == "FR":
            publish(folder, brought, record=ledger.record, now=START)
            continue
        with pytest.raises(NotTrusted, match="one name"):
            publish(folder, brought, record=ledger.record, now=START)
        current = folder.current()
        assert current is not None
        lists, others = {**current.lists, **brought.lists}, {**current.jwks, **brought.jwks}
        overwrite(folder, signed_by_operator(replace(current, lists=lists, jwks=others), version=3))
        with pytest.raises(NotTrusted, match="one name"):
            fetch_from(folder.published, root=root(), seen=tmp_path / "seen", now=START)


async def test_a_genuine_root_in_anothers_turn_is_refused(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    (folder.published / "metadata" / "2.root.json").write_bytes(root(3))
    async with serving(folder) as url:
        with pytest.raises(NotTrusted):
            await Police(tmp_path / "police").fetch(url)


async def test_other_bytes_under_a_lists_name_are_refused(tmp_path: Path):
    folder, publication = published(tmp_path / "trust")
    (folder.published / list_file(FR, publication.current.jwks[FR])).write_bytes(OPERATORS_KEYS)
    async with serving(folder) as url:
        with pytest.raises(NotTrusted):
            await Police(tmp_path / "police").fetch(url)


async def test_what_was_true_once_is_not_taken_again(tmp_path: Path):
    """Roll-back: before the mark of a compromise, everything genuine and in time."""
    folder, before = published(tmp_path / "trust")
    after = publish(folder, brought_list(FR, SECOND_KEYS, 2), record=Ledger().record, now=START)
    police = Police(tmp_path / "police")
    async with serving(folder) as url:
        await police.fetch(url)
        overwrite(folder, before.current)
        with pytest.raises(NotTrusted):
            await police.fetch(url)
        # Signed anew over the old documents, under a higher version: the snapshot itself goes back.
        overwrite(folder, signed_by_operator(before.current, version=9))
        with pytest.raises(NotTrusted):
            await police.fetch(url)
        # A document may not disappear either.
        fewer = {code: raw for code, raw in after.current.lists.items() if code != FR}
        overwrite(folder, signed_by_operator(replace(after.current, lists=fewer), version=10))
        with pytest.raises(NotTrusted):
            await police.fetch(url)
    assert "FR-order-2" in police.kids()


async def test_whoever_is_kept_on_an_old_list_notices_within_a_week(tmp_path: Path):
    """Freeze: nothing new ever comes."""
    folder, _ = published(tmp_path / "trust")
    police = Police(tmp_path / "police")
    async with serving(folder) as url:
        await police.fetch(url, now=Instant(START + 6 * DAY))
        with pytest.raises(OutOfDate):
            await police.fetch(url, now=Instant(START + 8 * DAY))
        publish(folder, NOTHING, record=Ledger().record, now=Instant(START + 8 * DAY))
        await police.fetch(url, now=Instant(START + 8 * DAY))
        # A jurisdiction that does not sign for a quarter of a year counts no more, the operator's freshness or not.
        late = Instant(START + 91 * DAY)
        publish(folder, NOTHING, record=Ledger().record, now=late)
        with pytest.raises(OutOfDate):
            await police.fetch(url, now=late)
    assert kept(police.folder, FR, root=root()).ends < late


async def test_documents_that_do_not_belong_together_are_refused(tmp_path: Path):
    """Mix-and-match: each is genuine, and they were never published side by side."""
    folder, first = published(tmp_path / "trust")
    second = publish(folder, brought_list(FR, SECOND_KEYS, 2), record=Ledger().record, now=START)
    mixed = replace(second.current, timestamp=second.current.timestamp, snapshot=first.current.snapshot)
    (folder.published / "metadata" / "2.snapshot.json").write_bytes(mixed.snapshot)
    async with serving(folder) as url:
        with pytest.raises(NotTrusted):
            await Police(tmp_path / "police").fetch(url)
    other, _ = published(tmp_path / "other", brought_list(FR, jwks(*two_keys()), 2))
    (other.published / "metadata" / "2.FR.json").write_bytes(second.current.lists[FR])
    async with serving(other) as url:
        with pytest.raises(NotTrusted):
            await Police(tmp_path / "police").fetch(url)


def two_keys() -> tuple[dict[str, object], ...]:
    return jwk("FR-order-1"), jwk("FR-card-1", **{"x-po-use": "card"}), jwk("FR-order-3")


async def test_jurisdictions_replace_a_key_and_the_operators_together(tmp_path: Path):
    """Rotation: France's root and list keys are new, so is the timestamp's; who pinned the first root follows."""
    folder, _ = published(tmp_path / "trust")
    police = Police(tmp_path / "police")
    members = tuple(member(FR, 2) if each.jurisdiction == FR else each for each in MEMBERS)
    online = replace(ONLINE, timestamp=signer("timestamp 2").public_key)
    by = ("DE root 1", "ES root 1", "US-CA root 1", "FR root 2")
    rotated = Brought(
        root=root(2, members=members, by=by, online=online),
        targets=targets(2, members=members, by=by),
        lists={FR: list_of(FR, SECOND_KEYS, 2, by="FR list 2")},
        jwks={FR: SECOND_KEYS},
    )
    async with serving(folder) as url:
        await police.fetch(url)
        object.__setattr__(folder, "signers", lambda: replace(ONLINE_SIGNERS, timestamp=signer("timestamp 2")))
        publish(folder, rotated, record=Ledger().record, now=START)
        for each in (police, Police(tmp_path / "newcomer")):
            assert [key.kid for key in (await each.fetch(url))[FR].keys] == ["FR-order-1", "FR-card-1", "FR-order-2"]
    assert len(kept(police.folder, FR, root=root()).list.keys) == 3


async def test_a_list_that_cannot_be_reached_is_unavailable_and_nothing_is_kept(tmp_path: Path):
    with pytest.raises(Unavailable):
        await Police(tmp_path / "police").fetch("http://127.0.0.1:1/trust")
    with pytest.raises(NotTrusted):
        kept(tmp_path / "police", FR, root=root())


async def test_an_unknown_jurisdiction_and_an_unreadable_root_are_refused(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    async with serving(folder) as url:
        with pytest.raises(NotTrusted, match="no such jurisdiction"):
            await Police(tmp_path / "police").fetch(url, Jurisdiction("IT"))
        for broken in (b"", b"{}", root(by=("DE root 1", "ES root 1"))):
            with pytest.raises(TrustError):
                await asyncio.to_thread(fetch, url, [FR], root=broken, folder=tmp_path / "other", now=START)
