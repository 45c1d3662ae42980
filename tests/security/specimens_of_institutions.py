"""Specimens of institutions: changes by two persons, keys of one's own, facts in doubt. Like the others, by route."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.access.actors import Role
from registry.demo.client import Desk
from registry.ledger.leaf import base64url
from registry.messages.keys import SigningKey
from tests.security import specimens_of_accounts, specimens_of_looks
from tests.security.estate import COURT, Estate, named
from tests.security.specimens import Specimen, an_order, specimen

CHANGES = "/v1/institution-changes"
OPERATOR, SUPERVISOR = named(Role.OPERATOR, "FR"), named(Role.SUPERVISOR, "FR")
CHANGED, STOPPED = named(Role.ADVOCATE, "FR"), named(Role.PLATFORM, "FR")
OWN = frozenset({COURT})
_NUMBERS = count(1)


def change() -> dict[str, Any]:
    """Say another telephone of an institution, each time another."""
    return {"kind": "CHANGE_RIGHTS", "institution": CHANGED, "contact": f"+33 1 99 00 {next(_NUMBERS):04}"}


def public_key(private: Ed25519PrivateKey | None = None) -> dict[str, Any]:
    x = base64url((private or Ed25519PrivateKey.generate()).public_key().public_bytes_raw())
    return {"kid": f"of-a-trial-{next(_NUMBERS)}", "kty": "OKP", "crv": "Ed25519", "x": x}


async def proposed(estate: Estate) -> dict[str, Any]:
    made: dict[str, Any] = await estate.posted(OPERATOR, CHANGES, change())
    return made


async def added(estate: Estate, private: Ed25519PrivateKey | None = None) -> str:
    key = public_key(private)
    await estate.posted(COURT, "/v1/keys", {"key": key})
    return str(key["kid"])


@dataclass(kw_only=True)
class Turned(Desk):
    """A desk that signs what it sends by another key than the one it signed in with."""

    kid: str
    private: Ed25519PrivateKey

    def signing_key(self) -> SigningKey:
        return SigningKey(kid=self.kid, private=self.private)


async def doubted(estate: Estate) -> str:
    """Enter an order by a key that is then said to be in wrong hands; gives the fact."""
    private = Ed25519PrivateKey.generate()
    kid = await added(estate, private)
    desk = await estate.desk(COURT)
    thief = Turned(
        player=desk.player,
        base=desk.base,
        issuer=desk.issuer,
        session=desk.session,
        entropy=desk.entropy,
        token=desk.token,
        ledger=desk.ledger,
        kid=kid,
        private=private,
    )
    entered = await thief.post("/v1/orders", an_order())
    await estate.posted(COURT, f"/v1/keys/{kid}/compromise", {"position": 1})
    return str(entered["facts"][0])


@specimen("GET", "/v1/institutions")
async def institution_list(_: Estate) -> Specimen:
    return Specimen(path="/v1/institutions", anywhere=True)


@specimen("GET", "/v1/institutions/{institution}")
async def an_institution(_: Estate) -> Specimen:
    return Specimen(path=f"/v1/institutions/{COURT}", anywhere=True, holds=COURT)


@specimen("GET", CHANGES)
async def change_list(estate: Estate) -> Specimen:
    return Specimen(path=CHANGES, client=SUPERVISOR, anywhere=True, holds=str((await proposed(estate))["proposal_ref"]))


@specimen("POST", CHANGES)
async def proposing(_: Estate) -> Specimen:
    return Specimen(path=CHANGES, body=change(), client=OPERATOR)


@specimen("POST", f"{CHANGES}/{{proposal_ref}}/confirmation")
async def confirming(estate: Estate) -> Specimen:
    made = await proposed(estate)
    path = f"{CHANGES}/{made['proposal_ref']}/confirmation"
    return Specimen(path=path, body={"digest": made["digest"]}, client=SUPERVISOR)


@specimen("POST", f"{CHANGES}/{{proposal_ref}}/withdrawal")
async def withdrawing(estate: Estate) -> Specimen:
    path = f"{CHANGES}/{(await proposed(estate))['proposal_ref']}/withdrawal"
    return Specimen(path=path, body={}, client=OPERATOR)


@specimen("POST", "/v1/emergency-suspensions")
async def suspending(_: Estate) -> Specimen:
    body = {"institution": STOPPED, "reason": "KEY_IN_WRONG_HANDS"}
    return Specimen(path="/v1/emergency-suspensions", body=body, client=SUPERVISOR)


@specimen("POST", "/v1/keys")
async def adding(_: Estate) -> Specimen:
    return Specimen(path="/v1/keys", body={"key": public_key()}, anywhere=True)


@specimen("POST", "/v1/keys/{key_id}/retirement")
async def retiring(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/keys/{await added(estate)}/retirement", body={}, alone=OWN)


@specimen("POST", "/v1/keys/{key_id}/compromise")
async def marking(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/keys/{await added(estate)}/compromise", body={"position": 1}, alone=OWN)


@specimen("GET", "/v1/doubts")
async def doubt_list(estate: Estate) -> Specimen:
    return Specimen(path="/v1/doubts", alone=OWN, holds=await doubted(estate))


@specimen("POST", "/v1/doubts/confirmation")
async def standing_by(estate: Estate) -> Specimen:
    return Specimen(path="/v1/doubts/confirmation", body={"facts": [await doubted(estate)]}, alone=OWN)


EVERY_SPECIMEN = specimens_of_accounts.EVERY_SPECIMEN | specimens_of_looks.EVERY_SPECIMEN
"""All there are, once this is imported."""
