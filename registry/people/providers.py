"""The file of identity providers: who vouches for which institution's people, and how their claims are read.

    {"providers": [{"code": "justice", "name": "Ministry of Justice", "issuer": "https://id.example",
                    "client_id": "registry", "client_key_file": "/etc/registry/justice.pem",
                    "institution": {"claim": "court", "values": {"59350": "fr-tj-lille"}},
                    "account": "sub",
                    "roles": {"claim": "groups", "values": {"clerks": "COURT"}},
                    "second_factor": {"acr": ["urn:example:loa3"], "amr": ["mfa"]}}]}

`institution` may be one institution's id, `roles` a list, where the provider serves only those. Secrets stand in files
of their own, closed to others; never in this one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import jiter
import msgspec

from registry.access.actors import Role
from registry.errors import ConfigurationError
from registry.people.house import is_loopback
from registry.values.identifiers import InstitutionId

MAXIMUM_FILE: Final = 1 << 20
MAXIMUM_SECRET: Final = 1 << 14
_CODE: Final = re.compile(r"[a-z0-9-]{2,32}")
_OTHERS: Final = 0o077


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim, and what its values mean here. A value that is not named means nothing."""

    claim: str
    values: dict[str, str]

    def read(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """Give what a token's claim means: it may be a text, or a list of texts."""
        said = claims.get(self.claim)
        given = cast("list[object]", said) if isinstance(said, list) else [said]
        return frozenset(self.values[each] for each in given if isinstance(each, str) and each in self.values)


class SecondFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What tells that the provider asked for a second factor: one of these `acr`, or one of these `amr`."""

    acr: list[str] = []
    amr: list[str] = []


class _Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: str
    name: str
    issuer: str
    client_id: str
    institution: str | Mapped
    roles: list[Role] | Mapped
    account: str = "sub"
    client_key_file: str | None = None
    client_secret_file: str | None = None
    second_factor: SecondFactor = SecondFactor()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    providers: list[_Provider]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """An identity provider, with what we prove ourselves by to it: a private key (PEM), or a shared secret."""

    code: str
    name: str
    issuer: str
    client_id: str
    institution: InstitutionId | Mapped
    roles: frozenset[Role] | Mapped
    account: str
    second_factor: SecondFactor
    client_key: bytes | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)

    def institution_of(self, claims: Mapping[str, Any]) -> InstitutionId | None:
        """Give whose person somebody is; None where the claims name none, or more than one."""
        if not isinstance(self.institution, Mapped):
            return self.institution
        found = self.institution.read(claims)
        return InstitutionId(*found) if len(found) == 1 else None

    def roles_of(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Give the roles that the claims give."""
        if not isinstance(self.roles, Mapped):
            return self.roles
        return frozenset(Role(word) for word in self.roles.read(claims))

    def has_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Say whether the provider says that it asked for a second factor."""
        methods = claims.get("amr")
        named = cast("list[object]", methods) if isinstance(methods, list) else []
        used = {each for each in named if isinstance(each, str)}
        return claims.get("acr") in self.second_factor.acr or bool(used & set(self.second_factor.amr))


def read_providers(path: Path) -> tuple[Provider, ...]:
    """Read the file and the secrets it names; raises `ConfigurationError` naming the place, never a value."""
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_FILE + 1)
    except OSError:
        raise ConfigurationError("the file of identity providers cannot be read") from None
    if len(content) > MAXIMUM_FILE:
        raise _wrong("it is too long")
    try:
        found = msgspec.convert(jiter.from_json(content, catch_duplicate_keys=True), _File).providers
    except ValueError as fault:
        place = str(fault).rpartition(" - at ")[2].strip("`") if " - at " in str(fault) else "$"
        raise _wrong(f"what stands at {place} is missing, unknown or of another kind") from None
    if len({each.code for each in found}) != len(found):
        raise _wrong("a code comes twice")
    return tuple(_provider(each, f"providers/{number}") for number, each in enumerate(found))


def _provider(said: _Provider, place: str) -> Provider:
    if not _CODE.fullmatch(said.code) or not said.name.isprintable():
        raise _wrong(f"{place}/code")
    if urlsplit(said.issuer).scheme != "https" and not is_loopback(said.issuer):
        raise _wrong(f"{place}/issuer is not https")
    if (said.client_key_file is None) == (said.client_secret_file is None):
        raise _wrong(f"{place} names a key file or a secret file, one of them")
    if isinstance(said.roles, Mapped) and not set(said.roles.values.values()) <= set(Role):
        raise _wrong(f"{place}/roles")
    institution = said.institution if isinstance(said.institution, Mapped) else InstitutionId(said.institution)
    return Provider(
        code=said.code,
        name=said.name,
        issuer=said.issuer,
        client_id=said.client_id,
        institution=institution,
        roles=said.roles if isinstance(said.roles, Mapped) else frozenset(said.roles),
        account=said.account,
        second_factor=said.second_factor,
        client_key=_secret(said.client_key_file, place) if said.client_key_file else None,
        client_secret=_secret(said.client_secret_file, place).decode().strip() if said.client_secret_file else None,
    )


def _secret(name: str, place: str) -> bytes:
    try:
        path = Path(name)
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError:
        raise _wrong(f"{place}: its secret cannot be read") from None
    if mode & _OTHERS or not 0 < len(content) <= MAXIMUM_SECRET:
        raise _wrong(f"{place}: its secret must be a file of mode 0600")
    return content


def _wrong(place: str) -> ConfigurationError:
    return ConfigurationError(f"the file of identity providers cannot be used: {place}")
