"""Signing in through an institution's identity provider: OpenID Connect, authorization code with PKCE.

1 ask       state, nonce and a PKCE verifier of 256 bits each, kept in a sealed ticket that this browser alone has
2 return    the same state, the provider's own `iss` (RFC 9207), a code
3 redeem    the code with the verifier, as a client that proves itself by key or secret
4 verify    the ID token (id_token.py)
5 map       claims to an institution, its roles, a pseudonymous account; a second factor where the roles ask for one

The code, the access token and the person's other claims are thrown away. Whatever fails at steps 2 to 5 is told as one.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from registry.access.actors import Role
from registry.commands.account import EndSessions, NewCredential, OpenAccount
from registry.errors import Refused
from registry.ledger.port import Unit
from registry.ledger.rows import Change, Put
from registry.people import id_token
from registry.people.box import Ticket, spent_mark
from registry.people.house import House, SignInFailed
from registry.people.id_token import Asked
from registry.people.provider_side import ProviderSide, fresh
from registry.people.providers import Provider
from registry.people.records import Once, Row, reference
from registry.people.sessions import Proven, Session
from registry.people.sign_in import used_ticket
from registry.values.account import AccountRef, CredentialKind, CredentialRef, EndOfSession, SessionRef, SignInMethod
from registry.values.identifiers import InstitutionId, derived
from registry.values.time import HOUR, MINUTE, SECOND, Instant
from registry.views.account import ACCOUNT, CREDENTIAL, SESSION

RETURN_PATH: Final = "/sign-in/return"
TICKET_LIFE: Final = 10 * MINUTE
PROVEN_WITHIN: Final = 8 * HOUR
"""How long ago a person may have proved themselves at the provider; for a step-up, not before it was asked for."""


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """One provider, as this registry relies on it. One event loop uses it."""

    house: House
    side: ProviderSide

    @property
    def provider(self) -> Provider:
        """Give the provider as the settings have it."""
        return self.side.provider

    async def start(self, *, former: Session | None) -> tuple[str, str]:
        """Step 1: give the address to send the browser to, and the ticket it keeps. Raises `Unavailable`.

        `former` is the session that the browser has: the person is to prove themselves anew, and it ends with that.
        The ticket names it, because the browser comes back from another site and does not show its cookie then.
        """
        house, provider = self.house, self.provider
        metadata = (await self.side.known()).metadata
        state, nonce, verifier = (fresh(house.entropy) for _ in range(3))
        now = house.clock()
        since = now if former else now - PROVEN_WITHIN
        ticket = house.box.ticket(
            "provider",
            Instant(now + TICKET_LIFE),
            provider=provider.code,
            state=state,
            nonce=nonce,
            verifier=verifier,
            since=str(since),
            former=former.session_hash.hex() if former else "",
        )
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": house.site + RETURN_PATH,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "max_age": "0" if former else str(PROVEN_WITHIN // SECOND),
            **({"acr_values": " ".join(provider.second_factor.acr)} if provider.second_factor.acr else {}),
        }
        address = str(metadata["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", ticket

    async def prove(self, ticket: Ticket, answered: Mapping[str, str]) -> Proven:
        """Steps 2 to 5: say whom the provider's answer proves. Raises `SignInFailed`, `Unavailable`."""
        known = await self.side.known()
        if not hmac.compare_digest(answered.get("state", "").encode(), ticket.said["state"].encode()):
            raise SignInFailed("sign-in-failed")
        named = answered.get("iss")
        must = known.metadata.get("authorization_response_iss_parameter_supported") is True
        if (named is None and must) or (named is not None and named != self.provider.issuer):
            raise SignInFailed("sign-in-failed")
        if "code" not in answered:
            raise SignInFailed("sign-in-failed")
        token = await self.side.redeemed(answered["code"], ticket.said["verifier"])
        asked = Asked(nonce=ticket.said["nonce"], since=Instant(int(ticket.said["since"])))
        keys = await self.side.keys(id_token.key_id(token))
        claims = id_token.signed_in(token, keys, self.provider, asked, self.house.clock())
        return await self._mapped(claims, ticket)

    async def end(self, token: str) -> None:
        """End the sessions that a log-out token names. Raises `SignInFailed`, `UsedBefore`, `Unavailable`.

        Where accounts are kept by another claim than `sub`, a token without `sid` names nobody that is known here: the
        provider is told that it failed, and not that somebody was signed out.
        """
        house, now = self.house, self.house.clock()
        claims = id_token.logged_out(token, await self.side.keys(id_token.key_id(token)), self.provider, now)
        once = Once(
            mark=spent_mark("log-out", self.provider.issuer, claims["jti"]),
            until=Instant(now + id_token.OLDEST + 2 * id_token.CLOCK_SKEW),
        )
        rows = await house.records.rows(SESSION, provider_session=_provider_session(house, self.provider, claims))
        if "sid" not in claims and self.provider.account != "sub":
            raise SignInFailed("sign-in-failed")
        if "sid" not in claims:
            found = await house.records.rows(CREDENTIAL, lookup=self._lookup(str(claims["sub"])))
            rows = await house.records.rows(SESSION, account_ref=found[0]["account_ref"]) if found else ()
        for number, row in enumerate(rows):
            command = EndSessions(
                account_ref=AccountRef(reference(row["account_ref"])),
                session_ref=SessionRef(reference(row["session_ref"])),
                reason=EndOfSession.BY_PROVIDER,
            )
            institution = InstitutionId(str(row["institution"]))
            await house.records.record(command, institution=institution, by=None, once=() if number else (once,))

    async def _mapped(self, claims: Mapping[str, Any], ticket: Ticket) -> Proven:
        """Step 5. Whoever comes for the first time gets an account; one that was ended stays ended."""
        provider, house = self.provider, self.house
        institution = provider.institution_of(claims)
        roles = provider.roles_of(claims)
        person = claims.get(provider.account)
        if institution is None or not roles or not isinstance(person, str) or not person:
            raise SignInFailed("sign-in-failed")
        lookup = self._lookup(person)
        account = AccountRef(UUID(bytes=lookup[:16]))
        credential = CredentialRef(derived(account, "provider"))
        accounts = await house.records.rows(ACCOUNT, account_ref=account.bytes)
        if not accounts:
            await self._open(account, credential, institution, roles, lookup)
        elif accounts[0]["institution"] != institution:
            raise SignInFailed("sign-in-failed")
        return Proven(
            account_ref=account,
            institution=institution,
            roles=roles,
            credential_ref=credential,
            method=SignInMethod.PROVIDER,
            second_factor=provider.has_second_factor(claims),
            once=(used_ticket(ticket),),
            provider_session=_provider_session(house, provider, claims),
        )

    async def _open(
        self,
        account: AccountRef,
        credential: CredentialRef,
        institution: InstitutionId,
        roles: frozenset[Role],
        lookup: bytes,
    ) -> None:
        enrolled = self.house.enrolment().speaking(institution)
        if enrolled is None or not roles & enrolled.roles:
            raise SignInFailed("sign-in-failed")
        command = OpenAccount(
            account_ref=account,
            credentials=(NewCredential(credential_ref=credential, kind=CredentialKind.PROVIDER),),
            provider=self.provider.code,
            institution=institution,
            roles=tuple(sorted(roles & enrolled.roles)),
        )

        def rows(unit: Unit) -> tuple[Change, ...]:
            row: Row = {
                "credential_ref": credential.bytes,
                "account_ref": account.bytes,
                "kind": CredentialKind.PROVIDER.value,
                "lookup": lookup,
                "sealed": b"",
                "counter": 0,
                "added_at": unit.now,
            }
            return (Put(table=CREDENTIAL, row=row),)

        try:
            await self.house.records.record(command, institution=institution, by=account, rows=rows)
        except Refused:
            # Two first sign-ins at once: the other one opened it.
            return

    def _lookup(self, person: str) -> bytes:
        """Give the keyed hash of somebody at this provider: the account's reference is its beginning."""
        return self.house.box.lookup("provider", self.provider.issuer, person)


def _provider_session(house: House, provider: Provider, claims: Mapping[str, Any]) -> bytes | None:
    named = claims.get("sid")
    return house.box.lookup("provider-session", provider.issuer, named) if isinstance(named, str) else None


def _challenge(verifier: str) -> str:
    """Give the challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode("ascii")
