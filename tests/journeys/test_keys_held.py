"""Nothing is recorded under a key that is gone, however many commands are written at once."""

import asyncio

import pytest

from registry.commands.issuance import VaryOrder
from registry.errors import KeyErased
from registry.ledger.rows import Amend
from registry.values.identifiers import OrderRef, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Text
from registry.views.police import SUBJECT_KEY
from tests.given import MEASURE, ORDER, PROTECTED, condition, day, ref
from tests.journeys.house import COURT, clear, entering


def vary(order_ref, subject):
    text = condition(text=clear(subject, "text", Text(text="anything")))
    return VaryOrder(order_ref=order_ref, conditions=(text,), made=day("2024-03-01"), varied_in=Jurisdiction("FR"))


async def erase(house, subject):
    change = Amend(table=SUBJECT_KEY, key={"subject": subject.bytes}, cells={"wrapped": b"", "state": "ERASED"})
    await house.ledger.writer.submit(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=[change]))


async def test_who_was_erased_is_refused_alone_among_many(house):
    third = OrderRef(ref("third"))
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(entering(MEASURE, "RG 2", word="2"), principal=COURT)
    await house.executor.execute(entering(third, "RG 3", word="3"), principal=COURT)
    await erase(house, SubjectId(PROTECTED))
    commands = [vary(MEASURE, MEASURE), vary(ORDER, PROTECTED), vary(third, third)]
    answers = await asyncio.gather(
        *(house.executor.execute(each, principal=COURT) for each in commands), return_exceptions=True
    )
    assert [type(answer).__name__ for answer in answers] == ["Receipt", "KeyErased", "Receipt"]


async def test_a_rehearsal_meets_an_erasure_too(house):
    await house.executor.execute(entering(), principal=COURT)
    await erase(house, SubjectId(PROTECTED))
    with pytest.raises(KeyErased):
        await asyncio.to_thread(house.executor.perform, vary(ORDER, PROTECTED), principal=COURT, rehearsal=True)
    allowed = vary(ORDER, ORDER)
    await asyncio.to_thread(house.executor.perform, allowed, principal=COURT, rehearsal=True)
