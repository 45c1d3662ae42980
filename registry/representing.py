"""Whom an organisation may not act for although the order names them as protected: who is bound by it as well."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from registry.ledger.rows import Cell, Table
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.issuance import PartyRole
from registry.views.police import FINDING


class Rows(Protocol):
    """The store, or a transaction of it."""

    def rows(self, table: Table, where: Mapping[str, Cell], /) -> Sequence[Mapping[str, Cell]]:
        """Give rows whose named cells have these values."""
        ...


def bound_too(store: Rows, order_ref: OrderRef, party_ref: PartyRef) -> bool:
    """Say whether a respondent of the order has the name and the birth date of a protected party of it.

    Such an order binds two persons against each other, and an account of its looks would tell each about the other. It
    is found by keyed hashes, as a check finds a party; of whoever has no birth date there, nothing is found.
    """
    respondents: dict[str, Cell] = {"order_ref": order_ref.bytes, "role": PartyRole.RESPONDENT.value}
    # Of this order alone: a common name may be that of thousands elsewhere.
    return any(
        store.rows(FINDING, {"finding_key": own["finding_key"], **respondents})
        for own in store.rows(FINDING, {"party_ref": party_ref.bytes})
    )
