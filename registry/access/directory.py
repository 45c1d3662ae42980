"""Who is enrolled and by which public keys they sign in; and the founding file that a ledger begins with, read.

    {"institutions": [{"institution": "fr-tj-lille", "name": "…", "roles": ["COURT"],
                       "jurisdictions": ["FR"], "contact": "+33 …", "keys": [JWK, …],
                       "purposes": ["INVESTIGATION", …]}]}

Without `purposes` an institution may check for every one. The file is read once, when the ledger is founded.
Nothing in it is secret. A key that shows a private part is refused, for it must be taken as lost. A key
marked `"demo": true` is known to everybody who has the source; only a demonstration may accept it.
"""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import jiter
import msgspec

from registry.access.actors import Directory, Institution, Role
from registry.errors import ConfigurationError
from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.institution import Enrolled, PublicKey, Rights
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction

__all__ = ["Enrolment", "PublicKey", "founding", "parse_enrolment"]

MAXIMUM_FILE: Final = 4 << 20
MAXIMUM_INSTITUTIONS: Final = 10_000
MAXIMUM_KEYS: Final = 8
"""Keys of one institution: enough to change them without a gap."""
_MAXIMUM_TEXT: Final = 200
_COORDINATE_BYTES: Final = 32
_INSTITUTION: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_KEY_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES: Final = {"Ed25519": "OKP", "P-256": "EC"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """All enrolled institutions and their keys."""

    directory: Directory
    institutions: Mapping[InstitutionId, Institution]
    keys: Mapping[tuple[InstitutionId, KeyId], PublicKey]
    suspended: frozenset[InstitutionId] = frozenset()
    """Found with their telephone, and spoken for by nobody: not by key, not by session, not by any issuer."""

    def speaking(self, institution: InstitutionId) -> Institution | None:
        """Give an institution that may be spoken for now; None for one that is suspended or not there."""
        return None if institution in self.suspended else self.institutions.get(institution)

    @property
    def demonstration(self) -> bool:
        """Say whether any key is one that everybody knows; such an enrolment must not be served."""
        return any(key.demo for key in self.keys.values())


class _Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kid: str
    kty: str
    crv: str
    x: str
    y: str | None = None
    alg: str | None = None
    use: str | None = None
    demo: bool = False


class _Institution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    institution: str
    name: str
    roles: list[Role]
    jurisdictions: list[str]
    contact: str
    keys: list[_Key]
    purposes: list[CheckPurpose] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    institutions: list[_Institution]


def parse_enrolment(content: bytes) -> Enrolment:
    """Read an enrolment file; raises `ConfigurationError` naming the place, never the value."""
    if len(content) > MAXIMUM_FILE:
        raise _wrong("the file is too long")
    file = _read(content)
    if not 0 < len(file.institutions) <= MAXIMUM_INSTITUTIONS:
        raise _wrong("the number of institutions")
    keys: dict[tuple[InstitutionId, KeyId], PublicKey] = {}
    institutions: dict[InstitutionId, Institution] = {}
    for number, entry in enumerate(file.institutions):
        place = f"institutions/{number}"
        institution = _institution(entry, place)
        if institution.institution in institutions:
            raise _wrong(f"{place}/institution comes twice")
        institutions[institution.institution] = institution
        for key in _keys(entry, place):
            keys[institution.institution, key.kid] = key
    directory = Directory(institutions=tuple(institutions.values()))
    return Enrolment(directory=directory, institutions=institutions, keys=keys)


def founding(enrolment: Enrolment) -> tuple[Enrolled, ...]:
    """Give what a ledger is founded with: every institution of the file, in its order."""
    keys: dict[InstitutionId, list[PublicKey]] = {}
    for (owner, _), key in enrolment.keys.items():
        keys.setdefault(owner, []).append(key)
    return tuple(
        Enrolled(
            institution=each.institution,
            name=each.name,
            contact=each.contact,
            rights=Rights(
                roles=tuple(sorted(each.roles)),
                jurisdictions=each.jurisdictions,
                purposes=tuple(sorted(each.purposes)),
            ),
            keys=tuple(keys.get(each.institution, ())),
        )
        for each in enrolment.directory.institutions
    )


def _read(content: bytes) -> _File:
    try:
        data = jiter.from_json(content, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        # The reader's own words may quote the file.
        raise _wrong("it is not JSON, or names a member twice") from None
    _refuse_private(data)
    try:
        return msgspec.convert(data, _File)
    except msgspec.ValidationError as fault:
        path = str(fault).rpartition(" - at ")[2].strip("`") if " - at " in str(fault) else "$"
        raise _wrong(f"what stands at {path} is missing, unknown or of another kind") from None


def _refuse_private(data: object) -> None:
    """Refuse the file before anything else when a key in it shows its private part."""
    for entry in _elements(_member(data, "institutions")):
        for key in _elements(_member(entry, "keys")):
            if isinstance(key, dict) and _PRIVATE & set(cast("Mapping[str, object]", key)):
                raise _wrong("a key in it shows its private part; make another key, this one is lost")


def _member(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, dict) else None


def _elements(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _institution(entry: _Institution, place: str) -> Institution:
    if not _INSTITUTION.fullmatch(entry.institution):
        raise _wrong(f"{place}/institution")
    for field, text in (("name", entry.name), ("contact", entry.contact)):
        if not 0 < len(text) <= _MAXIMUM_TEXT or not text.isprintable():
            raise _wrong(f"{place}/{field}")
    roles = frozenset(entry.roles)
    if not roles or Role.REGISTRY in roles:
        # The registry's own processes do not sign in.
        raise _wrong(f"{place}/roles")
    if not entry.jurisdictions or not all(is_shaped_like_a_jurisdiction(code) for code in entry.jurisdictions):
        raise _wrong(f"{place}/jurisdictions")
    return Institution(
        institution=InstitutionId(entry.institution),
        name=entry.name,
        roles=roles,
        jurisdictions=tuple(Jurisdiction(code) for code in dict.fromkeys(entry.jurisdictions)),
        contact=entry.contact,
        purposes=frozenset(CheckPurpose if entry.purposes is None else entry.purposes),
    )


def _keys(entry: _Institution, place: str) -> list[PublicKey]:
    if len(entry.keys) > MAXIMUM_KEYS or len({key.kid for key in entry.keys}) != len(entry.keys):
        raise _wrong(f"{place}/keys are too many, or share an id")
    return [_key(key, f"{place}/keys/{number}") for number, key in enumerate(entry.keys)]


def _key(key: _Key, place: str) -> PublicKey:
    if not _KEY_ID.fullmatch(key.kid):
        raise _wrong(f"{place}/kid")
    if _CURVES.get(key.crv) != key.kty or (key.y is not None) != (key.kty == "EC"):
        raise _wrong(f"{place} is neither an Ed25519 nor a P-256 key")
    if key.use not in {None, "sig"} or not _is_coordinate(key.x) or (key.y is not None and not _is_coordinate(key.y)):
        raise _wrong(f"{place} is not a key to verify signatures with")
    return PublicKey(kid=KeyId(key.kid), curve=key.crv, x=key.x, y=key.y, demo=key.demo)


def _is_coordinate(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4))) == _COORDINATE_BYTES
    except (binascii.Error, ValueError):
        return False


def _wrong(place: str) -> ConfigurationError:
    return ConfigurationError(f"the enrolment file cannot be used: {place}")
