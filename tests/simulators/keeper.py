"""A key keeper in memory that wraps for real: epochs are made when first asked for and can be destroyed."""

from dataclasses import dataclass, field
from threading import Lock

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from registry.errors import KeyErased, Tampered
from tests.simulators.entropy import SimulatedEntropy


@dataclass
class SimulatedKeeper:
    """Implements `registry.ports.KeyKeeper`."""

    entropy: SimulatedEntropy = field(default_factory=lambda: SimulatedEntropy(7))
    keys: dict[tuple[str, int], bytes] = field(default_factory=dict)
    epochs_made: dict[str, int] = field(default_factory=dict)
    half_gone: set[tuple[str, int]] = field(default_factory=set)
    """Epochs that a test has left with a tombstone and with their key."""
    lock: Lock = field(default_factory=Lock)

    def current_epoch(self, jurisdiction, /) -> int:
        with self.lock:
            if jurisdiction not in self.epochs_made:
                self._rotate(jurisdiction)
            return self.epochs_made[jurisdiction]

    def wrap(self, jurisdiction, epoch, key, /) -> bytes:
        return aes_key_wrap(self._key(jurisdiction, epoch), key)

    def unwrap(self, jurisdiction, epoch, wrapped, /) -> bytes:
        try:
            return aes_key_unwrap(self._key(jurisdiction, epoch), wrapped)
        except InvalidUnwrap:
            raise Tampered("the wrapped key does not fit its epoch") from None

    def rotate(self, jurisdiction, /) -> int:
        with self.lock:
            self._rotate(jurisdiction)
            return self.epochs_made[jurisdiction]

    def epochs(self, jurisdiction, /) -> tuple[int, ...]:
        return tuple(sorted(epoch for code, epoch in self.keys.keys() - self.half_gone if code == jurisdiction))

    def jurisdictions(self):
        return tuple(sorted({code for code, _ in self.keys.keys() - self.half_gone}))

    def unfinished(self, jurisdiction, /) -> tuple[int, ...]:
        return tuple(sorted(epoch for code, epoch in self.half_gone if code == jurisdiction))

    def secret(self, name, /) -> bytes:
        return name.encode().ljust(32, b".")

    def destroy(self, jurisdiction, epoch, /) -> None:
        self.keys.pop((jurisdiction, epoch), None)
        self.half_gone.discard((jurisdiction, epoch))

    def _rotate(self, jurisdiction) -> None:
        self.epochs_made[jurisdiction] = self.epochs_made.get(jurisdiction, 0) + 1
        self.keys[jurisdiction, self.epochs_made[jurisdiction]] = self.entropy(32)

    def _key(self, jurisdiction, epoch) -> bytes:
        if (jurisdiction, epoch) not in self.keys.keys() - self.half_gone:
            raise KeyErased("the epoch was destroyed")
        return self.keys[jurisdiction, epoch]
