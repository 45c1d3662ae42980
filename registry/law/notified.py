"""The axis of notice: which version of the terms counts against a respondent at an instant."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from registry.law.instrument import NoticeRule
from registry.law.making import maker
from registry.law.standing import Service, Standing, Terms
from registry.law.verdict import RespondentNotice, make_respondent_notice
from registry.values.identifiers import PartyRef
from registry.values.issuance import PartyRole
from registry.values.service import TOLD, ServiceState
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class TermsInForce:
    """The terms that count, and how notice of them stands with each respondent."""

    terms: Terms
    notice: tuple[RespondentNotice, ...]

    @property
    def all_notified(self) -> bool:
        """Say whether every respondent has the notice that is asked for."""
        for notice in self.notice:  # noqa: SIM110  # a generator is a call, and this is the hot path
            if not notice.notified:
                return False
        return True

    @property
    def any_notified(self) -> bool:
        """Say whether at least one respondent has it."""
        for notice in self.notice:  # noqa: SIM110  # as above
            if notice.notified:
                return True
        return False


make_terms_in_force = maker(TermsInForce)


def extension_untold(chosen: TermsInForce, rule: NoticeRule | None) -> bool:
    """Say whether somebody has notice of the terms and lacks it only of the end that a court gave them since."""
    if rule is None or not rule.extensions:
        return False
    enough = rule.satisfied_by | {ServiceState.NOT_REQUIRED}
    return any(not notice.notified and notice.state in enough for notice in chosen.notice)


def service_instant(service: Service) -> Instant:
    """Say from when a service counts: when it happened or, if the source does not say, when we learned of it."""
    return service.at.begins() if service.at is not None else service.recorded_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """Another order of the pair, and which of its respondents is whom in this one."""

    standing: Standing
    respondents: Mapping[PartyRef, PartyRef]
    """This order's respondent to the other order's."""


def terms_in_force(
    standing: Standing, at: Instant, rule: NoticeRule | None, earlier: Sequence[Earlier] = ()
) -> TermsInForce:
    """Choose the newest terms made by `at` that the respondents have notice of.

    A variation binds when it is notified: until then the earlier, notified terms stand. Where no
    version was notified the newest one made is given, with notice missing. Where several
    respondents differ, terms are chosen that all know, else that any knows. `earlier` are other
    orders of the pair, whose personal service may make mail enough for the same terms.
    """
    versions = standing.terms
    if len(versions) == 1:
        return _under(standing, versions[0], at, rule, earlier)
    made = [terms for terms in versions if terms.made.begins() <= at] or [versions[0]]
    newest = _under(standing, made[-1], at, rule, earlier)
    if rule is None or newest.all_notified or len(made) == 1:
        return newest
    options = [newest, *(_under(standing, terms, at, rule, earlier) for terms in reversed(made[:-1]))]
    everybody = next((option for option in options if option.all_notified), None)
    return everybody or next((option for option in options if option.any_notified), newest)


def _under(
    standing: Standing, terms: Terms, at: Instant, rule: NoticeRule | None, earlier: Sequence[Earlier]
) -> TermsInForce:
    later: Container[PartyRef] = ()
    if len(standing.terms) > 1:
        later = {ref for each in standing.terms if each.version > terms.version for ref in each.added}
    notice: list[RespondentNotice] = []
    for party in standing.details.parties:
        if party.role is _RESPONDENT and party.party_ref not in later:
            notice.append(_notice(standing, terms, at, rule, earlier=earlier, respondent=party.party_ref))  # noqa: PERF401  # the hot path
    if not notice:
        notice.append(_notice(standing, terms, at, rule, earlier=earlier, respondent=None))
    return make_terms_in_force(terms=terms, notice=tuple(notice))


def _notice(
    standing: Standing,
    terms: Terms,
    at: Instant,
    rule: NoticeRule | None,
    *,
    earlier: Sequence[Earlier],
    respondent: PartyRef | None,
) -> RespondentNotice:
    """Say how notice of a version stands with a respondent: the best that happened by `at`, else the last state."""
    version = terms.version
    if rule is not None and rule.exempt_until is not None and terms.made.begins() <= rule.exempt_until:
        exempt, state = rule.exempt_until, ServiceState.NOT_REQUIRED
        told = not standing.extensions or _end_told(standing, at, rule, respondent)
        return make_respondent_notice(party_ref=respondent, terms=version, state=state, notified=told, since=exempt)
    satisfied_by = rule.satisfied_by if rule is not None else TOLD
    state, since, notified, returned = _UNKNOWN, None, False, False
    for service in standing.services:
        if service.terms != version or (respondent is not None and service.respondent != respondent):
            continue
        happened = service.at.begins() if service.at is not None else service.recorded_at
        if happened > at:
            continue
        if service.state is _RETURNED:
            returned = True
        if notified:  # What came later takes no notice away, but that a letter came back: then it was none.
            continue
        counts = rule is None or not rule.mail_of_same_terms or service.state is not ServiceState.SERVED_BY_MAIL
        counts = counts or _same_terms(standing, terms, earlier, service, happened)
        notified = service.state in satisfied_by and counts
        state, since = service.state, happened
    if returned:
        kept = lasting(standing.services, at)
        if len(kept) < len(standing.services):
            left = replace(standing, services=kept)
            return _notice(left, terms, at, rule, earlier=earlier, respondent=respondent)
    attempts = standing.attempts
    if attempts and state is _UNKNOWN and any(a.terms == version and a.at.begins() <= at for a in attempts):
        state = ServiceState.ATTEMPTED
    if notified and standing.extensions and rule is not None:
        notified = _end_told(standing, at, rule, respondent)
    return make_respondent_notice(party_ref=respondent, terms=version, state=state, notified=notified, since=since)


def _end_told(standing: Standing, at: Instant, rule: NoticeRule, respondent: PartyRef | None) -> bool:
    """Say whether the order still binds a respondent by the last end that he has notice of.

    Who was served, of whatever terms, once the extension was made, was served with the order as extended.
    """
    if not rule.extensions:
        return True
    expiry = standing.expiry
    for extension in reversed(standing.extensions):
        if extension.made.begins() <= at and _told_since(standing, extension.made, at, rule, respondent):
            break
        expiry = extension.before
    ends = expiry.ends()
    return ends is None or at < ends


def _told_since(
    standing: Standing, made: LegalMoment, at: Instant, rule: NoticeRule, respondent: PartyRef | None
) -> bool:
    if rule.exempt_until is not None and made.begins() <= rule.exempt_until:
        return True
    for service in lasting(standing.services, at):
        if service.state in rule.satisfied_by and (respondent is None or service.respondent == respondent):
            after = not service.at.precedes(made) if service.at is not None else service.recorded_at >= made.begins()
            if after and service_instant(service) <= at:
                return True
    return False


def lasting(services: tuple[Service, ...], at: Instant) -> tuple[Service, ...]:
    """Leave out the letters that had come back by an instant: they were no notice, and never had been.

    A return tells of the letters before it, to the same respondent with the same terms, and of no other service.
    """
    returns = [
        (service_instant(back), place, back)
        for place, back in enumerate(services)
        if back.state is _RETURNED and service_instant(back) <= at
    ]
    return tuple(
        service
        for place, service in enumerate(services)
        if service.state not in _BY_LETTER
        or not any(
            (back.respondent, back.terms) == (service.respondent, service.terms)
            and (service_instant(service), place) < (when, number)
            for when, number, back in returns
        )
    )


def _same_terms(
    standing: Standing, terms: Terms, earlier: Sequence[Earlier], service: Service, happened: Instant
) -> bool:
    """Say whether what was mailed is what was served in person before; if nothing was, it is."""
    served = list(_in_person(standing, service.respondent, happened))
    for other in earlier:
        if service.respondent in other.respondents:
            served.extend(_in_person(other.standing, other.respondents[service.respondent], happened))
    return not served or _forbids(terms) in served


def _in_person(standing: Standing, respondent: PartyRef, by: Instant) -> Iterator[frozenset[tuple[object, ...]]]:
    """Give what the versions said that a respondent was told of in person by an instant."""
    said = {terms.version: terms for terms in standing.terms}
    for service in standing.services:
        told = service.respondent == respondent and service.state in _IN_PERSON and service_instant(service) <= by
        if told and service.terms in said:
            yield _forbids(said[service.terms])


_RESPONDENT: Final = PartyRole.RESPONDENT
_UNKNOWN: Final = ServiceState.UNKNOWN
_RETURNED: Final = ServiceState.FAILED_RETURNED
_BY_LETTER: Final = frozenset({ServiceState.SERVED_BY_MAIL, ServiceState.SERVED_ELECTRONIC})
_IN_PERSON: Final = frozenset({ServiceState.SERVED_PERSONAL, ServiceState.PRESENT_IN_COURT})


def _forbids(terms: Terms) -> frozenset[tuple[object, ...]]:
    """Give what a version says, whoever it names: kinds, ways, distances and places."""
    return frozenset((c.kind, c.channels, c.metres, c.place) for c in terms.conditions)
