"""The words of all registered names, kept sealed beside the ledger, so that a start need not open every record.

    file   "po-words/1" | name of the seal (16) | position (8) | pages (vault/pages.py)
    rows   name of the seal | a share a jurisdiction             in the ledger, one set a file (views/persons.py)

The key is derived from the index key and a secret in shares (vault/shares.py). Every erasure deletes the shares in its
own transaction: from then on no file that was written before it opens, whoever holds the index key. An older copy of
file and ledger is closed with the first epoch that is destroyed after it, as is the erased person's own record there.
So that none is written from what was known before an erasure, the shares are made first, and only then is read on up
to the newest fact.

A file that is missing, damaged, of another ledger, another version or another time than the row is of, is left alone,
and the words are learned from the records. It is no part of a backup: it is made again.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.errors import KeyErased, Tampered
from registry.identity.keys import INDEX_VERSION
from registry.identity.vocabulary import Vocabulary
from registry.ledger.port import Reader
from registry.ledger.rows import Cell, Change, Drop, Put
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import Session
from registry.ledger.upkeep import Upkeep
from registry.values.identifiers import Position
from registry.values.jurisdiction import Jurisdiction
from registry.vault.keys import Entropy
from registry.vault.pages import opened_pages, page_key, sealed_pages
from registry.vault.shares import Share, SharingKeeper, are_current, joined, split
from registry.views.persons import WORDS, WORDS_SEAL

MAGIC: Final = b"po-words/1"
_SEAL_BYTES: Final = 16
_POSITION_BYTES: Final = 8
_HEAD: Final = len(MAGIC) + _SEAL_BYTES + _POSITION_BYTES
_PURPOSE: Final = "words"


@dataclass(frozen=True, slots=True)
class WordsPlace:
    """In which file words are kept, of which ledger, and who keeps the keys that close it."""

    path: Path
    settings: LedgerSettings
    keeper: SharingKeeper = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KeptWords:
    """The kept words of one ledger, in one file. One thread writes it."""

    place: WordsPlace
    reader: Reader
    ledger_id: str
    index_key: bytes = field(repr=False)
    entropy: Entropy

    def read(self) -> tuple[Vocabulary, Position, bytes] | None:
        """Give the kept words, up to where they know the facts, and the name of their seal; None without a file.

        Raises `Tampered`, saying why, for a file that is not to be used.
        """
        try:
            raw = self.place.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise Tampered("not to be read") from None
        if raw[: len(MAGIC)] != MAGIC or len(raw) < _HEAD:
            raise Tampered("of another version, or cut off")
        seal = raw[len(MAGIC) : len(MAGIC) + _SEAL_BYTES]
        salt = self._salt(seal)
        if salt is None:
            raise Tampered("somebody was erased since, an epoch turned, or the ledger is another")
        position = Position(int.from_bytes(raw[_HEAD - _POSITION_BYTES : _HEAD]))
        key = page_key(self.index_key, salt, _PURPOSE)
        content = opened_pages(raw[_HEAD:], key=key, bound=self._bound(raw[:_HEAD]))
        if position > self.reader.head():
            raise Tampered("of a time that the ledger does not know")
        try:
            return Vocabulary.unpacked(content), position, seal
        except ValueError as fault:
            raise Tampered(str(fault)) from None

    def begin(self) -> bytes:
        """Make the shares of a new seal, and give its name. Whoever is erased from now on takes them away.

        Raises `Unavailable`.
        """
        seal, former = self.entropy(_SEAL_BYTES), self._former()
        shares = split(self.place.keeper, self.entropy)

        def work(_: Session) -> Iterator[Change]:
            yield Drop(table=WORDS_SEAL, where={"seal": former})
            for each in shares:
                row: dict[str, Cell] = {"seal": seal, "purpose": WORDS, "jurisdiction": each.jurisdiction}
                yield Put(table=WORDS_SEAL, row=row | {"epoch": each.epoch, "wrapped": each.wrapped})

        with closing(Upkeep(self.place.settings)) as upkeep:
            upkeep.change(work)
        return seal

    def write(self, seal: bytes, position: Position, content: bytes) -> bool:
        """Write packed words that know every fact up to a position; false where the seal does not stand any more.

        `begin` came first, and the facts were read after it. Raises `OSError` where the folder takes no file.
        """
        salt = self._salt(seal) if self.stands(seal) else None
        if salt is None:
            return False
        head = MAGIC + seal + position.to_bytes(_POSITION_BYTES)
        key, new = page_key(self.index_key, salt, _PURPOSE), self.place.path.with_name(f"{self.place.path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(head)
            file.writelines(sealed_pages(content, key=key, bound=self._bound(head)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.place.path)
        return True

    def remove_closed(self) -> None:
        """Take a file away that does not open any more, since somebody was erased: nobody need keep it."""
        seal = self._former()
        if seal and not self._shares(seal):
            with suppress(OSError):  # it opens for nobody, whether it goes or stays
                self.place.path.unlink(missing_ok=True)

    def stands(self, seal: bytes) -> bool:
        """Say whether nobody was erased and no epoch turned or began since a seal was made. Raises `Unavailable`."""
        shares = self._shares(seal)
        return bool(shares) and are_current(self.place.keeper, shares)

    def _salt(self, seal: bytes) -> bytes | None:
        shares = self._shares(seal)
        try:
            return joined(self.place.keeper, shares) if shares else None
        except (KeyErased, Tampered):
            return None

    def _shares(self, seal: bytes) -> tuple[Share, ...]:
        rows = self.reader.rows(WORDS_SEAL, {"seal": seal, "purpose": WORDS})
        return tuple(
            Share(jurisdiction=Jurisdiction(str(row["jurisdiction"])), epoch=epoch, wrapped=wrapped)
            for row in rows
            if isinstance(epoch := row["epoch"], int) and isinstance(wrapped := row["wrapped"], bytes)
        )

    def _former(self) -> bytes:
        """Give the seal that the file here names, so that its row goes with it."""
        with suppress(OSError), self.place.path.open("rb") as file:
            return file.read(_HEAD)[len(MAGIC) : len(MAGIC) + _SEAL_BYTES]
        return b""

    def _bound(self, head: bytes) -> bytes:
        return f"{self.ledger_id}|{INDEX_VERSION}|".encode() + head
