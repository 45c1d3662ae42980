"""The keys that sign cards, status lists and packs: one for each jurisdiction, use and period, from one secret.

Each is derived (HKDF, RFC 5869) from the ledger's `card` secret, so that a month's key needs no ceremony and
its public half can be published ahead. Who has one key has no other; who has the secret has them all.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE, Key
from registry.errors import Unavailable
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import SigningUse

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The number of points of P-256 (FIPS 186-5)."""
_SEED_BYTES: Final = 48
"""16 more than a private key has, so that reducing them favours none (FIPS 186-5, A.2.1)."""
_USES: Final = {CARD_USE: "card", STATUS_USE: "status", PACK_USE: "pack"}
SIGNS: Final = {CARD_USE: SigningUse.CARD, STATUS_USE: SigningUse.STATUS, PACK_USE: SigningUse.PACK}
"""What is said when a key of a use is withdrawn."""
_MONTHS: Final = {CARD_USE: 1, STATUS_USE: 3, PACK_USE: 3}
"""How long a key signs. A stolen card key is of one month."""
CARD_LIVES: Final = timedelta(days=367)
"""How long after its last signature a card key still counts: a card lives a year and a day at most."""
LIST_LIVES: Final = timedelta(days=31)
SALT_BYTES: Final = 16
MAXIMUM_TURNS: Final = 16
"""Keys of one period, one after another. Whoever withdraws more has lost the secret, and needs another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """A private key and what is published of it."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    public: Key


def kid_text(kid: bytes) -> str:
    """Give a key's id as the JWK set has it."""
    return urlsafe_b64encode(kid).rstrip(b"=").decode()


def signer_of(turns: Sequence[SigningKey]) -> SigningKey:
    """Give the key that signs, of those of a period; raises `Unavailable` where none is left."""
    if turns[-1].public.withdrawn is not None:
        raise Unavailable("keys-unavailable")
    return turns[-1]


@dataclass(frozen=True, slots=True)
class CardKeys:
    """Gives the key for a jurisdiction, a use and an instant."""

    secret: bytes = field(repr=False)

    def key(self, jurisdiction: Jurisdiction, use: int, at: int, turn: int = 0) -> SigningKey:
        """Give the key that signs at an instant (seconds); `turn` counts those of its period that were withdrawn."""
        begins, signs_until = _period(_MONTHS[use], at)
        seed = HKDF(
            algorithm=SHA256(),
            length=_SEED_BYTES,
            salt=None,
            info=f"po-card/v1|{_USES[use]}|{jurisdiction}|{begins:%Y-%m}{f'|{turn}' if turn else ''}".encode(),
        ).derive(self.secret)
        private = ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
        lives = CARD_LIVES if use == CARD_USE else LIST_LIVES
        public = Key(
            jurisdiction=jurisdiction,
            public=private.public_key(),
            begins=int(begins.timestamp()),
            signs_until=int(signs_until.timestamp()),
            ends=int((signs_until + lives).timestamp()),
            use=use,
        )
        return SigningKey(private=private, public=public)

    def turns(
        self, jurisdiction: Jurisdiction, use: int, at: int, withdrawn: Callable[[str], int | None]
    ) -> tuple[SigningKey, ...]:
        """Give the keys of a period up to the one that signs, the last; `withdrawn` says since when, by `kid`.

        The others bear their mark; so does the last where a period's keys were withdrawn too often.
        """
        found: list[SigningKey] = []
        for turn in range(MAXIMUM_TURNS):
            made = self.key(jurisdiction, use, at, turn)
            since = withdrawn(kid_text(made.public.kid))
            found.append(made if since is None else replace(made, public=replace(made.public, withdrawn=since)))
            if since is None:
                break
        return tuple(found)

    def salt(self, card: bytes, openings: Iterable[bytes] = ()) -> bytes:
        """Give a card's salt from its reference and the openings of the blocks whose names it shows, in order.

        Nobody else can tell it, and the same card can be made again while every one of those blocks can be opened.
        Once the key of one is destroyed nobody can: the hash of the card is then no test of a guessed name.
        """
        code = HMAC(self.secret, SHA256())
        code.update(b"po-card-salt/v2|" + card)
        for opening in openings:
            code.update(b"|" + opening)
        return code.finalize()[:SALT_BYTES]


def _period(months: int, at: int) -> tuple[datetime, datetime]:
    moment = datetime.fromtimestamp(at, UTC)
    first = (moment.month - 1) // months * months
    begins = datetime(moment.year, first + 1, 1, tzinfo=UTC)
    after = moment.year * 12 + first + months
    return begins, datetime(after // 12, after % 12 + 1, 1, tzinfo=UTC)
