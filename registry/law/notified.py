"""The axis of notice: which version of the terms counts against a respondent at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.law.instrument import NoticeRule
from registry.law.standing import Service, Standing, Terms
from registry.law.verdict import RespondentNotice
from registry.values.identifiers import PartyRef
from registry.values.issuance import PartyRole
from registry.values.service import TOLD, ServiceState
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class TermsInForce:
    """The terms that count, and how notice of them stands with each respondent."""

    terms: Terms
    notice: tuple[RespondentNotice, ...]

    @property
    def all_notified(self) -> bool:
        """Say whether every respondent has the notice that is asked for."""
        return all(notice.notified for notice in self.notice)

    @property
    def any_notified(self) -> bool:
        """Say whether at least one respondent has it."""
        return any(notice.notified for notice in self.notice)


def service_instant(service: Service) -> Instant:
    """Say from when a service counts: when it happened or, if the source does not say, when we learned of it."""
    return service.at.begins() if service.at else service.recorded_at


def terms_in_force(standing: Standing, at: Instant, rule: NoticeRule | None) -> TermsInForce:
    """Choose the newest terms made by `at` that the respondents have notice of.

    A variation binds when it is notified: until then the earlier, notified terms stand. Where no
    version was notified the newest one made is given, with notice missing. Where several
    respondents differ, terms are chosen that all know, else that any knows.
    """
    made = [terms for terms in standing.terms if terms.made.begins() <= at] or [standing.terms[0]]
    options = [_under(standing, terms, at, rule) for terms in reversed(made)]
    if rule is None:
        return options[0]
    for wanted in ("all_notified", "any_notified"):
        for option in options:
            if getattr(option, wanted):
                return option
    return options[0]


def _under(standing: Standing, terms: Terms, at: Instant, rule: NoticeRule | None) -> TermsInForce:
    respondents: Sequence[PartyRef | None] = [party.party_ref for party in standing.parties(PartyRole.RESPONDENT)] or [
        None
    ]
    notice = tuple(_notice(standing, terms.version, respondent, at, rule) for respondent in respondents)
    return TermsInForce(terms=terms, notice=notice)


def _notice(
    standing: Standing, version: int, respondent: PartyRef | None, at: Instant, rule: NoticeRule | None
) -> RespondentNotice:
    """Say how notice of a version stands with a respondent: the best that happened by `at`, else the last state."""
    satisfied_by = rule.satisfied_by if rule else TOLD
    state, since = ServiceState.UNKNOWN, None
    for service in standing.services:
        if service.terms != version or respondent not in (None, service.respondent):
            continue
        happened = service_instant(service)
        if happened > at:
            continue
        if service.state in satisfied_by:
            return RespondentNotice(
                party_ref=respondent, terms=version, state=service.state, notified=True, since=happened
            )
        state, since = service.state, happened
    if state is ServiceState.UNKNOWN and any(a.terms == version and a.at.begins() <= at for a in standing.attempts):
        state = ServiceState.ATTEMPTED
    return RespondentNotice(party_ref=respondent, terms=version, state=state, notified=False, since=since)
