"""Requests about service: how notice stands with a respondent, or that an attempt failed."""

from typing import Self

from pydantic import Field, model_validator

from registry.api.change_models import Terms
from registry.api.models import Asking, LocalMoment, Model, clear, enrolled, moment
from registry.api.texts import Institution, LongText, Reference, refused
from registry.commands.service import RecordAttempt, RecordService
from registry.values.identifiers import PartyRef
from registry.values.parties import Clear, Text
from registry.values.service import AttemptReason, ServiceState


class Service(Model):
    """Say how notice of a version of the terms stands with a respondent, or that an attempt at it failed."""

    respondent: Reference
    terms: Terms
    state: ServiceState | None = Field(default=None, description="How notice stands. Either this or `attempt`.")
    attempt: AttemptReason | None = Field(default=None, description="Why the attempt failed. Either this or `state`.")
    at: LocalMoment | None = Field(default=None, description="When; an attempt must say it.")
    served_by: Institution | None = Field(default=None, description="Only the issuing court may name another.")
    terms_read_aloud: bool = False
    note: LongText | None = None

    @model_validator(mode="after")
    def _a_state_or_an_attempt(self) -> Self:
        attempted = self.attempt is not None
        if (self.state is None) != attempted:
            raise refused("one-of-two")
        if attempted and (self.at is None or self.note is not None or self.terms_read_aloud):
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> RecordService[Clear] | RecordAttempt:
        """Give the command."""
        served_by = enrolled(asking, self.served_by, "/served_by")
        respondent = PartyRef(self.respondent)
        if self.attempt is not None and self.at is not None:
            return RecordAttempt(
                order_ref=asking.order_ref,
                respondent=respondent,
                terms=self.terms,
                at=self.at.value(),
                reason=self.attempt,
                served_by=served_by,
            )
        return RecordService(
            order_ref=asking.order_ref,
            respondent=respondent,
            terms=self.terms,
            state=self.state or ServiceState.UNKNOWN,
            at=moment(self.at),
            served_by=served_by,
            terms_read_aloud=self.terms_read_aloud,
            note=clear(respondent, "note", Text(text=self.note) if self.note is not None else None),
        )
