"""A vault in memory: a keeper that wraps for real, a store of rows, an order with personal data."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from registry.commands.issuance import EnterOrder
from registry.errors import KeyErased, Tampered
from registry.values.identifiers import ConditionRef, FactId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import ConditionKind, Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Address, Clear, Condition, Identity, Name, Party, Text
from registry.values.time import UNKNOWN_EXPIRY, Instant, LegalMoment
from registry.vault.keys import KeyRing, WrappedKey, erased

LEDGER = "registry.example/one"
FR = Jurisdiction("FR")
NOW = Instant(1_790_000_000_000_000)
ORDER = OrderRef(UUID(int=1))
FACT = FactId(UUID(int=2))
PROTECTED = PartyRef(UUID(int=3))
RESPONDENT = PartyRef(UUID(int=4))
CONDITION = ConditionRef(UUID(int=5))
ADA = Identity(name=Name(family="Martin", given="Ada"), birth_date="1990-02-03")
BEN = Identity(name=Name(family="Müller", given="Ben"), other_names=(Name(family="Mueller"),), birth_date="1985")


@dataclass
class MemoryKeeper:
    """Key-encryption keys in a dictionary."""

    keys: dict[tuple[str, int], bytes] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(7))
    out_of_reach: bool = False
    """As when the machine has no descriptors left."""

    def current_epoch(self, jurisdiction, /):
        if jurisdiction not in self.epochs:
            self.rotate(jurisdiction)
        return self.epochs[jurisdiction]

    def wrap(self, jurisdiction, epoch, key, /):
        return aes_key_wrap(self.keys[jurisdiction, epoch], key)

    def unwrap(self, jurisdiction, epoch, wrapped, /):
        if self.out_of_reach:
            raise OSError
        if (jurisdiction, epoch) not in self.keys:
            raise KeyErased("epoch")
        try:
            return aes_key_unwrap(self.keys[jurisdiction, epoch], wrapped)
        except InvalidUnwrap:
            raise Tampered("wrapped") from None

    def rotate(self, jurisdiction):
        self.epochs[jurisdiction] = self.epochs.get(jurisdiction, 0) + 1
        self.keys[jurisdiction, self.epochs[jurisdiction]] = self.random.randbytes(32)

    def destroy(self, jurisdiction, epoch):
        del self.keys[jurisdiction, epoch]


@dataclass
class Store:
    """Rows of wrapped keys, as the ledger would keep them."""

    rows: dict[SubjectId, WrappedKey] = field(default_factory=dict)
    asked: int = 0

    def of_subject(self, subject):
        self.asked += 1
        return self.rows.get(subject)

    def by_key_id(self, key_id):
        self.asked += 1
        return next((row for row in self.rows.values() if row.key_id == key_id), None)

    def save(self, rows):
        for row in rows:
            assert self.rows.setdefault(row.subject, row).key_id == row.key_id

    def erase(self, subject):
        self.rows[subject] = erased(self.rows[subject], NOW)


@dataclass
class Vault:
    keeper: MemoryKeeper = field(default_factory=MemoryKeeper)
    store: Store = field(default_factory=Store)
    random: Random = field(default_factory=lambda: Random(11))
    ring: KeyRing = field(init=False)

    def __post_init__(self):
        self.ring = self.another_ring()

    def another_ring(self, size=100):
        return KeyRing(self.keeper, of_subject=self.store.of_subject, by_key_id=self.store.by_key_id, size=size)

    def entropy(self, count):
        return self.random.randbytes(count)


def an_order(protected=PROTECTED, respondent=RESPONDENT, address="12 Hidden Lane"):
    day = LegalMoment(date=date(2026, 5, 1), zone="Europe/Paris")
    return EnterOrder(
        order_ref=ORDER,
        details=OrderDetails(
            court=Court(jurisdiction=FR, code="TJ59350"),
            kind=next(iter(OrderKind)),
            nature=next(iter(Nature)),
            issued=day,
            expiry=UNKNOWN_EXPIRY,
            parties=(
                Party(
                    party_ref=protected,
                    role=PartyRole.PROTECTED,
                    identity=Clear(subject=SubjectId(protected), name="identity", content=ADA),
                    address=Clear(subject=SubjectId(protected), name="address", content=Address(lines=(address,))),
                ),
                Party(
                    party_ref=respondent,
                    role=PartyRole.RESPONDENT,
                    identity=Clear(subject=SubjectId(respondent), name="identity", content=BEN),
                ),
            ),
            conditions=(
                Condition(
                    condition_ref=CONDITION,
                    kind=next(iter(ConditionKind)),
                    text=Clear(subject=SubjectId(protected), name="text", content=Text(text="not within 500 m")),
                ),
                Condition(condition_ref=ConditionRef(UUID(int=6)), kind=next(iter(ConditionKind))),
            ),
            number=Clear(subject=SubjectId(ORDER), name="number", content=Text(text="RG 26/01234")),
        ),
    )
