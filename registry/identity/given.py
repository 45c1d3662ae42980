"""Who a command says that parties and officers are, with the place in the request where it says so. Pure."""

from collections.abc import Iterator
from typing import Any, cast

from registry.commands.issuance import EnterOrder
from registry.commands.officer import EnrolOfficer
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


def named_by(command: Any) -> Iterator[tuple[str, Identity]]:  # noqa: ANN401  # as in bind
    """Give everybody whom a command says who they are, with the place: its parties, or an officer."""
    if isinstance(command, EnrolOfficer) and command.identity is not None:
        yield "/identity", command.identity
    for place, _, identity in identities_of(command):
        yield place, identity
