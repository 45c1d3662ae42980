"""Whoever is erased, every kind of fact still decodes, folds, projects and shows; and opens for those who are left.

Facts are made from the types of their fields, found by scan, so that a new kind is held to it without an edit.
"""

from dataclasses import fields, is_dataclass, replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from registry import states
from registry.api.shown import public
from registry.errors import KeyErased
from registry.events.base import Fact
from registry.events.catalogue import TOPICS
from registry.law.erasable import breach_after
from registry.law.standing import fold
from registry.ledger.codec import Codec, encode
from registry.ledger.port import Fold, Recorded
from registry.processes import VIEWS
from registry.values.identifiers import FactId, Position, SealedBlock, StreamId, SubjectId
from registry.values.parties import Clear
from registry.values.time import Instant, LegalMoment
from registry.vault import contents
from registry.vault.block import Place, seal_block
from registry.vault.sealing import opened
from registry.vault.walk import blocks, replaced
from registry.views.police_rows import project
from tests.amounts import examples
from tests.given import ACTOR, ref
from tests.unit.ledger.test_encoding import records
from tests.unit.vault.given import FR, LEDGER, NOW, Vault

SUBJECTS = [SubjectId(UUID(int=number)) for number in range(1, 4)]
FOLDS = [each for each in vars(states).values() if isinstance(each, Fold)]
STREAM, FACT = StreamId(ref("stream")), FactId(ref("fact"))


def sealed(vault: Vault, event, drawn):
    """Seal every clear field under one of three subjects; gives the event, and what is where."""
    kept: dict[str, tuple[SubjectId, bytes]] = {}

    def seal(clear: Clear, name: str) -> SealedBlock:
        subject = drawn.draw(st.sampled_from(SUBJECTS))
        key = vault.ring.to_seal(subject, jurisdiction=FR, now=NOW, entropy=vault.entropy)
        vault.store.save([key.unsaved] if key.unsaved else [])
        content = contents.encode(clear.content)
        kept[name] = (subject, content)
        place = Place(ledger=LEDGER, stream=STREAM, fact_id=FACT, name=name)
        return seal_block(content, key=key.key, place=place, entropy=vault.entropy)

    return replaced(event, seal), kept


def with_moments_of_our_time(value):
    """Give the record with dates and zones that a decider would have let in."""
    if isinstance(value, LegalMoment):
        return replace(value, date=value.date.replace(year=2000 + value.date.year % 50, day=1), zone="Europe/Paris")
    if isinstance(value, tuple):
        return tuple(map(with_moments_of_our_time, value))
    if not is_dataclass(value) or isinstance(value, Clear):
        return value
    return replace(value, **{each.name: with_moments_of_our_time(getattr(value, each.name)) for each in fields(value)})


def a_fact(event, version=1):
    return Fact(
        fact_id=FACT,
        stream=STREAM,
        version=version,
        recorded_at=Instant(version),
        actor=ACTOR,
        correlation=ref("correlation"),
        event=event,
    )


@pytest.mark.parametrize("topic", sorted(TOPICS))
@settings(
    max_examples=examples(6),
    deadline=None,
    phases=[Phase.generate],  # a fact has hundreds of values: to make a failing one small would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(drawn=st.data())
def test_every_kind_of_fact_folds_after_any_subset_of_persons_was_erased(topic, drawn):
    vault = Vault()
    wild = drawn.draw(records(TOPICS[topic], {SealedBlock: Clear}))
    event, kept = sealed(vault, with_moments_of_our_time(wild), drawn)
    erased = drawn.draw(st.sets(st.sampled_from(SUBJECTS)))
    for subject in erased & set(vault.store.rows):
        vault.store.erase(subject)
        vault.ring.forget(subject)
    written, body = encode(a_fact(event))
    fact = Codec().decode(written, body)
    assert fact.event == event
    recorded = Recorded(position=Position(1), fact=fact)
    for each in (*FOLDS, Fold(name="breach", evolve=breach_after)):
        each.evolve(each.evolve(None, fact), fact)
    fold([fact, fact])
    list(project(recorded))
    for view in VIEWS:
        list(view.on(recorded))
    shown = str(public(fact.event))
    found = list(blocks(fact.event))
    assert {each.name for each in found} == set(kept)
    for each in found:
        assert each.block not in shown
        subject, content = kept[each.name]
        place = Place(ledger=LEDGER, stream=STREAM, fact_id=FACT, name=each.name)
        if subject in erased:
            with pytest.raises(KeyErased):
                opened(each.block, place=place, ring=vault.ring)
        else:
            assert opened(each.block, place=place, ring=vault.ring).content == content


def test_the_folds_are_all_there():
    assert {each.name for each in FOLDS} >= {"order", "procedure", "notice", "violation", "party", "message"}
