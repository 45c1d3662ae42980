"""The commands a story may ask about: what is wished for, and what deciding it needs besides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.commands.issuance import IssueCertificate, RevokeOrder
from registry.commands.recognition import AskRecognition, RefuseRecognition
from registry.law import procedure as procedures
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.law.stories.orders import code, moment, words_of
from registry.law.stories.tale import Story
from registry.law.stories.tree import Branch
from registry.values.identifiers import CertificateRef, InstitutionId, OrderRef, RecognitionRef
from registry.values.issuance import CertificateForm, EndReason
from registry.values.recognition import RefusalGround
from registry.values.time import Instant

Command = IssueCertificate | RevokeOrder | AskRecognition | RefuseRecognition


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a decider needs besides the command: the instant, the order, the procedure and its like."""

    now: Instant
    order: Standing | None
    procedure: Procedure | None = None
    others: tuple[Procedure, ...] = ()


Decide = Callable[[Command, Surroundings], Sequence[object]]
"""Decides a command: facts, or `Refused`. Passed in, because deciding stands above the law."""


def wish(story: Story, branch: Branch, order_ref: OrderRef) -> tuple[Command, Procedure | None]:
    """Read the command of a question, and the procedure it is about; raises `StoryUnreadable`."""
    verb, zone = branch.need("command"), story.cast.zones[order_ref]
    on, desk = moment(branch.need("on"), zone), InstitutionId("story")
    if verb.text() == "issue certificate":
        reference = CertificateRef(story.cast.mint("wished certificate"))
        form = CertificateForm.ARTICLE_5
        return IssueCertificate(order_ref=order_ref, certificate_ref=reference, form=form, issued=on), None
    if verb.text() == "revoke":
        where = code(branch.need("in"))
        reason = EndReason.NOT_STATED
        return RevokeOrder(order_ref=order_ref, from_=on, reason=reason, revoked_in=where), None
    if verb.text() == "ask recognition":
        asked = branch.need("protected person asks").text() == "yes"
        asking = AskRecognition(
            recognition_ref=RecognitionRef(story.cast.mint("wished recognition")),
            order_ref=order_ref,
            jurisdiction=code(branch.need("in")),
            authority=desk,
            asked=on,
            requested_by_protected_person=asked,
        )
        return asking, None
    if verb.text() == "refuse recognition":
        name = branch.get("procedure")
        known = story.cast.procedures.get(name.text() if name else "recognition")
        if known is None:
            raise branch.wrong("no such procedure")
        grounds = tuple(each.one_of(words_of(RefusalGround)) for each in branch.need("grounds").list())
        asked_for = RecognitionRef(known[0])
        refusal = RefuseRecognition(recognition_ref=asked_for, by=desk, decided=on, grounds=grounds)
        return refusal, procedures.fold(story.facts.get(known[0], ()))
    raise verb.wrong("no such command; there are: ask recognition, issue certificate, refuse recognition, revoke")
