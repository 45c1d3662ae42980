"""Requests about duties to tell somebody."""

from registry.api.models import Asking, LocalMoment, Model
from registry.commands.duty import DischargeDuty
from registry.values.duty import Means
from registry.values.identifiers import DutyRef


class DutyDischarge(Model):
    """Say that they were told, when and how. Late is better than never: lateness stays visible."""

    at: LocalMoment
    means: Means

    def to_command(self, asking: Asking) -> DischargeDuty:
        """Give the command."""
        return DischargeDuty(
            duty_ref=DutyRef(asking.reference),
            by=asking.principal.institution,
            at=self.at.value(),
            means=self.means,
        )
