"""A keeper in a hardware module: key-encryption keys that never leave their token (PKCS #11 v2.40).

* A jurisdiction's epoch is a secret key: label `kek_<jurisdiction>`, id the epoch as 8 bytes, AES-256,
  sensitive and not extractable. Wrapping is AES-GCM in the module: nonce (12) | ciphertext (32) | tag
  (16); jurisdiction and epoch are authenticated with it.
* A destroyed epoch leaves a data object `kek_<jurisdiction>_destroyed` that holds its number.
* The ledger's secrets (`claim`, `index`, `log`, `token`) are private data objects: they are used outside the
  module, so it keeps them and gives them.

Needs the extra `pkcs11` and the module's own library. One token holds one registry and nothing else.
"""

import os
import stat
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final, cast

from registry.errors import ConfigurationError, KeyErased, NoKey, Tampered
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction

KEY_BYTES: Final = 32
SECRETS: Final = ("card", "claim", "index", "log", "token")
NONCE_BYTES: Final = 12
TAG_BITS: Final = 128
WRAPPED_BYTES: Final = NONCE_BYTES + KEY_BYTES + TAG_BITS // 8
EPOCH_BYTES: Final = 8
_KEK: Final = "kek_"
_DESTROYED: Final = "_destroyed"
_OTHERS: Final = 0o077
_MAXIMUM_PIN: Final = 256
_MAXIMUM_SECRET_NAME: Final = 32


class Pkcs11Keeper:
    """Keys in a token; implements `registry.ports.KeyKeeper`. Any thread may use it, one at a time is served."""

    CODE: ClassVar[str] = "pkcs11"

    def __init__(self, library: Any, session: Any) -> None:  # noqa: ANN401  # the library's objects have no types
        """Take the library `pkcs11` and an open session with the user signed in."""
        self._pkcs11 = library
        self._session = session
        self._lock = Lock()

    def current_epoch(self, jurisdiction: Jurisdiction, /) -> int:
        """Give the newest epoch; raises `NoKey` for a jurisdiction that has none yet."""
        live = self.epochs(jurisdiction)
        if not live:
            raise NoKey(f"no key for {jurisdiction}: rotate makes its first epoch")
        return live[-1]

    def epochs(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose keys are there, rising."""
        with self._module():
            return tuple(sorted(self._made(jurisdiction) - self._destroyed(jurisdiction)))

    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Give every jurisdiction that has a key, in order."""
        with self._module():
            attribute = self._pkcs11.Attribute
            found = self._session.get_objects({attribute.CLASS: self._pkcs11.ObjectClass.SECRET_KEY})
            labels = {str(each[attribute.LABEL]) for each in found}
        codes = {Jurisdiction(each[len(_KEK) :]) for each in labels if each.startswith(_KEK)}
        return tuple(sorted(code for code in codes if self.epochs(code)))

    def unfinished(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose destruction was interrupted: the tombstone is there, and so is the key."""
        with self._module():
            return tuple(sorted(self._made(jurisdiction) & self._destroyed(jurisdiction)))

    def wrap(self, jurisdiction: Jurisdiction, epoch: int, key: bytes, /) -> bytes:
        """Wrap a key. Raises `KeyErased` for a destroyed epoch, `Tampered` for an unknown one."""
        with self._module():
            held = self._key(jurisdiction, epoch)
            nonce: bytes = self._session.generate_random(NONCE_BYTES * 8)
            sealed: bytes = held.encrypt(key, **self._mode(nonce, jurisdiction, epoch))
        return nonce + sealed

    def unwrap(self, jurisdiction: Jurisdiction, epoch: int, wrapped: bytes, /) -> bytes:
        """Unwrap a key. Raises `KeyErased` for a destroyed epoch, `Tampered` for whatever does not fit."""
        with self._module():
            held = self._key(jurisdiction, epoch)
            if len(wrapped) != WRAPPED_BYTES:
                raise Tampered("the wrapped key does not fit its epoch")
            nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
            try:
                key: bytes = held.decrypt(sealed, **self._mode(nonce, jurisdiction, epoch))
            except self._pkcs11.exceptions.PKCS11Error:
                raise Tampered("the wrapped key does not fit its epoch") from None
        return key

    def rotate(self, jurisdiction: Jurisdiction, /) -> int:
        """Make the jurisdiction's next epoch (the first one is 1) and give its number."""
        attribute = self._pkcs11.Attribute
        with self._module():
            epoch = max(self._made(jurisdiction) | self._destroyed(jurisdiction), default=0) + 1
            self._session.generate_key(
                self._pkcs11.KeyType.AES,
                KEY_BYTES * 8,
                label=_label(jurisdiction),
                id=_number(epoch),
                store=True,
                template={attribute.PRIVATE: True, attribute.SENSITIVE: True, attribute.EXTRACTABLE: False},
            )
        return epoch

    def destroy(self, jurisdiction: Jurisdiction, epoch: int, /) -> None:
        """Destroy an epoch's key for good. Never the current epoch's; doing it twice finishes what was left.

        Raises `ConfigurationError` for the current epoch, or where the module has the key still;
        `Tampered` for one that never was.
        """
        with self._module():
            made, destroyed = self._made(jurisdiction), self._destroyed(jurisdiction)
            if epoch not in made | destroyed:
                raise Tampered("no key of this epoch")
            if epoch not in destroyed:
                if epoch == max(made - destroyed):
                    raise ConfigurationError("the current epoch is not destroyed: rotate first")
                self._keep(_label(jurisdiction) + _DESTROYED, _number(epoch))
            for key in list(self._keys(jurisdiction, epoch)):
                key.destroy()
            if list(self._keys(jurisdiction, epoch)):
                raise ConfigurationError("the hardware module did not destroy the key")

    def finish(self) -> None:
        """Finish every destruction that was interrupted, of whatever jurisdiction."""
        with self._module():
            attribute = self._pkcs11.Attribute
            found = self._session.get_objects({attribute.CLASS: self._pkcs11.ObjectClass.DATA})
            labels = {str(each[attribute.LABEL]) for each in found}
        tombstones = [each for each in labels if each.startswith(_KEK) and each.endswith(_DESTROYED)]
        for code in sorted(each[len(_KEK) : -len(_DESTROYED)] for each in tombstones):
            for epoch in self.unfinished(Jurisdiction(code)):
                self.destroy(Jurisdiction(code), epoch)

    def secret(self, name: str, /) -> bytes:
        """Give one of the ledger's secrets: `claim`, `index` for exact search, `log` to sign, `token`."""
        if not 0 < len(name) <= _MAXIMUM_SECRET_NAME or not (name.isascii() and name.isalpha() and name.islower()):
            raise ConfigurationError("a secret's name is a lower-case word")
        with self._module():
            found = list(self._kept(f"secret_{name}"))
        if len(found) != 1 or len(found[0]) != KEY_BYTES:
            raise ConfigurationError(f"the token does not hold the secret {name} once")
        return found[0]

    def make_secrets(self) -> None:
        """Make the ledger's secrets; raises `ConfigurationError` where there are any."""
        with self._module():
            if any(list(self._kept(f"secret_{name}")) for name in SECRETS):
                raise ConfigurationError("the token holds a registry's secrets already; creating them is done once")
            for name in SECRETS:
                self._keep(f"secret_{name}", self._session.generate_random(KEY_BYTES * 8))

    @contextmanager
    def _module(self) -> Generator[None, None, None]:
        """Hold the session; the module's own faults are told by their class and never by their words."""
        with self._lock:
            try:
                yield
            except self._pkcs11.exceptions.PKCS11Error as fault:
                raise ConfigurationError(f"the hardware module refused: {type(fault).__name__}") from None

    def _mode(self, nonce: bytes, jurisdiction: Jurisdiction, epoch: int) -> dict[str, Any]:
        bound = f"po-kek/v1|{jurisdiction}|{epoch:d}".encode()
        parameters = self._pkcs11.GCMParams(nonce, bound, TAG_BITS)
        return {"mechanism": self._pkcs11.Mechanism.AES_GCM, "mechanism_param": parameters}

    def _key(self, jurisdiction: Jurisdiction, epoch: int) -> Any:  # noqa: ANN401  # as in __init__
        # Asked of the token each time: another process may have destroyed what this one remembers.
        if epoch in self._destroyed(jurisdiction):
            raise KeyErased("the key of this epoch was destroyed")
        found = list(self._keys(jurisdiction, epoch))
        if len(found) != 1:
            raise Tampered("no key of this epoch")
        return found[0]

    def _keys(self, jurisdiction: Jurisdiction, epoch: int | None = None) -> Iterator[Any]:
        attribute = self._pkcs11.Attribute
        wanted = {attribute.CLASS: self._pkcs11.ObjectClass.SECRET_KEY, attribute.LABEL: _label(jurisdiction)}
        if epoch is not None:
            wanted[attribute.ID] = _number(epoch)
        yield from self._session.get_objects(wanted)

    def _made(self, jurisdiction: Jurisdiction) -> set[int]:
        return {int.from_bytes(key.id) for key in self._keys(jurisdiction)}

    def _destroyed(self, jurisdiction: Jurisdiction) -> set[int]:
        return {int.from_bytes(number) for number in self._kept(_label(jurisdiction) + _DESTROYED)}

    def _kept(self, label: str) -> Iterator[bytes]:
        attribute = self._pkcs11.Attribute
        wanted = {attribute.CLASS: self._pkcs11.ObjectClass.DATA, attribute.LABEL: label}
        for each in self._session.get_objects(wanted):
            yield each[attribute.VALUE]

    def _keep(self, label: str, value: bytes) -> None:
        attribute = self._pkcs11.Attribute
        self._session.create_object(
            {
                attribute.CLASS: self._pkcs11.ObjectClass.DATA,
                attribute.TOKEN: True,
                attribute.PRIVATE: True,
                attribute.LABEL: label,
                attribute.VALUE: value,
            }
        )


def _label(jurisdiction: Jurisdiction) -> str:
    if not is_shaped_like_a_jurisdiction(jurisdiction):
        raise ConfigurationError("not the code of a jurisdiction")
    return _KEK + jurisdiction


def _number(epoch: int) -> bytes:
    if not 0 < epoch < 1 << (EPOCH_BYTES * 8):
        raise Tampered("no key of this epoch")
    return epoch.to_bytes(EPOCH_BYTES)


def _opened(options: Mapping[str, str]) -> Pkcs11Keeper:
    """Open the token that the options name; raises `ConfigurationError`, never with the PIN."""
    module, token, pin_file = (options.get(name, "") for name in ("module", "token", "pin_file"))
    if not (module and token and pin_file):
        raise ConfigurationError("the keeper pkcs11 needs its module, its token and its pin_file")
    try:
        import pkcs11  # noqa: PLC0415  # an extra: whoever keeps keys in files does not have it
    except ImportError:
        raise ConfigurationError("the keeper pkcs11 needs the extra `pkcs11` to be installed") from None
    library = cast("Any", pkcs11)
    try:
        session = _session(library, library.lib(module).get_token(token_label=token), _pin(Path(pin_file)))
    except (library.exceptions.PKCS11Error, RuntimeError) as fault:
        raise ConfigurationError(f"the hardware module cannot be opened: {type(fault).__name__}") from None
    return Pkcs11Keeper(library, session)


def _session(library: Any, token: Any, pin: str) -> Any:  # noqa: ANN401  # as in Pkcs11Keeper
    """Open a session; who has signed in to a token is known to the whole process, and done once."""
    try:
        return token.open(rw=True, user_pin=pin)
    except library.exceptions.UserAlreadyLoggedIn:
        return token.open(rw=True)


def _pin(path: Path) -> str:
    """Read the PIN through one descriptor, from a file that nobody else can read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise ConfigurationError("the file with the PIN cannot be opened") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS:
            raise ConfigurationError("the file with the PIN must be a file with mode 0600")
        raw = file.read(_MAXIMUM_PIN)
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise ConfigurationError("the file with the PIN is not text") from None


class Pkcs11Keepers:
    """How keepers of this kind are made, once, and opened; implements `registry.ports.KeeperKind`.

    Options: `module`, the library's path; `token`, its label; `pin_file`. The folder is not used.
    """

    CODE: ClassVar[str] = "pkcs11"

    def create(
        self,
        folder: Path,  # noqa: ARG002  # the port's; the token is elsewhere
        jurisdictions: Iterable[Jurisdiction],
        /,
        *,
        options: Mapping[str, str],
    ) -> Pkcs11Keeper:
        """Make the secrets and a first epoch for each jurisdiction in an initialised, empty token."""
        keeper = _opened(options)
        keeper.make_secrets()
        for jurisdiction in jurisdictions:
            keeper.rotate(jurisdiction)
        return keeper

    def open(self, folder: Path, /, *, options: Mapping[str, str]) -> Pkcs11Keeper:  # noqa: ARG002  # as in create
        """Open the token, see that it holds the ledger's secrets, finish what an interrupted destruction left."""
        keeper = _opened(options)
        keeper.finish()
        for name in SECRETS:
            keeper.secret(name)
        return keeper


KEEPER: Final = Pkcs11Keepers()
