"""The route by which officers ask."""

from typing import Final

from registry.access.permissions import Action
from registry.api import answer_models, asking, check_models
from registry.api.lines import NEAR
from registry.api.route import Route

CHECK: Final = Route(
    method="POST",
    path="/v1/checks",
    action=Action.CHECK,
    request=check_models.CheckRequest,
    handler=asking.check,
    response=answer_models.CheckAnswer,
    summary="Ask who or which order, where, when and why. The answer is recorded first.",
    problems=("incident-needed", "name-needed", "jurisdiction-unknown", *NEAR),
)
