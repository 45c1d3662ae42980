"""Hold a card against what is at hand, without a network: every check by name, and one word for the officer.

What is not known is never shown as not valid: a false "not in force" leaves a person without protection, a
false "in force" is set right by a call. So only a fresh pack says that an order ended, is suspended or has run
out; anything less says "ask", and a card whose status is not known is treated as in force until asked.

1 text, form, content   is it a card at all                                          NOT_A_CARD
2 key, signature        did its jurisdiction sign it                                 CANNOT_TELL, NOT_AUTHENTIC
3 fingerprint           was this very card issued                                    NOT_AUTHENTIC
  standing of the key   was it issued before its key was withdrawn                   KEY_WITHDRAWN
4 freshness, status     what has become of the order, as of when                     ENDED, SUSPENDED, ASK
5 dates                 the order's own days                                         NOT_YET, EXPIRED, ASK
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from registry.card import content, cose, statuslist, text
from registry.card.content import Card
from registry.card.pack import CARD_USE, FINGERPRINT_BYTES, Key, Listed, Pack
from registry.card.refusals import CardRefused, Check
from registry.card.statuslist import Status

DAY: Final = 86_400
CLOCK_SLACK: Final = 300
"""Seconds by which two clocks may differ."""
EARLIEST_ZONE: Final = 14 * 3600
"""A local day begins this long before the day in UTC, at the earliest place on earth."""
DAYS_TO_BE_OVER: Final = 2
"""A last day is over everywhere on earth two days after it began in UTC."""


class Outcome(StrEnum):
    """How one check went."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """There is nothing to hold the card against."""


class Freshness(StrEnum):
    """Whether what is known of the status is of today."""

    CURRENT = "CURRENT"
    STALE = "STALE"
    NONE = "NONE"


class Word(StrEnum):
    """What the officer is told first."""

    IN_FORCE = "IN_FORCE"
    TREAT_AS_IN_FORCE = "TREAT_AS_IN_FORCE"
    """Authentic; what has become of the order since is not known. Ask by radio."""
    ASK = "ASK"
    """Authentic; the order may have changed or ended. Ask by radio."""
    NOT_YET = "NOT_YET"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    EXPIRED = "EXPIRED"
    KEY_WITHDRAWN = "KEY_WITHDRAWN"
    """Signed with a key that was withdrawn, and not known to be from before. The order may be in force: ask."""
    CANNOT_TELL = "CANNOT_TELL"
    """Nothing here says whether the card is authentic."""
    NOT_AUTHENTIC = "NOT_AUTHENTIC"
    NOT_A_CARD = "NOT_A_CARD"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One check and how it went; `reason` is a code where there is something to say."""

    check: Check
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """All that can be said of a card."""

    word: Word
    checks: tuple[Found, ...]
    card: Card | None = field(default=None, repr=False)
    status: Status | None = None
    freshness: Freshness = Freshness.NONE
    as_of: int | None = None
    """The instant that the status is of; None where none is known."""
    extended_to: int | None = None
    """The order's new last day, where the pack has one."""
    withdrawn: int | None = None
    """From when on nothing signed with the card's key counts (seconds); None where it stands, or nobody dated it."""


class _Checks(list[Found]):
    def passed(self, check: Check, reason: str = "") -> None:
        self.append(Found(check=check, outcome=Outcome.PASSED, reason=reason))

    def failed(self, check: Check, reason: str) -> None:
        self.append(Found(check=check, outcome=Outcome.FAILED, reason=reason))

    def unknown(self, check: Check, reason: str) -> None:
        self.append(Found(check=check, outcome=Outcome.UNKNOWN, reason=reason))

    def of(self, check: Check) -> Outcome:
        return next(found.outcome for found in self if found.check is check)


def verify(said: str, *, now: int, packs: Iterable[Pack] = (), keys: Iterable[Key] = ()) -> Verification:
    """Hold the text of a QR code against packs, and card keys trusted without one, at an instant (seconds)."""
    checks = _Checks()
    try:
        message = text.read(said)
        checks.passed(Check.TEXT)
        signed = cose.parse(message)
        checks.passed(Check.FORM)
        card = content.decode(signed.payload)
        checks.passed(Check.CONTENT)
    except CardRefused as refused:
        checks.failed(refused.check, refused.reason)
        return Verification(word=Word.NOT_A_CARD, checks=tuple(checks))
    pack = max((each for each in packs if each.issuer == card.issuer), key=lambda each: each.issued, default=None)
    key = _signer(signed, card, [*(pack.keys if pack else ()), *keys], checks)
    if key is None:
        word = Word.NOT_AUTHENTIC if checks.of(Check.KEY) is Outcome.PASSED else Word.CANNOT_TELL
        # What an unsigned text says of people is nobody's word: it is not shown.
        return Verification(word=word, checks=tuple(checks))
    listed = pack.lists.get(card.uri) if pack else None
    _fingerprint(message, card, pack, listed, checks)
    stands = _stands(key, card, checks)
    freshness = _freshness(pack, listed, now, checks)
    status = _status(card, listed, checks)
    dates = _dates(card, now, checks)
    extended = listed is not None and card.index in listed.extensions
    return Verification(
        word=_word(status, freshness, dates, checks, extended=extended) if stands else Word.KEY_WITHDRAWN,
        checks=tuple(checks),
        card=card,
        status=status,
        freshness=freshness,
        as_of=None if status is None or listed is None else listed.status.issued,
        extended_to=listed.extensions[card.index] if listed is not None and extended else None,
        withdrawn=key.withdrawn,
    )


def _signer(signed: cose.Signed, card: Card, keys: Sequence[Key], checks: _Checks) -> Key | None:
    """Find the key that signed: all with that id are tried, for two may share one."""
    named = [key for key in keys if key.use == CARD_USE and key.jurisdiction == card.issuer and key.kid == signed.kid]
    if not named:
        checks.unknown(Check.KEY, "key-not-known")
        return None
    checks.passed(Check.KEY)
    for key in named:
        try:
            cose.verify(signed, key.public, lower=True)
        except CardRefused:
            continue
        checks.passed(Check.SIGNATURE)
        if key.begins <= card.issued < key.signs_until and card.expires <= key.ends:
            checks.passed(Check.PERIOD_OF_KEY)
        else:
            checks.failed(Check.PERIOD_OF_KEY, "signed-outside-the-period-of-its-key")
        return _marked(key, named)
    checks.failed(Check.SIGNATURE, "wrong-signature")
    return None


def _marked(key: Key, named: Sequence[Key]) -> Key:
    """Give a key with every mark that anybody trusted here has put on it: a list may know more than a pack."""
    same = [each for each in named if each.public.public_numbers() == key.public.public_numbers()]
    dates = [each.withdrawn for each in same if each.withdrawn is not None]
    return replace(key, compromised=any(each.compromised for each in same), withdrawn=min(dates, default=None))


def _stands(key: Key, card: Card, checks: _Checks) -> bool:
    """Say whether a card counts in spite of what became of its key: who stole it can date a card as he likes."""
    if key.withdrawn is None and not key.compromised:
        return True
    listed = checks.of(Check.FINGERPRINT)
    if listed is Outcome.FAILED:
        return True  # it was never issued, whoever holds the key: that is what the officer is told
    if listed is Outcome.PASSED and (key.withdrawn is None or card.issued < key.withdrawn):
        checks.passed(Check.STANDING_OF_KEY, "issued-before-its-key-was-withdrawn")
        return True
    checks.failed(Check.STANDING_OF_KEY, "key-withdrawn")
    return False


def _fingerprint(message: bytes, card: Card, pack: Pack | None, listed: Listed | None, checks: _Checks) -> None:
    if pack is None or listed is None:
        checks.unknown(Check.FINGERPRINT, "no-list")
        return
    try:
        found = listed.fingerprint(card.index)
    except CardRefused as refused:
        checks.failed(refused.check, refused.reason)
        return
    if found == text.fingerprint(message)[:FINGERPRINT_BYTES]:
        checks.passed(Check.FINGERPRINT)
    elif card.issued + CLOCK_SLACK > pack.issued:
        checks.unknown(Check.FINGERPRINT, "card-newer-than-pack")
    else:
        checks.failed(Check.FINGERPRINT, "never-issued")


def _freshness(pack: Pack | None, listed: Listed | None, now: int, checks: _Checks) -> Freshness:
    if pack is None or listed is None:
        checks.unknown(Check.FRESHNESS, "no-list")
        return Freshness.NONE
    if pack.issued > now + CLOCK_SLACK:
        checks.unknown(Check.FRESHNESS, "clock-behind-pack")
        return Freshness.STALE
    if now > min(pack.fresh_until, listed.status.expires):
        checks.unknown(Check.FRESHNESS, "pack-old")
        return Freshness.STALE
    checks.passed(Check.FRESHNESS)
    return Freshness.CURRENT


def _status(card: Card, listed: Listed | None, checks: _Checks) -> Status | None:
    """Read the status, but only of a card that is known to be the one at its index."""
    if listed is None or checks.of(Check.FINGERPRINT) is not Outcome.PASSED:
        checks.unknown(Check.STATUS, "no-list" if listed is None else "fingerprint-not-listed")
        return None
    status = Status(statuslist.entry(listed.status.packed, card.index))
    checks.passed(Check.STATUS, status.name.lower())
    return status


def _word(status: Status | None, freshness: Freshness, dates: Word, checks: _Checks, *, extended: bool) -> Word:
    listed = checks.of(Check.FINGERPRINT)
    if listed is Outcome.FAILED:
        return Word.NOT_AUTHENTIC
    if checks.of(Check.PERIOD_OF_KEY) is Outcome.FAILED:
        return Word.CANNOT_TELL
    if freshness is not Freshness.CURRENT or status is None:
        doubt = status not in (None, Status.VALID) or dates is not Word.IN_FORCE
        return Word.ASK if doubt else Word.TREAT_AS_IN_FORCE
    return {
        Status.REVOKED: Word.ENDED,
        Status.SUSPENDED: Word.SUSPENDED,
        Status.CHANGED: Word.ASK,
        Status.VALID: Word.ASK if extended else dates,
    }[status]


def _dates(card: Card, now: int, checks: _Checks) -> Word:
    """Say what the days on the card come to, were nothing else known."""
    said = card.summary
    if said is not None and now < said.from_day * DAY - EARLIEST_ZONE:
        checks.failed(Check.DATES, "not-yet")
        return Word.NOT_YET
    if now < card.expires:
        checks.passed(Check.DATES)
        return Word.IN_FORCE
    if said is not None and said.until_day is not None and now >= (said.until_day + DAYS_TO_BE_OVER) * DAY:
        checks.failed(Check.DATES, "order-over")
        return Word.EXPIRED
    # The card has run out, and the order need not have: it may have a new card, or another end.
    checks.unknown(Check.DATES, "card-over")
    return Word.ASK
