"""What the command line says of cards: made at the registry, checked anywhere, packs and keys written to files."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from registry import core
from registry.access.actors import Principal
from registry.access.granted import Asks
from registry.access.permissions import Action
from registry.api.card_routes import shown_card
from registry.card import page
from registry.card.keys import read_set
from registry.card.pack import CARD_USE, MAXIMUM_PACK, PACK_USE, Key
from registry.card.pack import read as read_pack
from registry.card.refusals import CardRefused
from registry.card.verify import Verification, Word, verify
from registry.card_lists import CardLists
from registry.cards import Made, Wanted
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.looks import Lookbook, Reason
from registry.sight import Sight
from registry.values.card import CardForm
from registry.values.identifiers import InstitutionId, KeyId, OrderRef, PartyRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookPurpose
from registry.values.time import SECOND, Instant, iso

EXITS: Final[Mapping[Word, int]] = {
    Word.IN_FORCE: 0,
    Word.NOT_YET: 3,
    Word.SUSPENDED: 3,
    Word.ENDED: 3,
    Word.EXPIRED: 3,
    Word.TREAT_AS_IN_FORCE: 4,
    Word.ASK: 4,
    Word.KEY_WITHDRAWN: 4,
    Word.CANNOT_TELL: 4,
    Word.NOT_AUTHENTIC: 1,
    Word.NOT_A_CARD: 1,
}
_MAXIMUM_TEXT_FILE: Final = 65_536


def issue(settings: Settings, order_ref: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Make a card at the machine itself, for an enrolled institution; the answer is what HTTP gives."""
    wanted = Wanted(
        order_ref=OrderRef(_reference(order_ref)),
        form=CardForm(str(asked["form"])),
        respondent=PartyRef(_reference(str(asked["respondent"]))) if asked["respondent"] else None,
    )
    with core.opened(settings) as opened:
        institution = opened.enrolment.directory.find(InstitutionId(str(asked["institution"])))
        if institution is None:
            raise ConfigurationError("--institution is not enrolled")
        principal = institution.principal(KeyId("command-line"))
        made = asyncio.run(_issued(opened, wanted, principal))
        return shown_card(made, opened.checker.signer)


async def _issued(opened: core.Core, wanted: Wanted, principal: Principal) -> Made:
    """Make a card, and record that its names were shown: at the machine itself as over HTTP."""
    asks = Asks(principal.roles, Action.ISSUE_CARD, LookPurpose.CARD_ISSUE)
    sight, checker = Sight(opened.executor, asks), opened.checker
    made = await core.card_office(opened).issue(wanted, principal=principal, sight=sight)
    book = Lookbook(executor=opened.executor, clock=checker.clock, spool=checker.spool)
    await book.record(sight, Reason(purpose=LookPurpose.CARD_ISSUE, device="command-line"), principal)
    return made


def check(said: str, packs: Sequence[Path], keys: Sequence[Path], *, at: Instant, as_json: bool) -> int:
    """Check a card's text (`-`: from standard input) with files alone; print what was found, give the exit code."""
    if said == "-":
        said = sys.stdin.read(_MAXIMUM_TEXT_FILE).strip()
    trusted = [key for path in keys for key in _keys(path)]
    anchors = [key for key in trusted if key.use == PACK_USE]
    try:
        read = [read_pack(_bounded(path), anchors) for path in packs]
    except CardRefused as refused:
        raise ConfigurationError(f"a pack was refused: {refused}") from None
    cards = [key for key in trusted if key.use == CARD_USE]
    found = verify(said, now=at // SECOND, packs=read, keys=cards)
    _print(found, as_json=as_json)
    return EXITS[found.word]


def _print(found: Verification, *, as_json: bool) -> None:
    members = shown(found)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(members, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    sys.stdout.write(f"{found.word.value}\n")
    as_of = "status not known"
    if found.status is not None and found.as_of is not None:
        as_of = f"status {found.status.name} as of {iso(Instant(found.as_of * SECOND))} ({found.freshness.value})"
    sys.stdout.write(f"{as_of}\n")
    if found.withdrawn is not None:
        sys.stdout.write(f"signed with a key that was withdrawn on {iso(Instant(found.withdrawn * SECOND))}\n")
    for each in found.checks:
        sys.stdout.write(f"{each.check.value}: {each.outcome.value} {each.reason}".rstrip() + "\n")


def shown(found: Verification) -> dict[str, Any]:
    """Show a verification: every check by name. Of the card only what names nobody."""
    card = found.card
    return {
        "word": found.word,
        "status": None if found.status is None else found.status.name,
        "freshness": found.freshness,
        "as_of": found.as_of,
        "extended_to_day": found.extended_to,
        "key_withdrawn_since": found.withdrawn,
        "order_ref": None if card is None else str(UUID(bytes=card.order_ref)),
        "issuer": None if card is None else card.issuer,
        "checks": [{"check": each.check, "outcome": each.outcome, "reason": each.reason} for each in found.checks],
    }


def pack_of(settings: Settings, jurisdiction: str) -> bytes:
    """Publish what is due, and give a jurisdiction's pack."""
    with core.opened(settings) as opened:
        lists = CardLists(core.card_office(opened))
        asyncio.run(lists.publish())
        return lists.pack(Jurisdiction(jurisdiction)).content


def key_set(settings: Settings) -> bytes:
    """Give the public keys of cards, lists and packs."""
    with core.opened(settings) as opened:
        lists = CardLists(core.card_office(opened))
        lists.follow()
        return lists.key_set()


def checking_page(keys: Sequence[Path]) -> str:
    """Give the page that checks cards, trusting the keys of files."""
    members = [member for path in keys for member in orjson.loads(_bounded(path)).get("keys", [])]
    return page.page(orjson.dumps({"keys": members}).decode())


def _keys(path: Path) -> Sequence[Key]:
    try:
        return read_set(orjson.loads(_bounded(path)))
    except (orjson.JSONDecodeError, CardRefused):
        raise ConfigurationError("a file of keys is no JWK set") from None


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAXIMUM_PACK + 1)
    if len(content) > MAXIMUM_PACK:
        raise ConfigurationError("the file is too large")
    return content


def _reference(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise ConfigurationError("that is no reference") from None
