"""Schemathesis against a served registry: what it is told to try and to hold, how it signs in, and what came of it."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from registry.demo.cast import Player
from registry.demo.client import Desk
from registry.values.identifiers import StreamId
from tests.security.estate import ROLES, Estate
from tests.security.specimens_of_institutions import EVERY_SPECIMEN as SPECIMENS

EVERY_ROLE = Player(
    institution="fr-every-role", name="Every role", roles=ROLES, jurisdiction="FR", contact="+33 1 99 00 47 12"
)
"""An institution that no registry should have: with it a request gets past the door of every route."""
MADE_UP = 4
"""Of so many references in paths, one is left as it was made up."""
LARGEST = ("POST /v1/orders", "POST /v1/orders/preview")
"""What overstepping every bound of takes long, for its body is the largest: one order, or several."""
MOST = 40
"""Cases of an operation after which, unless it is thorough, one in `THINNED` is tried: large bodies have hundreds."""
THINNED = 4
SIGNED_WITH = {"content-digest", "document-signature", "signature", "signature-input"}
REFUSALS = ["400", "401", "403", "404", "406", "408", "409", "412", "413", "415", "422", "428", "429"]


class Proof(AuthBase):
    """Proves the institution on each request as it goes out: the one place to change where that changes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.desk.token}"
        if request.method == "POST" and request.headers.get("Content-Type"):
            body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
            headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
            request.headers.update(self.desk.signature("POST", request.path_url, headers, body))
        return request


@dataclass(kw_only=True)
class Campaign:
    """What to try, and what came of it."""

    estate: Estate
    desk: Desk
    seconds: int
    """How long it goes on at random, once the bounds were tried."""
    examples: int
    thorough: bool = False
    """Whether every bound of the largest bodies is overstepped too."""
    seed: int = 7
    methods: list[str] = field(default_factory=lambda: ["DELETE"])
    """Methods to try that a path does not have."""
    description: dict[str, Any] = field(default_factory=dict)
    """What the answers are held to; the registry's own, from where everybody gets it."""
    cases: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    offered: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    references: dict[str, list[str]] = field(default_factory=dict)

    async def prepare(self) -> None:
        """Read the description, and have something of everything there, so that many references lead somewhere."""
        async with self.estate.session.get(f"{self.estate.base}/openapi.json") as response:
            self.description = await response.json()
        for operations in self.description["paths"].values():
            for operation in operations.values():
                # `Proof` signs what goes out: that nothing unsigned passes is tests/http/test_signed_requests.py's.
                said = operation.get("parameters", [])
                operation["parameters"] = [
                    each for each in said if each.get("$ref", "").rpartition("/")[2] not in SIGNED_WITH
                ]
        for (_, path), make in SPECIMENS.items():
            name = path.partition("{")[2].partition("}")[0]
            if name and name not in {"bundle", "index"}:
                made = (await make(self.estate)).path.removeprefix(path.partition("{")[0])
                self.references.setdefault(name, []).append(made.partition("/")[0])

    def run(self) -> None:
        """Try everything that the description tells of: every bound of every operation, then at random. Blocks."""
        self.try_out({"coverage": {"enabled": True, "unexpected-methods": self.methods}})
        self.try_out({"fuzzing": {"enabled": True}}, **{"max-time": self.seconds})

    def try_out(self, phase: dict[str, Any], **more: Any) -> None:
        """Run one phase of schemathesis' own."""
        schema = schemathesis.openapi.from_dict(self.description, config=self.config(phase, more))
        schema.auth.set_from_requests(Proof(self.desk))
        hooks = {"before_call": self.before_call, "filter_failure": self.filter_failure}
        with hooked(**hooks, **({} if self.thorough else {"filter_case": self.filter_case})):
            for event in from_schema(schema).execute():
                self.hear(event)

    def config(self, phase: dict[str, Any], more: dict[str, Any]) -> SchemathesisConfig:
        """Say what is tried, and what an answer is held to."""
        phases: dict[str, Any] = {name: {"enabled": False} for name in ("examples", "coverage", "fuzzing", "stateful")}
        refused = {"expected-statuses": [*REFUSALS, "503"]}
        return SchemathesisConfig.from_dict(
            {
                "base-url": self.estate.base,
                "seed": self.seed,
                **more,
                "continue-on-failure": True,
                "generation": {
                    "max-examples": self.examples,
                    "deterministic": True,
                    "no-shrink": True,
                    "database": "none",
                },
                "phases": phases | phase,
                "operations": [] if self.thorough else [within_bounds(name) for name in LARGEST],
                "checks": {
                    # What fits the description may be refused by the law or by the facts.
                    "positive_data_acceptance": {"enabled": False},
                    "negative_data_rejection": refused,
                    "missing_required_header": refused,
                },
            }
        )

    def filter_case(self, _: Any, case: Any) -> bool:
        """Thin out what a large body is overstepped in, evenly over all of its fields."""
        self.offered[case.operation.label] += 1
        number = self.offered[case.operation.label]
        return number <= MOST or not number % THINNED

    def before_call(self, _: Any, case: Any, _kwargs: dict[str, Any]) -> None:
        """Lead most references somewhere, and name the version that an order has by now."""
        self.calls[case.operation.label] += 1
        number = self.calls[case.operation.label]
        for name, value in (case.path_parameters or {}).items():
            known = self.references.get(name, [])
            if known and as_reference(value) is not None and number % MADE_UP:
                case.path_parameters[name] = known[number % len(known)]
        order = as_reference((case.path_parameters or {}).get("order_ref"))
        version = str((case.headers or {}).get("If-Match", ""))
        if order is not None and version.strip('"').isdecimal():
            facts = self.estate.registry.core.ledger.reader.stream(StreamId(order))
            case.headers["If-Match"] = f'"{max(1, len(facts))}"'
        if str((case.query or {}).get("min_position", "")).isdecimal():
            case.query["min_position"] = "1"  # to wait for what was never recorded takes two seconds each

    def filter_failure(self, _: Any, failure: Any, _case: Any, response: Any) -> bool:
        """Let pass what is no fault: that the registry cannot answer now, said in the documented way."""
        waits = response.status_code == 503 and b'"code":"view-behind"' in response.content
        return not (waits and type(failure).__name__ == "ServerError")

    def hear(self, event: Any) -> None:
        """Count what was tried, and keep what was found: one of each kind and operation."""
        if isinstance(event, events.NonFatalError):
            self.faults[f"{event.label}: {type(event.value).__name__}"] = str(event.value)[:500]
        if isinstance(event, events.FatalError):
            raise event.exception
        if not isinstance(event, events.ScenarioFinished):
            return
        for interaction in event.recorder.interactions.values():
            self.cases += 1
            self.operations[event.recorder.label] += 1
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for name, failure in failed(event):
            self.faults.setdefault(f"{failure.operation}: {type(failure).__name__}", failure.message[:500])
            self.checks[name] += 1

    def summary(self) -> str:
        """Say what was tried, in a line or two."""
        answered = ", ".join(f"{number} of {status}" for status, number in sorted(self.statuses.items()))
        return f"{self.cases} requests to {len(self.operations)} operations, answered {answered}"


def within_bounds(operation: str) -> dict[str, Any]:
    """Say that of an operation only bodies within the bounds are tried one by one."""
    return {"include-name": operation, "phases": {"coverage": {"generation": {"mode": "positive"}}}}


@contextmanager
def hooked(**hooks: Callable[..., Any]) -> Generator[None, None, None]:
    """Put hooks in place for the length of a block."""
    for name, hook in hooks.items():
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    try:
        yield
    finally:
        for hook in hooks.values():
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def failed(event: Any) -> Iterator[tuple[str, Any]]:
    """Give the checks of a scenario that did not hold."""
    for checks in event.recorder.checks.values():
        yield from ((check.name, check.failure_info.failure) for check in checks if check.failure_info)


def as_reference(value: object) -> UUID | None:
    """Read a reference, if it is one."""
    try:
        return UUID(str(value))
    except ValueError:
        return None
