"""The proof stands alone: everything that is needed to check this ledger, and to be checked, and nothing else.

The folder imports the standard library and `cryptography`, and nothing of the registry. Put it at
`registry/ledger/proof` in an empty directory and it works: another country's court can check the log with it.

    merkle.py        hashes of leaves, nodes and trees (RFC 6962)
    inclusion.py     this leaf is in that tree
    consistency.py   the smaller tree is the beginning of the larger one
    tiles.py         tlog-tiles: paths, widths, bundles of entries
    growth.py        what a log stores to serve a larger tree
    reading.py       roots and proofs out of tiles
    audit.py         every entry hashed again, against a checkpoint
    signed_note.py   signed-note: a text and the signatures under it; Ed25519
    cosignature.py   tlog-cosignature: Ed25519 with a time, ML-DSA-44
    vkey.py          public keys as text
    checkpoint.py    tlog-checkpoint: origin, size, root
    policy.py        tlog-policy: whom to trust, and how many of them
    tlog_proof.py    tlog-proof: one file that proves an entry offline
    witness.py       tlog-witness: cosign only what follows
    evidence.py      a pack: what was signed, and that the log has it
    checks.py        one check and what came of it
    bound.py         what was signed and what was logged are one
    agreed.py        when and where it was logged, and when and by whom it was signed
    handed_in.py     the document that an institution signed and handed in
    acts.py          which act it was signed for, held against what was recorded
    included.py      one entry of a pack stands in its log
    erased.py        a certificate of erasure and its record
    self_check.py    a log checks as a reader would, then signs
    restart.py       after a restore: rolled back, or forked?
    encoding.py      one spelling for one value
    errors.py        what can be wrong

Nothing here answers false: what does not verify raises `NotVerified`, what cannot be read `NotWellFormed`. Nothing
reads a clock, draws chance, or opens a file; keys sign through a port, tiles come through a port.
"""
