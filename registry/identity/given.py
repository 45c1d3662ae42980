"""Who a command says that parties are, with the place in the request where it says so. Pure."""

from collections.abc import Iterator
from typing import Any, cast

from registry.commands.issuance import EnterOrder
from registry.values.parties import Clear, Identity, Party


def parties_of(command: Any) -> Iterator[tuple[str, Party[Clear]]]:  # noqa: ANN401  # as in bind
    """Give each party of a command with the place where it stands in the request."""
    if isinstance(command, EnterOrder):
        given = {"parties": cast("EnterOrder[Clear]", command).details.parties}
    else:
        given = {name: getattr(command, name, ()) for name in ("added_parties", "parties")}
    for name, parties in given.items():
        for number, party in enumerate(parties):
            yield f"/{name}/{number}", party


def identities_of(command: Any) -> Iterator[tuple[str, Party[Clear], Identity]]:  # noqa: ANN401  # as in bind
    """Give each party of a command that says who it is, with who that is and the place where it is said."""
    for place, party in parties_of(command):
        if party.identity is not None and isinstance(party.identity.content, Identity):
            yield f"{place}/identity", party, party.identity.content
