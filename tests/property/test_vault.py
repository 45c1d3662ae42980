"""Whatever order things happen in: what is sealed opens, and what is erased never comes back."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.commands.issuance import CorrectOrder
from registry.errors import KeyErased, VaultError
from registry.values.identifiers import FactId, SubjectId
from registry.values.parties import Address, Clear, ContactPlan, Identity, Name, Text
from registry.vault import contents
from registry.vault.block import Place, decoded, encoded, key_id_of
from registry.vault.keys import KeyState, rewrapped, unwrapped
from registry.vault.sealing import open_block, opened, seal
from tests.unit.vault.given import FR, LEDGER, NOW, ORDER, Vault

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = st.builds(Name, family=WORDS, given=WORDS)
MAYBE = st.none() | WORDS
CONTENTS = (
    st.builds(
        Identity,
        name=NAMES,
        other_names=st.lists(NAMES, max_size=3).map(tuple),
        birth_date=MAYBE,
        birth_place=MAYBE,
        sex=MAYBE,
        nationality=MAYBE,
        documents=st.lists(WORDS, max_size=3).map(tuple),
        description=MAYBE,
    )
    | st.builds(Address, lines=st.lists(WORDS, max_size=4).map(tuple), postcode=MAYBE, country=MAYBE)
    | st.builds(ContactPlan, channel=WORDS, address=WORDS, consent=st.booleans(), language=WORDS)
    | st.builds(Text, text=WORDS)
)
SUBJECTS = st.integers(1, 4).map(lambda number: SubjectId(UUID(int=number)))


def sealed(vault, content, subject, fact_id, ring=None):
    clear = Clear(subject=subject, name="reason", content=content)
    return seal(
        CorrectOrder(order_ref=ORDER, corrects=fact_id, reason=clear),
        ledger=LEDGER,
        order_ref=ORDER,
        fact_id=fact_id,
        jurisdiction=FR,
        ring=ring or vault.ring,
        now=NOW,
        entropy=vault.entropy,
    )


@given(CONTENTS)
def test_personal_data_comes_back_and_steps_hide_its_length(content):
    vault = Vault()
    result = sealed(vault, content, SubjectId(UUID(int=1)), FactId(UUID(int=2)))
    vault.store.save(result.new_keys)
    where = {"ledger": LEDGER, "order_ref": ORDER, "fact_id": FactId(UUID(int=2)), "name": "reason", "ring": vault.ring}
    assert open_block(result.command.reason, **where) == content
    assert (len(decoded(result.command.reason)) - 97) % 256 == 0


@given(CONTENTS, st.data())
def test_no_changed_byte_of_a_block_opens(content, data):
    vault = Vault()
    result = sealed(vault, content, SubjectId(UUID(int=1)), FactId(UUID(int=2)))
    vault.store.save(result.new_keys)
    raw = bytearray(decoded(result.command.reason))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    place = Place(ledger=LEDGER, stream=ORDER, fact_id=FactId(UUID(int=2)), name="reason")
    with pytest.raises(VaultError):
        opened(encoded(bytes(raw)), place=place, ring=vault.ring)


@given(st.text(st.characters(codec="ascii"), max_size=600))
def test_no_text_that_is_not_a_block_does_more_than_be_refused(text):
    with pytest.raises(VaultError):
        key_id_of(text)


class Keys(RuleBasedStateMachine):
    """Two processes with a cache each, one store, one keeper; erasures, rotations, lost races."""

    def __init__(self):
        super().__init__()
        self.vault = Vault()
        self.rings = [self.vault.ring, self.vault.another_ring(size=2)]
        self.blocks = []
        self.erased = set()
        self.copies = []
        self.stale = []

    @rule()
    def copy_the_table(self):
        """A backup, or a thief."""
        self.copies += [row for row in self.vault.store.rows.values() if row.state is KeyState.ACTIVE]

    @rule(subject=SUBJECTS, process=st.integers(0, 1), content=CONTENTS)
    def seal(self, subject, process, content):
        fact_id = FactId(UUID(int=1000 + len(self.blocks)))
        ring = self.rings[process]
        if subject in self.erased:
            with pytest.raises(KeyErased):
                sealed(self.vault, content, subject, fact_id, ring)
            return
        result = sealed(self.vault, content, subject, fact_id, ring)
        for row in result.new_keys:
            held = self.vault.store.rows.setdefault(row.subject, row)
            if held.key_id != row.key_id:
                # Another process was first: sealed again, as execute has to.
                ring.forget(subject)
                result = sealed(self.vault, content, subject, fact_id, ring)
        self.blocks.append((subject, fact_id, result.command.reason, content))

    @rule(subject=SUBJECTS, process=st.integers(0, 1))
    def make_a_key_that_is_never_saved(self, subject, process):
        if subject not in self.erased:
            sealed(self.vault, Text(text=""), subject, FactId(UUID(int=1)), self.rings[process])

    @rule(subject=SUBJECTS)
    def erase(self, subject):
        if subject in self.vault.store.rows:
            self.vault.store.erase(subject)
            self.erased.add(subject)
            for ring in self.rings:
                ring.forget(subject)

    @rule()
    def rotate(self):
        old = self.vault.keeper.current_epoch(FR)
        self.vault.keeper.rotate(FR)
        rows = self.vault.store.rows
        rows.update({subject: rewrapped(row, self.vault.keeper) for subject, row in rows.items()})
        for ring in self.rings:
            for subject in SUBJECT_LIST:
                ring.forget(subject)
        self.vault.keeper.destroy(FR, old)
        self.stale, self.copies = self.stale + self.copies, []

    @invariant()
    def no_copy_of_before_the_epoch_turned_unseals(self):
        for row in self.stale[-20:]:
            with pytest.raises(KeyErased):
                unwrapped(row, self.vault.keeper)

    @invariant()
    def everything_opens_but_what_was_erased(self):
        for subject, fact_id, block, content in self.blocks:
            place = Place(ledger=LEDGER, stream=ORDER, fact_id=fact_id, name="reason")
            for ring in self.rings:
                if subject in self.erased:
                    with pytest.raises(KeyErased):
                        opened(block, place=place, ring=ring)
                else:
                    assert contents.decode(opened(block, place=place, ring=ring).content) == content

    @invariant()
    def a_tombstone_holds_no_key(self):
        for row in self.vault.store.rows.values():
            assert (row.state is KeyState.ERASED) is (row.wrapped == b"")


SUBJECT_LIST = tuple(SubjectId(UUID(int=number)) for number in range(1, 5))
TestKeys = Keys.TestCase
