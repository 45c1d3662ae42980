"""Passkeys (WebAuthn level 3): made and used with the person verified by the device, without a name being typed.

No attestation is asked for: which maker's device somebody has is their own matter, and a list of makers is not what
keeps a stranger out.
"""

from typing import Any, Final, cast

import jiter
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry.errors import Refused, Tampered
from registry.ledger.rows import Amend
from registry.people.box import Ticket, packed, unpacked
from registry.people.house import NAME, House, SignInFailed, roles_of
from registry.people.records import Row, integer, raw, reference
from registry.people.sessions import Proven
from registry.people.sign_in import used_ticket
from registry.values.account import AccountRef, CredentialKind, CredentialRef, SignInMethod
from registry.values.identifiers import InstitutionId
from registry.values.time import MINUTE, Instant
from registry.views.account import ACCOUNT, CREDENTIAL

TICKET_LIFE: Final = 5 * MINUTE
MAXIMUM_RESPONSE: Final = 16384
_CHALLENGE_BYTES: Final = 32
_TIMEOUT_MILLISECONDS: Final = 300_000
_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]


def asked(house: House) -> tuple[str, str]:
    """Give what the browser is to ask its passkeys for (JSON), and the ticket that remembers the challenge."""
    challenge = house.entropy(_CHALLENGE_BYTES)
    options = generate_authentication_options(
        rp_id=house.host,
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options), _ticket(house, "passkey-use", challenge)


async def prove(house: House, ticket: str, response: str) -> Proven:
    """Say whom a passkey's answer proves; raises `SignInFailed` whatever is wrong with it."""
    now = house.clock()
    asked_for = house.box.read(ticket, "passkey-use", now)
    found = await house.records.rows(CREDENTIAL, lookup=_lookup(house, _id_of(response)))
    if asked_for is None or not found:
        raise SignInFailed("sign-in-failed")
    held = found[0]
    account = AccountRef(reference(held["account_ref"]))
    counter = _verified(house, asked_for, held, account, response)
    accounts = await house.records.rows(ACCOUNT, account_ref=account.bytes)
    if not accounts:
        raise SignInFailed("sign-in-failed")
    key = {"credential_ref": held["credential_ref"]}
    return Proven(
        account_ref=account,
        institution=InstitutionId(str(accounts[0]["institution"])),
        roles=roles_of(accounts[0]),
        credential_ref=CredentialRef(reference(held["credential_ref"])),
        method=SignInMethod.PASSKEY,
        second_factor=True,
        once=(used_ticket(asked_for),),
        changes=(Amend(table=CREDENTIAL, key=key, cells={"counter": counter}),),
    )


def offered(house: House, account: AccountRef, name: str, present: list[bytes]) -> tuple[str, str]:
    """Give what the browser is to make a new passkey from (JSON), and the ticket; `present` are ids not to repeat."""
    challenge = house.entropy(_CHALLENGE_BYTES)
    options = generate_registration_options(
        rp_id=house.host,
        rp_name=NAME,
        user_id=account.bytes,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in present],
        supported_pub_key_algs=_ALGORITHMS,
    )
    return options_to_json(options), _ticket(house, "passkey-new", challenge, account=str(account))


def made(house: House, account: AccountRef, ticket: str, response: str, now: Instant) -> tuple[Row, Ticket]:
    """Give the row of a new passkey, and the ticket that was used; raises `Refused` whatever is wrong with it."""
    offer = house.box.read(ticket, "passkey-new", now)
    if offer is None or offer.said["account"] != str(account) or len(response) > MAXIMUM_RESPONSE:
        raise Refused("passkey-not-made")
    try:
        verified = verify_registration_response(
            credential=response,
            expected_challenge=base64url_to_bytes(offer.said["challenge"]),
            expected_rp_id=house.host,
            expected_origin=house.site,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except Exception:  # noqa: BLE001  # whatever its parsers raise over a stranger's bytes
        raise Refused("passkey-not-made") from None
    credential = CredentialRef(house.records.executor.mint())
    secret = packed(
        id=bytes_to_base64url(verified.credential_id), key=bytes_to_base64url(verified.credential_public_key)
    )
    row: Row = {
        "credential_ref": credential.bytes,
        "account_ref": account.bytes,
        "kind": CredentialKind.PASSKEY.value,
        "lookup": _lookup(house, bytes_to_base64url(verified.credential_id)),
        "sealed": house.box.seal(secret, account, credential, CredentialKind.PASSKEY),
        "counter": verified.sign_count,
        "added_at": now,
    }
    return row, offer


def ids(house: House, rows: list[Row]) -> list[bytes]:
    """Give the ids of an account's passkeys, so that a device does not make a second one."""
    return [base64url_to_bytes(_secret(house, row)["id"]) for row in rows if row["kind"] == CredentialKind.PASSKEY]


def _verified(house: House, asked_for: Ticket, held: Row, account: AccountRef, response: str) -> int:
    try:
        verified = verify_authentication_response(
            credential=response,
            expected_challenge=base64url_to_bytes(asked_for.said["challenge"]),
            expected_rp_id=house.host,
            expected_origin=house.site,
            credential_public_key=base64url_to_bytes(_secret(house, held)["key"]),
            credential_current_sign_count=integer(held["counter"]),
            require_user_verification=True,
        )
        handle = _member(_member(_read(response), "response"), "userHandle")
        owner = account.bytes if handle is None else base64url_to_bytes(str(handle))
    except Exception:  # noqa: BLE001  # whatever its parsers raise over a stranger's bytes
        raise SignInFailed("sign-in-failed") from None
    if owner != account.bytes:
        raise SignInFailed("sign-in-failed")
    return verified.new_sign_count


def _secret(house: House, held: Row) -> dict[str, str]:
    account, credential = AccountRef(reference(held["account_ref"])), CredentialRef(reference(held["credential_ref"]))
    try:
        return unpacked(house.box.open(raw(held["sealed"]), account, credential, CredentialKind.PASSKEY))
    except Tampered:
        raise SignInFailed("sign-in-failed") from None


def _ticket(house: House, purpose: str, challenge: bytes, **said: str) -> str:
    until = Instant(house.clock() + TICKET_LIFE)
    return house.box.ticket(purpose, until, challenge=bytes_to_base64url(challenge), **said)


def _lookup(house: House, credential_id: str) -> bytes:
    return house.box.lookup("passkey", credential_id.rstrip("="))


def _id_of(response: str) -> str:
    return str(_member(_read(response), "id"))


def _read(response: str) -> Any:  # noqa: ANN401  # JSON
    if len(response) > MAXIMUM_RESPONSE:
        raise SignInFailed("sign-in-failed")
    try:
        return jiter.from_json(response.encode(), catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        raise SignInFailed("sign-in-failed") from None


def _member(value: Any, name: str) -> Any:  # noqa: ANN401  # JSON
    return cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
