"""What the command line does with institutions: founds, shows, proposes, confirms, keeps keys; signed in by a key file.

Whoever stands at the machine is nobody by that alone: each act names an institution and proves one of its keys, so
that two persons are needed here as everywhere.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import jiter
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from registry import core
from registry.access.actors import Principal
from registry.access.directory import Enrolment
from registry.api import institution_answers as answers
from registry.api import institution_models as models
from registry.api.institutions import first_after
from registry.api.models import Model
from registry.api.problems import HttpProblem
from registry.api.reading import read_model
from registry.commands import institution as commands
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError
from registry.events.institution import ChangeProposed
from registry.founding import NOT_GOVERNABLE, governable
from registry.ledger.opening import open_reader
from registry.receipts import Receipt
from registry.roster import Roster
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position, ProposalRef
from registry.values.institution import KeyTerms, SuspensionReason
from registry.values.time import Instant

Read = TypeVar("Read", bound=Model)
_MAXIMUM_KEY_FILE: Final = 8192
_DEPTH: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Who acts at the command line: an institution, the file of one of its private keys, perhaps a person."""

    institution: str
    key: Path
    person: str | None = None


def found(settings: Settings, content: bytes) -> Enrolment:
    """Record a founding list in a ledger that has none. Raises `ConfigurationError`, `Conflict`."""
    return core.found_directory(settings, content)


def warning(enrolment: Enrolment) -> str | None:
    """Say what is wrong with a list that nobody could change."""
    return None if governable(enrolment) else NOT_GOVERNABLE


def institutions(settings: Settings) -> list[dict[str, Any]]:
    """Give everybody there is and was, as HTTP shows them."""
    with _roster(settings) as roster:
        return [answers.shown_institution(member, core.clock()) for member in roster.roll.members.values()]


def changes(settings: Settings) -> list[dict[str, Any]]:
    """Give what waits for a second person."""
    now = core.clock()
    with _roster(settings) as roster:
        return [answers.shown_proposal(each) for each in roster.roll.proposals.values() if now < each.expires]


def doubts(settings: Settings, institution: str) -> list[dict[str, Any]]:
    """Give an institution's facts in doubt."""
    with _roster(settings) as roster:
        roll = roster.roll
        waiting = [each for fact_id, each in roll.doubted.items() if fact_id not in roll.confirmed]
        return [answers.shown_doubt(each) for each in answers.sorted_by_due(waiting, InstitutionId(institution))]


@contextmanager
def _roster(settings: Settings) -> Generator[Roster, None, None]:
    """Read beside whoever serves."""
    where = core.ledger_settings(settings)
    reader = open_reader(where)
    try:
        yield Roster(reader=reader, ledger_id=core.ledger_id(where))
    finally:
        reader.close()


def propose(settings: Settings, content: bytes, by: Signed) -> dict[str, Any]:
    """Put a change on the table; the file is what HTTP takes."""
    model = _read(models.ChangeProposal, content)
    with _acting(settings, by) as (opened, principal):
        position = None if model.compromise is None else _position(opened, model.compromise)
        command = commands.ProposeChange(
            stream=opened.roster.stream,
            proposal_ref=ProposalRef(opened.executor.mint()),
            change=model.to_change(position),
        )
        return _proposed(opened, opened.executor.perform(command, principal=principal))


def suspend(settings: Settings, institution: str, reason: str, by: Signed) -> dict[str, Any]:
    """Suspend an institution in an emergency."""
    with _acting(settings, by) as (opened, principal):
        command = commands.SuspendAtOnce(
            stream=opened.roster.stream,
            proposal_ref=ProposalRef(opened.executor.mint()),
            institution=InstitutionId(institution),
            reason=SuspensionReason(reason),
        )
        return _proposed(opened, opened.executor.perform(command, principal=principal))


def _proposed(opened: Core, receipt: Receipt) -> dict[str, Any]:
    events = (recorded.fact.event for recorded in receipt.recorded)
    event = next(each for each in events if isinstance(each, ChangeProposed))
    opened.roster.catch_up()
    return answers.shown_proposal(opened.roster.roll.proposals[event.proposal_ref])


def confirm(settings: Settings, proposal: str, digest: str, by: Signed) -> Receipt:
    """Confirm a change as the second person."""
    ref = ProposalRef(_reference(proposal))
    return _perform(settings, by, lambda on: commands.ConfirmChange(stream=on.stream, proposal_ref=ref, digest=digest))


def withdraw(settings: Settings, proposal: str, by: Signed) -> Receipt:
    """Take a change off the table."""
    ref = ProposalRef(_reference(proposal))
    return _perform(settings, by, lambda on: commands.WithdrawChange(stream=on.stream, proposal_ref=ref))


def confirm_facts(settings: Settings, facts: tuple[str, ...], by: Signed) -> Receipt:
    """Say that the institution recorded these facts itself."""
    ids = tuple(FactId(_reference(each)) for each in facts)
    return _perform(settings, by, lambda on: commands.ConfirmFacts(stream=on.stream, facts=ids))


def add_key(settings: Settings, content: bytes, by: Signed) -> Receipt:
    """Add a key to one's own; the file is a public JWK."""
    key = _read(models.JsonWebKey, content)
    terms = KeyTerms(key=key.value(), begins=core.clock())
    return _perform(settings, by, lambda on: commands.AddOwnKey(stream=on.stream, terms=terms))


def retire_key(settings: Settings, key_id: str, at: Instant | None, by: Signed) -> Receipt:
    """Have a key of one's own sign no more."""
    return _perform(settings, by, lambda on: commands.RetireOwnKey(stream=on.stream, key_id=KeyId(key_id), at=at))


def mark_key(settings: Settings, key_id: str, position: int | None, since: Instant | None, by: Signed) -> Receipt:
    """Say that a key of one's own is in wrong hands, from a position or from an instant on."""
    if (position is None) is (since is None):
        raise ConfigurationError("give --position or --since, one of them")
    with _acting(settings, by) as (opened, principal):
        begins = first_after(opened.ledger.reader, since) if since is not None else Position(position or 1)
        command = commands.MarkOwnKeyCompromised(stream=opened.roster.stream, key_id=KeyId(key_id), position=begins)
        return opened.executor.perform(command, principal=principal)


def _perform(settings: Settings, by: Signed, make: Callable[[Roster], Any]) -> Receipt:
    with _acting(settings, by) as (opened, principal):
        return opened.executor.perform(make(opened.roster), principal=principal)


@contextmanager
def _acting(settings: Settings, by: Signed) -> Generator[tuple[Core, Principal], None, None]:
    """Open the registry for an institution that shows one of its keys. Raises `ConfigurationError`."""
    public = _public_part(by.key)
    with core.opened(settings) as opened:
        enrolment = opened.enrolment
        institution = enrolment.institutions.get(InstitutionId(by.institution))
        held = (key for (owner, _), key in enrolment.keys.items() if owner == by.institution)
        key = next((each for each in held if each.material == public), None)
        if institution is None or key is None:
            raise ConfigurationError("that institution does not sign in by this key")
        yield opened, institution.principal(key.kid, by.person)


def _public_part(path: Path) -> tuple[str, str, str | None]:
    """Give what the public part of a private JWK is; a file that others may read is taken as lost."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError("the file with the private key must have mode 0600")
        members: Any = jiter.from_json(path.read_bytes()[:_MAXIMUM_KEY_FILE], catch_duplicate_keys=True)
        kind = ECKey if members.get("kty") == "EC" else OKPKey
        key = kind.import_key(members)
        public = cast("Mapping[str, str]", key.as_dict(private=False))
        if not key.is_private:
            raise ConfigurationError("the file holds no private key")
    except (OSError, JoseError, ValueError, AttributeError, TypeError, KeyError):
        raise ConfigurationError("the file with the private key cannot be read as a JWK") from None
    return public["crv"], public["x"], public.get("y")


def _read(kind: type[Read], content: bytes) -> Read:
    try:
        return read_model(kind, content, depth=_DEPTH)
    except HttpProblem as problem:
        places = ", ".join(f"{place}: {code}" for place, code in problem.errors)
        raise ConfigurationError(f"the file cannot be used: {problem.code} {places}".rstrip()) from None


def _position(opened: Core, given: models.Since) -> Position:
    if given.position is not None:
        return Position(given.position)
    return first_after(opened.ledger.reader, Instant(given.since or 0))


def _reference(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ConfigurationError("that is no reference") from None
