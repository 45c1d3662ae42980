"""What the command line does about a person in an order: says what stands against erasing, erases, states it."""

import sys
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from rich.console import Console

from registry import certificate_reports, core, key_reports
from registry.access.actors import Principal
from registry.commands.erasure import EraseFormer, EraseParty
from registry.config import Settings
from registry.core import Core
from registry.erasing import erasable, former_keys, sealed_documents, set_right
from registry.errors import ConfigurationError, NotFound, Refused
from registry.law.erasable import Impediment, waited
from registry.ledger.port import Unit
from registry.states import order_state
from registry.sweeping import sweep
from registry.values.erasure import ErasureGround
from registry.values.identifiers import InstitutionId, KeyId, OrderRef, PartyRef, SubjectId
from registry.values.time import iso

_WORD: Final = 8


def erase(settings: Settings, asked: EraseParty, institution: str, *, confirm: str | None, rotate: bool) -> bool:
    """Say what would be erased and what stands against it; with the word of that answer, do it.

    Gives whether it may be done.
    The word is of this order as it stands: when a fact comes in between, also between the look at it here and
    the act, it has to be asked for again.
    Raises `Refused` kinds, `ConfigurationError`.
    """
    with core.opened(settings) as opened:
        principal = _principal(opened, institution)
        preview, against, word = opened.ledger.writer.perform(lambda unit: _preview(unit, asked, principal, opened))
        if confirm is None or against:
            _out({**preview, "stands_against": [_impediment(each) for each in against], "confirm": word})
            return not against
        if confirm != word:
            raise Refused("confirmation-is-of-another-state")
        opened.executor.perform(asked, principal=principal, expected_version=preview["version"])
        jurisdiction = str(preview["jurisdiction"])
    sweep(core.ledger_settings(settings))
    if rotate:
        key_reports.rotate(settings, jurisdiction, compact=True)
    else:
        said = f"registry: erased. Backups open the key until the epoch turns: registry key rotate {jurisdiction}"
        Console(stderr=True, soft_wrap=True).print(said)
    certificate_reports.state(settings, asked.order_ref, asked.party)
    return True


def erase_former(settings: Settings, wanted: EraseFormer, institution: str, *, confirm: str | None) -> None:
    """Say what of a party was set right and would be erased; with the word of that answer, do it and state it.

    Raises `Refused` kinds, `ConfigurationError`.
    """
    with core.opened(settings) as opened:
        principal = _principal(opened, institution)
        preview, subjects = opened.ledger.writer.perform(lambda unit: _former(unit, wanted, principal))
        if confirm is None:
            _out(preview)
            return
        if confirm != preview["confirm"]:
            raise Refused("confirmation-is-of-another-state")
        opened.executor.perform(wanted, principal=principal, expected_version=preview["version"])
    sweep(core.ledger_settings(settings))
    said = f"registry: erased. Backups open it until the epoch turns: registry key rotate {preview['jurisdiction']}"
    Console(stderr=True, soft_wrap=True).print(said)
    for subject in subjects:
        certificate_reports.state(settings, wanted.order_ref, subject)


def asked(order_ref: str, party: str, ground: str) -> EraseParty:
    """Read what was written on the command line; raises `ConfigurationError`."""
    try:
        return EraseParty(
            order_ref=OrderRef(UUID(order_ref)), party=PartyRef(UUID(party)), ground=ErasureGround(ground)
        )
    except ValueError:
        raise ConfigurationError("that is no reference of an order and of a party") from None


def _principal(opened: Core, institution: str) -> Principal:
    found = opened.enrolment.directory.find(InstitutionId(institution))
    if found is None:
        raise ConfigurationError("--institution is not enrolled")
    return found.principal(KeyId("command-line"))


def _preview(
    unit: Unit, asked: EraseParty, principal: Principal, opened: Core
) -> tuple[dict[str, Any], tuple[Impediment, ...], str]:
    """Say what goes and what stands against it, all of it, as this transaction sees the order."""
    found = erasable(unit, asked.order_ref, asked.ground, opened.executor.ledger_id)
    if not principal.acts_in(found.jurisdiction):
        raise NotFound("no-such-order")
    party = next((each for each in found.parties if each.party_ref == asked.party), None)
    if party is None:
        raise Refused("no-such-party", field="/party")
    seed = f"po-erase/v1|{asked.order_ref}|{asked.party}|{asked.ground}|{found.version}"
    preview = {
        "order_ref": str(asked.order_ref),
        "party_ref": str(asked.party),
        "jurisdiction": found.jurisdiction,
        "role": party.role.value,
        "ground": asked.ground.value,
        "anything_to_erase": party.anything_to_erase,
        "documents_that_go_too": party.documents_that_go_too,
        "order_itself_goes_too": party.order_itself_goes_too,
        "erasable_from": None if party.since is None else iso(party.since),
        "version": found.version,
    }
    return preview, party.against, sha256(seed.encode()).hexdigest()[:_WORD]


def _former(unit: Unit, wanted: EraseFormer, principal: Principal) -> tuple[dict[str, Any], list[SubjectId]]:
    """Say which former keys go and which wait until when, as this transaction sees the order; and which go now."""
    version, order = order_state(unit, wanted.order_ref)
    if order is None or not principal.acts_in(order.details.court.jurisdiction):
        raise NotFound("no-such-order")
    former = former_keys(unit, order).get(wanted.party, ())
    right = set_right(unit, wanted.order_ref, wanted.party)
    until = {subject: waited(right[subject]) for subject, _ in former}
    going = {subject: key_id for subject, key_id in former if until[subject] <= unit.now}
    ids = set(going.values())
    seed = f"po-erase-former/v1|{wanted.order_ref}|{wanted.party}|{wanted.ground}|{version}"
    preview = {
        "order_ref": str(wanted.order_ref),
        "party_ref": str(wanted.party),
        "jurisdiction": order.details.court.jurisdiction,
        "ground": wanted.ground.value,
        "former_keys": [str(subject) for subject in going],
        "waiting": {str(subject): iso(until[subject]) for subject, _ in former if subject not in going},
        "documents_that_go_too": sum(not ids.isdisjoint(each) for each in sealed_documents(unit, order).values()),
        "version": version,
        "confirm": sha256(seed.encode()).hexdigest()[:_WORD],
    }
    return preview, list(going)


def _impediment(each: Impediment) -> dict[str, Any]:
    return {
        "code": each.code.value,
        "until": None if each.until is None else iso(each.until),
        "basis": str(each.basis),
        "verified": each.basis.verified,
    }


def _out(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
