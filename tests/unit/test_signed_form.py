"""The signed form of an answer never changes for an answer that was given: by it the ledger shows whose key signed it.

Were it other, the answer could not be had again, and the key that gave it would be said to sign since later than it has
(registry/first_use.py): what it signed before would be refused, however genuine. Whoever adds a claim gives the event a
field that older answers do not have, and adds a line here.
"""

from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.events.check import AnsweredOrder, AnswerGiven, PersonMeant, PersonSearch
from registry.signing import Signer, signed_digest
from registry.values.check import Band, CheckPurpose, EnforcementStatus, SourceState, Word
from registry.values.identifiers import FactId, InstitutionId, OrderRef, PartyRef, Position, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.time import Instant

ORDER, PARTY = OrderRef(UUID(int=1)), PartyRef(UUID(int=2))
SIGNER = Signer(ledger_id=str(UUID(int=3)), key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def said(status: EnforcementStatus, word: Word, **more: Any) -> AnsweredOrder:
    return AnsweredOrder(order_ref=ORDER, status=status, source=SourceState.CURRENT, word=word, **more)


def meant(band: Band, *, exact: bool = False) -> PersonMeant:
    return PersonMeant(order_ref=ORDER, party_ref=PARTY, band=band, bits=1234, exact=exact, classes=())


def searched(*persons: PersonMeant, complete: bool = True) -> PersonSearch:
    return PersonSearch(meant=persons, persons=17, complete=complete)


OVER = said(EnforcementStatus.EXPIRED, Word.NOT_IN_FORCE)
IN_FORCE = said(EnforcementStatus.ENFORCEABLE, Word.IN_FORCE)
GIVEN = {
    "by-order": ({"answered": (IN_FORCE,)}, "Hn3LSSpuvq7PtYj-ZxJATKFsUsktFhmv8wFsKJ1_G9w"),
    "with-what-was-noted-later": (
        {
            "answered": (said(EnforcementStatus.ENFORCEABLE, Word.IN_FORCE, classes=tuple(FieldClass)),),
            "incident_stated": True,
            "spooled": True,
        },
        "Hn3LSSpuvq7PtYj-ZxJATKFsUsktFhmv8wFsKJ1_G9w",
    ),
    "nothing-found": ({"answered": ()}, "lQj_7kRd8WgdqIYnewllyE_m51miJGh5QPfg1-0xGNs"),
    "by-person": (
        # said when a strong match was answered at once; the rule is another one now
        {"answered": (OVER,), "search": searched(meant(Band.STRONG)), "word": Word.NOT_IN_FORCE},
        "FXkl-X7kzn7s3YdCm2ue_I-4D6We5V_4GQ96eFWrXgM",
    ),
    "by-person-and-somebody-else-may-be-meant": (
        {
            "answered": (OVER,),
            "search": searched(meant(Band.STRONG), meant(Band.POSSIBLE)),
            "word": Word.CANNOT_TELL,
        },
        "QczWDgBOvtecFRlbZBGIpb1dTDPxTJ4C7voc52KnOkY",
    ),
    "by-person-and-somebody-may-be-missing": (
        {
            "answered": (OVER,),
            "search": searched(meant(Band.WEAK, exact=True), complete=False),
            "word": Word.CANNOT_TELL,
        },
        "hqCPhjjY4LOsfnaCNNdds4Bh9pKABbDvx_Yb29CulTs",
    ),
}
"""Answers, each with the digest of its signed form as it was first released."""


@pytest.mark.parametrize(("given", "digest"), GIVEN.values(), ids=GIVEN)
def test_an_answer_that_was_given_is_signed_as_it_was(given: dict[str, Any], digest: str):
    event = AnswerGiven(
        check_ref="c" * 32,
        jurisdiction=Jurisdiction("FR"),
        purpose=CheckPurpose.AT_THE_SCENE,
        commitment="m" * 43,
        query=SealedBlock("q"),
        valid_at=Instant(1_790_000_000_000_000),
        known_at=Instant(1_790_000_000_000_001),
        known_position=Position(7),
        given_at=Instant(1_790_000_000_000_002),
        engine="rules-1 exact-1 index-1 weights-1 tzdata-2026.1",
        **given,
    )
    signed = SIGNER.answer(event, fact_id=FactId(UUID(int=4)), institution=InstitutionId("fr-pn-lille"))
    assert signed_digest(signed) == digest
