"""An alert that nobody took in hand in time: who is alerted next. A pure rule, and the process that applies it.

Each alert that lapses has one successor, with a reference derived from it, so that applying the rule
again says nothing new: first an institution that was not alerted yet, in the order of `chain`; when
there is none left, again one of those that took nothing in hand, the least often asked first,
`REQUESTS` times each. After that the alerts stay overdue in the deadlines for all to see.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final
from uuid import UUID

from registry.access.actors import Directory, Principal, Role
from registry.alerts.reactor import REGISTRY, Performs
from registry.alerts.recipients import answering, distinct
from registry.alerts.rules import BREACH, URGENT
from registry.commands.violation import RaiseAlert
from registry.events.violation import AlertAcknowledged, AlertRaised, ViolationReported, ViolationResolved
from registry.ledger.port import AnyFact, Reader
from registry.ledger.rows import Cell
from registry.values.identifiers import AlertRef, InstitutionId, StreamId, derived
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.views.base import ViewReads
from registry.views.deadline_rows import DeadlineKind
from registry.views.deadlines import open_of_kind
from registry.views.supervised import Pulse, Supervised

REQUESTS: Final = 3
"""How often one institution is asked about one breach, the first time included."""
BASIS: Final = f"registry rule: an alert that lapsed goes to the next institution; {URGENT}"
PERIOD_MILLISECONDS: Final = 5_000


def chain(directory: Directory, jurisdiction: Jurisdiction) -> tuple[InstitutionId, ...]:
    """Give who is alerted, one after another: the police of the place, its desks, its operators."""
    roles = (Role.POLICE, Role.EXECUTING_AUTHORITY, Role.OPERATOR)
    return distinct(each for role in roles for each in answering(directory, role, jurisdiction))


def escalations(facts: Iterable[AnyFact], directory: Directory, *, now: Instant) -> tuple[RaiseAlert, ...]:
    """Give what follows at an instant from the facts of one breach: a successor for each alert that lapsed."""
    report: ViolationReported | None = None
    raised: dict[AlertRef, AlertRaised] = {}
    acknowledged: set[AlertRef] = set()
    for fact in facts:
        match fact.event:
            case ViolationReported() as event:
                report = event
            case AlertRaised() as event:
                raised[event.alert_ref] = event
            case AlertAcknowledged() as event:
                acknowledged.add(event.alert_ref)
            case ViolationResolved():
                return ()
            case _:
                pass
    if report is None:
        return ()
    lapsed = [alert for ref, alert in raised.items() if ref not in acknowledged and alert.due <= now]
    in_hand = {raised[ref].recipient for ref in acknowledged if ref in raised}
    candidates = tuple(each for each in chain(directory, report.jurisdiction) if each not in in_hand)
    return tuple(_successors(report, raised, lapsed, _Turns(raised.values(), candidates, in_hand), now))


class _Turns:
    """Whose turn it is, as alerts are given out."""

    def __init__(
        self, raised: Iterable[AlertRaised], candidates: tuple[InstitutionId, ...], in_hand: set[InstitutionId]
    ) -> None:
        self._asked = [alert.recipient for alert in raised]
        self._candidates = candidates
        self._in_hand = in_hand

    def next(self) -> InstitutionId | None:
        """Give who is alerted next, and count it; None where all were asked often enough."""
        chosen = next((each for each in self._candidates if each not in self._asked), None)
        if chosen is None:
            again = [each for each in distinct(self._asked) if each not in self._in_hand]
            chosen = min(again, key=self._asked.count, default=None)
        if chosen is None or self._asked.count(chosen) >= REQUESTS:
            return None
        self._asked.append(chosen)
        return chosen


def _successors(
    report: ViolationReported,
    raised: dict[AlertRef, AlertRaised],
    lapsed: list[AlertRaised],
    turns: _Turns,
    now: Instant,
) -> Iterator[RaiseAlert]:
    for alert in lapsed:
        successor = AlertRef(derived(alert.alert_ref, "escalation"))
        recipient = None if successor in raised else turns.next()
        if recipient is None:
            continue
        yield RaiseAlert(
            violation_ref=report.violation_ref,
            alert_ref=successor,
            recipient=recipient,
            due=Instant(now + BREACH.within),
            basis=BASIS,
        )


class Escalation:
    """Applies the rule to all overdue alerts, every few seconds, in a thread of its own."""

    def __init__(
        self,
        *,
        reader: Reader,
        store: ViewReads,
        executor: Performs,
        directory: Callable[[], Directory],
        clock: Callable[[], Instant],
        principal: Principal = REGISTRY,
    ) -> None:
        """Take the views that know what is overdue; `clock` gives UTC now in microseconds."""
        self._reader = reader
        self._store = store
        self._executor = executor
        self._directory = directory
        self._clock = clock
        self._principal = principal
        self._process = Supervised("alert-escalation", step=self.step, period_milliseconds=PERIOD_MILLISECONDS)

    def start(self) -> None:
        """Start looking."""
        self._process.start()

    def stop(self) -> None:
        """Stop; blocks until the running look is done."""
        self._process.stop()

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    def step(self) -> bool:
        """Look once at every alert that is overdue; say no, so that the next look is a period later."""
        now = self._clock()
        seen: set[UUID] = set()
        for violation_ref in self._overdue(now):
            if violation_ref not in seen:
                seen.add(violation_ref)
                self._escalate(violation_ref, now)
        return False

    def _escalate(self, violation_ref: UUID, now: Instant) -> None:
        facts = self._reader.stream(StreamId(violation_ref))
        for command in escalations((each.fact for each in facts), self._directory(), now=now):
            cause = next(f.fact for f in reversed(facts) if isinstance(f.fact.event, AlertRaised))
            self._executor.perform(command, principal=self._principal, causation=cause)

    def _overdue(self, now: Instant) -> Iterator[UUID]:
        """Give the breach behind each open alert whose time is up, page by page."""
        after: tuple[Cell, ...] = ()
        while rows := open_of_kind(self._store, DeadlineKind.ALERT_ACKNOWLEDGMENT, after=after).rows:
            for row in rows:
                due, violation_ref = row["due"], row["about"]
                if not isinstance(due, int) or due > now:
                    return
                if isinstance(violation_ref, bytes):
                    yield UUID(bytes=violation_ref)
            after = (rows[-1]["due"], rows[-1]["subject"])
