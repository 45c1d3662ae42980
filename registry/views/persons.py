"""Rows by which persons are nominated and compared, written in the transaction of the fact itself.

None holds a name, a date or a word that can be read: `PERSON_KEY` holds keyed hashes with a masked hint each
(identity/keys.py), `PERSON` who each party is, sealed under the party's own key. Both are written from the clear text
at the command boundary (filing.py) and go in the transaction of the party's erasure. `WORDS_SEAL` holds what the kept
words of all names are sealed with (kept_words.py), and goes with every erasure.
"""

from collections.abc import Iterator
from typing import Final

from registry.ledger.rows import Change, Drop, Table

PERSON_KEY: Final = Table(
    name="person_key",
    columns={"digest": "bytes", "party_ref": "bytes", "hint": "bytes"},
    key=("digest", "party_ref"),
    indexes=(("party_ref",),),
    narrow=True,
)
"""From a keyed hash to the parties that are nominated by it, each with its masked hint."""
PERSON: Final = Table(
    name="person",
    columns={"party_ref": "bytes", "order_ref": "bytes", "role": "text", "sealed": "bytes"},
    key=("party_ref",),
)
"""Who a party is, sealed: opened only for those that were nominated, and to learn the words of all names at start."""
PERSON_TABLES: Final = (PERSON_KEY, PERSON)
WORDS: Final = "words"
WORDS_SEAL: Final = Table(
    name="words_seal",
    columns={"seal": "bytes", "purpose": "text", "jurisdiction": "text", "epoch": "integer", "wrapped": "bytes"},
    key=("seal", "jurisdiction"),
)
"""Shares of what each file of kept words is sealed with (vault/shares.py); `purpose` lets one change drop all."""


def unfiled(party: bytes) -> Iterator[Change]:
    """Give the changes after which a party is nominated by nothing."""
    for table in PERSON_TABLES:
        yield Drop(table=table, where={"party_ref": party})


def unsealed_words() -> Change:
    """Give the change after which no file of kept words opens that was written before."""
    return Drop(table=WORDS_SEAL, where={"purpose": WORDS})
