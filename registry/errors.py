"""Every error of the registry, in one tree. A message names the place, never the value.

RegistryError
├── Refused                 an expected no: a command that the facts, the law or another's right forbid
│   ├── NotPermitted        the actor may not do this, or may not know whether it exists
│   ├── NotFound            no such order, notice, recognition, violation or alert
│   ├── Conflict            somebody was there first
│   │   ├── StaleVersion    the order has changed since the caller read it (If-Match)
│   │   ├── AlreadyTaken    a claim (a court's case number) is held by another fact
│   │   └── KeyReused       an idempotency key came back with another body
│   ├── NotSigned           what has to be signed is not, or not by whom, how or when it has to be
│   └── Malformed           the request cannot be read; names the field
├── Unavailable             try again: the queue is full, the store is down, a wait ran out
├── TooMany                 a budget of requests has nothing left; says for how long
├── LedgerError             the ledger cannot be trusted or used
│   ├── NotDurable          the store would not keep what it acknowledges
│   ├── UnknownTopic        a stored fact of a kind this code does not know
│   ├── Unreadable          a stored fact whose bytes do not decode
│   ├── NoLedger            there is no ledger here, and starting does not create one
│   └── WouldFork           a witness holds what this log does not know: nothing may be signed
├── TrustError              a trust list cannot be relied on
│   ├── NotTrusted          signatures, versions or digests do not fit
│   └── OutOfDate           the list is older than it may be
├── VaultError              a sealed block cannot be opened or made
│   ├── KeyErased           the key was destroyed; it must not come back
│   │   └── KeyLost         nobody erased it, and what it was wrapped under is gone
│   └── Tampered            the block, its place or its key does not fit
└── ConfigurationError      the settings do not allow a start
    └── NoKey               a jurisdiction has no key-encryption key yet
"""


class RegistryError(Exception):
    """Root of everything the registry raises on purpose."""


class Refused(RegistryError):
    """An expected no, with a code for machines and, where law decided, its citation.

    `code` is a lower-case hyphenated word from docs/reference/problems.md; `field` is a JSON pointer
    to what is wrong in the request, where one field is to blame. Neither carries a value.
    """

    def __init__(
        self, code: str, *, field: str | None = None, cite: str | None = None, also: tuple[str, ...] = ()
    ) -> None:
        """Keep the code, the place, the citation, and further places that the same is wrong with."""
        super().__init__(code)
        self.code = code
        self.field = field
        self.cite = cite
        self.also = also


class NotPermitted(Refused):
    """The actor's role, purpose or jurisdiction does not allow it."""


class NotFound(Refused):
    """Nothing there that this actor may know of."""


class Conflict(Refused):
    """Somebody was there first."""


class StaleVersion(Conflict):
    """The stream has moved on since the caller read it."""


class AlreadyTaken(Conflict):
    """A claim is held by another fact."""


class KeyReused(Conflict):
    """The same idempotency key with another body."""


class NotSigned(Refused):
    """What has to carry a signature carries none, or none that counts: wrong form, time, key, words, or used before."""


class Malformed(Refused):
    """The request cannot be read as what it should be."""


class Unavailable(RegistryError):
    """Nothing is wrong with the request; the registry cannot take it now."""

    def __init__(self, code: str, *, retry_after: int = 1) -> None:
        """Keep a code and the seconds after which trying again makes sense."""
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class TooMany(RegistryError):
    """Nothing is wrong with the request; whoever sent it has asked too much. `wait` is in seconds."""

    def __init__(self, code: str, *, wait: int, budget: str = "") -> None:
        """Keep a code, the seconds until one more is answered, and the name of the budget."""
        super().__init__(code)
        self.code = code
        self.wait = wait
        self.budget = budget


class LedgerError(RegistryError):
    """The ledger cannot be trusted or used as it is."""


class NotDurable(LedgerError):
    """The store's settings would let it lose what it acknowledged."""


class UnknownTopic(LedgerError):
    """A stored fact of a kind this code does not know; nothing is imported to find out."""


class Unreadable(LedgerError):
    """A stored fact whose bytes do not decode to its kind."""


class NoLedger(LedgerError):
    """There is no ledger here. Creating one is an explicit act (`registry init`)."""


class WouldFork(LedgerError):
    """A witness holds a larger or another tree of this log. Signing now could tell a second history."""


class TrustError(RegistryError):
    """A list of keys, or a key in it, cannot be relied on."""


class NotTrusted(TrustError):
    """Signatures, versions, digests or the form do not fit: nothing of it is used."""


class OutOfDate(TrustError):
    """Genuine once and past its end: a newer one exists, or somebody withholds it."""


class VaultError(RegistryError):
    """A sealed block cannot be opened or made."""


class KeyErased(VaultError):
    """The key was destroyed on purpose; nothing may be sealed or opened under it again."""


class KeyLost(KeyErased):
    """The key's row says that it is there, and what it was wrapped under was destroyed: a row of an older copy."""


class Tampered(VaultError):
    """The block, the place it stands in, or the key does not fit."""


class ConfigurationError(RegistryError):
    """The settings do not allow a start; says which and why."""


class NoKey(ConfigurationError):
    """A jurisdiction has no key-encryption key yet: `registry key rotate` makes its first."""
