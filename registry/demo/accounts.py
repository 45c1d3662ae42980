"""Opens two accounts in a demo, so that a person can try the sign-in page: a clerk's and an officer's."""

from dataclasses import dataclass, field
from typing import Final

from registry.access.actors import Principal, Role
from registry.app import Registry
from registry.commands.account import InviteAccount
from registry.demo.cast import BERLIN_POLICE, KEY_NAME, LILLE, Player
from registry.people import codes, enrolling
from registry.people.people import People
from registry.values.account import AccountRef
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND

WHO: Final = ((LILLE, Role.COURT, "clerk"), (BERLIN_POLICE, Role.POLICE, "officer"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What somebody needs to sign in to the demo. Made anew at each start; shown, because it is a demo."""

    who: str
    institution: str
    name: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    recovery_code: str = field(repr=False)


async def open_accounts(registry: Registry) -> list[Opened]:
    """Invite two persons and open their accounts for them."""
    people = registry.services.people
    if people is None:
        return []
    return [await _opened(registry, people, player, role, who) for player, role, who in WHO]


async def _opened(registry: Registry, people: People, player: Player, role: Role, who: str) -> Opened:
    house, executor = people.house, registry.core.executor
    principal = Principal(
        institution=InstitutionId(player.institution),
        key_id=KeyId(KEY_NAME),
        roles=frozenset(player.roles),
        jurisdictions=(Jurisdiction(player.jurisdiction),),
    )
    command = InviteAccount(account_ref=AccountRef(executor.mint()), roles=(role.value,), hours=1)
    await executor.execute(command, principal=principal)
    invitation = codes.invitation(house.box.hashing, command.account_ref)
    setup = await enrolling.prepared(house, invitation)
    password = codes.new_recovery_code(house.entropy)
    # The step before: the code of this moment is left for whoever tries the page.
    code = codes.code_at(setup.secret, house.clock() // (codes.STEP_SECONDS * SECOND) - 1)
    opened = await enrolling.open_with_password(house, invitation, setup.ticket, password, code)
    return Opened(
        who=who,
        institution=player.institution,
        name=opened.name,
        password=password,
        key=codes.written_secret(setup.secret),
        recovery_code=opened.recovery_codes[0],
    )
