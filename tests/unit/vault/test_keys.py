"""A key is made once, kept wrapped, and once erased never comes back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from registry.errors import ConfigurationError, KeyErased, KeyLost, NoKey, Tampered, Unavailable
from registry.values.identifiers import SubjectId
from registry.vault.fetching import FetchingRing
from registry.vault.keys import KeyRing, KeyState, SubjectKey, erased, new_key, rewrapped, unwrapped
from tests.unit.vault.given import FR, NOW, MemoryKeeper, Vault

SUBJECT = SubjectId(UUID(int=42))


def key_of(vault, subject=SUBJECT, ring=None):
    return (ring or vault.ring).to_seal(subject, jurisdiction=FR, now=NOW, entropy=vault.entropy)


def saved(vault, subject=SUBJECT):
    sealing_key = key_of(vault, subject)
    vault.store.save((sealing_key.unsaved,))
    return sealing_key.key


def test_a_key_is_kept_wrapped_and_unwraps_to_itself():
    vault = Vault()
    key, row = new_key(SUBJECT, FR, vault.keeper, vault.entropy, NOW)
    assert (row.epoch, row.state, row.created_at, len(row.wrapped)) == (1, KeyState.ACTIVE, NOW, 40)
    assert key.secret not in row.wrapped
    assert unwrapped(row, vault.keeper) == key


def test_until_it_is_saved_everybody_gets_the_same_key_and_its_row():
    vault = Vault()
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: key_of(vault), range(64)))
    assert len({key.key.key_id for key in keys}) == 1
    assert all(key.unsaved is not None for key in keys)


def test_once_saved_it_is_found_and_then_remembered():
    vault = Vault()
    key = saved(vault)
    assert key_of(vault).unsaved is None
    asked = vault.store.asked
    assert key_of(vault).key == key
    assert vault.ring.to_open(key.key_id) == key
    assert vault.store.asked == asked


def test_a_key_saved_by_another_writer_wins_over_one_made_here():
    vault = Vault()
    here, there = key_of(vault), key_of(vault, ring=vault.another_ring())
    vault.store.save((there.unsaved,))
    assert here.key.key_id != there.key.key_id
    assert key_of(vault).key == there.key


def test_an_erased_key_neither_seals_nor_opens_nor_is_made_again():
    vault = Vault()
    key = saved(vault)
    key_of(vault)
    vault.store.erase(SUBJECT)
    vault.ring.forget(SUBJECT)
    for ring in (vault.ring, vault.another_ring()):
        with pytest.raises(KeyErased):
            key_of(vault, ring=ring)
        with pytest.raises(KeyErased):
            ring.to_open(key.key_id)


def test_a_tombstone_keeps_the_id_and_no_key():
    vault = Vault()
    _, row = new_key(SUBJECT, FR, vault.keeper, vault.entropy, NOW)
    tombstone = erased(row, NOW)
    assert (tombstone.key_id, tombstone.wrapped, tombstone.state, tombstone.erased_at) == (
        row.key_id,
        b"",
        KeyState.ERASED,
        NOW,
    )
    assert erased(tombstone, NOW + 1) is tombstone
    assert rewrapped(tombstone, vault.keeper) is tombstone


def test_a_row_read_before_an_erasure_is_not_remembered_after_it():
    vault = Vault()
    key = saved(vault)

    def erased_meanwhile(key_id):
        row = vault.store.by_key_id(key_id)
        vault.store.erase(SUBJECT)
        ring.forget(SUBJECT)
        return row

    ring = KeyRing(vault.keeper, of_subject=vault.store.of_subject, by_key_id=erased_meanwhile)
    ring.to_open(key.key_id)
    with pytest.raises(KeyErased):
        key_of(vault, ring=ring)


class Many(MemoryKeeper):
    """A keeper that unwraps many at once, and counts how often it is asked."""

    asked = 0

    def unwrap_many(self, jurisdiction, epoch, wrapped, /):
        self.asked += 1
        return [self.unwrap(jurisdiction, epoch, each) for each in wrapped]


def many(count=5):
    """A vault with keys of so many subjects, and a ring that knows none of them yet."""
    vault = Vault(keeper=Many())
    keys = [saved(vault, SubjectId(UUID(int=number))) for number in range(1, count + 1)]
    store = vault.store

    def by_key_ids(key_ids):
        return [row for row in map(store.by_key_id, key_ids) if row is not None]

    ring = FetchingRing(
        vault.keeper, of_subject=store.of_subject, by_key_id=store.by_key_id, by_key_ids=by_key_ids, size=100
    )
    return vault, keys, ring


def test_many_keys_are_fetched_by_one_question_each_of_store_and_keeper():
    vault, keys, ring = many()
    ring.fetch([*(key.key_id for key in keys), keys[0].key_id, b"unknown".ljust(16)])
    asked = vault.store.asked
    assert [ring.to_open(key.key_id) for key in keys] == keys
    assert (vault.store.asked, vault.keeper.asked) == (asked, 1)
    ring.fetch(key.key_id for key in keys)
    assert (vault.store.asked, vault.keeper.asked) == (asked, 1)


def test_what_cannot_be_fetched_with_others_is_refused_when_it_is_used():
    vault, keys, ring = many()
    vault.store.erase(keys[0].subject)
    broken = vault.store.rows[keys[1].subject]
    vault.store.rows[keys[1].subject] = replace(broken, wrapped=bytes(40))
    ring.fetch(key.key_id for key in keys)
    with pytest.raises(KeyErased):
        ring.to_open(keys[0].key_id)
    with pytest.raises(Tampered):
        ring.to_open(keys[1].key_id)
    assert ring.to_open(keys[2].key_id) == keys[2]
    vault.keeper.out_of_reach = True
    with pytest.raises(Unavailable):
        ring.fetch(key.key_id for key in keys[3:])


def test_keys_fetched_before_an_erasure_are_not_remembered_after_it():
    vault, keys, ring = many()

    def erased_meanwhile(key_ids):
        rows = [vault.store.by_key_id(key_id) for key_id in key_ids]
        vault.store.erase(keys[0].subject)
        ring.forget(keys[0].subject)
        return rows

    ring = FetchingRing(
        vault.keeper,
        of_subject=vault.store.of_subject,
        by_key_id=vault.store.by_key_id,
        by_key_ids=erased_meanwhile,
    )
    ring.fetch(key.key_id for key in keys)
    with pytest.raises(KeyErased):
        ring.to_open(keys[0].key_id)


def test_where_many_cost_as_much_as_each_nothing_is_fetched_ahead():
    vault, keys, _ = many()
    for ring in (vault.another_ring(), FetchingRing(MemoryKeeper(), of_subject=None, by_key_id=None, by_key_ids=None)):
        asked = vault.store.asked
        ring.fetch(key.key_id for key in keys)
        assert vault.store.asked == asked


def test_survivors_move_to_a_new_epoch_and_the_old_backup_is_useless():
    vault = Vault()
    key = saved(vault)
    old = vault.store.rows[SUBJECT]
    assert rewrapped(old, vault.keeper) is old
    vault.keeper.rotate(FR)
    moved = rewrapped(old, vault.keeper)
    vault.keeper.destroy(FR, 1)
    assert unwrapped(moved, vault.keeper) == key
    with pytest.raises(KeyErased):
        unwrapped(old, vault.keeper)


@pytest.mark.parametrize("sealing", [True, False])
def test_a_row_read_before_its_epoch_turned_is_read_again_and_nobody_is_said_to_be_erased(sealing):
    vault = Vault()
    key = saved(vault)
    reads = []

    def turned_meanwhile(of):
        row = vault.store.rows[SUBJECT]
        reads.append(of)
        if len(reads) == 1:
            vault.keeper.rotate(FR)
            vault.store.rows[SUBJECT] = rewrapped(row, vault.keeper)
            vault.keeper.destroy(FR, 1)
        return row

    ring = KeyRing(vault.keeper, of_subject=turned_meanwhile, by_key_id=turned_meanwhile)
    assert (key_of(vault, ring=ring).key if sealing else ring.to_open(key.key_id)) == key
    assert len(reads) == 2
    assert ring.holds(SUBJECT)


def test_a_row_that_was_erased_while_its_epoch_turned_is_erased():
    vault = Vault()
    key = saved(vault)
    old = vault.store.rows[SUBJECT]
    vault.keeper.rotate(FR)
    vault.keeper.destroy(FR, 1)
    vault.store.erase(SUBJECT)
    rows = iter((old, vault.store.rows[SUBJECT]))
    ring = KeyRing(vault.keeper, of_subject=vault.store.of_subject, by_key_id=lambda _: next(rows))
    with pytest.raises(KeyErased) as caught:
        ring.to_open(key.key_id)
    assert not isinstance(caught.value, KeyLost)


def test_a_row_of_an_older_copy_is_lost_and_not_erased():
    vault = Vault()
    key = saved(vault)
    vault.keeper.rotate(FR)
    vault.keeper.destroy(FR, 1)
    for ring in (vault.another_ring(), KeyRing(vault.keeper, of_subject=vault.store.of_subject, by_key_id=gone(vault))):
        with pytest.raises(KeyLost):
            ring.to_open(key.key_id)


def gone(vault):
    """Find a row once: the second time there is none."""
    rows = [*vault.store.rows.values()]
    return lambda _: rows.pop() if rows else None


def test_a_key_nobody_knows_is_refused():
    vault = Vault()
    with pytest.raises(Tampered):
        vault.ring.to_open(bytes(16))


def test_a_store_that_answers_with_another_row_is_refused():
    vault = Vault()
    saved(vault)
    row = vault.store.rows[SUBJECT]
    ring = KeyRing(vault.keeper, of_subject=lambda _: None, by_key_id=lambda _: row)
    with pytest.raises(Tampered):
        ring.to_open(bytes(16))


def test_a_wrapped_key_that_was_changed_is_refused():
    vault = Vault()
    saved(vault)
    row = vault.store.rows[SUBJECT]
    with pytest.raises(Tampered):
        unwrapped(replace(row, wrapped=bytes(40)), vault.keeper)
    with pytest.raises(Tampered):
        SubjectKey(subject=SUBJECT, key_id=bytes(16), secret=bytes(16))


def test_the_ring_is_bounded_and_the_longest_unused_leaves_first():
    vault = Vault()
    ring = vault.another_ring(size=2)
    subjects = [SubjectId(UUID(int=number)) for number in range(1, 4)]
    for subject in subjects:
        saved(vault, subject)
    for subject in (*subjects[:2], subjects[0], subjects[2]):
        key_of(vault, subject, ring)
    asked = vault.store.asked
    key_of(vault, subjects[0], ring)
    key_of(vault, subjects[2], ring)
    assert vault.store.asked == asked
    key_of(vault, subjects[1], ring)
    assert vault.store.asked == asked + 1
    assert repr(ring) == "KeyRing(2 of 2)"


def test_keys_never_show_in_a_repr():
    vault = Vault()
    key, row = new_key(SUBJECT, FR, vault.keeper, vault.entropy, NOW)
    assert repr(key.secret) not in repr(key)
    assert repr(row.wrapped) not in repr(row)


def test_a_subject_whose_row_was_replaced_keeps_one_key_in_memory():
    vault = Vault()
    first = saved(vault)
    key_of(vault)
    vault.store.rows.clear()
    other = key_of(vault, ring=vault.another_ring())
    vault.store.save((other.unsaved,))
    vault.ring.to_open(other.key.key_id)
    assert key_of(vault).key == other.key
    with pytest.raises(Tampered):
        vault.ring.to_open(first.key_id)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(24, "Too many open files: kek_FR_1.key"), "keys-unavailable"),
        (ConfigurationError("kek_FR_1.key cannot be opened"), "keys-unavailable"),
        (NoKey("no key for FR"), "jurisdiction-without-key"),
    ],
)
def test_a_keeper_that_cannot_answer_now_is_unavailable_and_names_no_file(fault, code):
    class Failing(MemoryKeeper):
        def current_epoch(self, *_):
            raise fault

        def unwrap(self, *_):
            raise fault

    vault = Vault()
    key = saved(vault)
    store = vault.store
    ring = KeyRing(Failing(), of_subject=store.of_subject, by_key_id=store.by_key_id)
    new = KeyRing(Failing(), of_subject=lambda _: None, by_key_id=store.by_key_id)
    for ask in (lambda: key_of(vault, ring=new), lambda: key_of(vault, ring=ring), lambda: ring.to_open(key.key_id)):
        with pytest.raises(Unavailable) as refusal:
            ask()
        assert refusal.value.code == code
        assert "kek" not in str(refusal.value)
