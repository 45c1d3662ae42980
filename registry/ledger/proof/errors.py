"""The errors of the proof folder, in one tree. A message names the place, never the value.

ProofError
├── NotWellFormed      the bytes are not what their specification says
├── NotVerified        well formed and not true: a signature, a hash or a path does not fit
├── TileMissing        a tile or bundle that the tree needs is not there
└── WitnessRefusal     a witness answers no, with the status that tlog-witness gives it
    ├── BadSubmission      400  the request cannot be read, or goes backwards
    ├── NotSigned          403  no signature of a trusted key, or one that fails
    ├── UnknownOrigin      404  the witness follows no such log
    ├── StaleSize          409  the witness holds another size; it says which
    └── NotConsistent      422  the new tree does not contain the one that was cosigned
"""

from typing import ClassVar


class ProofError(Exception):
    """Root of everything that this folder raises on purpose."""


class NotWellFormed(ProofError):
    """The bytes do not have the form that the specification gives them."""


class NotVerified(ProofError):
    """The form is right and the claim is not: nothing may be relied on."""


class TileMissing(ProofError):
    """The store or server has no such tile; this says nothing about whether the log is honest."""


class WitnessRefusal(ProofError):
    """A witness does not cosign. `status` is the HTTP status that tlog-witness prescribes."""

    status: ClassVar[int]


class BadSubmission(WitnessRefusal):
    """The request cannot be read, or its old size is above the size of its checkpoint."""

    status = 400


class NotSigned(WitnessRefusal):
    """No key that the witness trusts for this origin has signed, or a trusted key's signature fails."""

    status = 403


class UnknownOrigin(WitnessRefusal):
    """The witness is not configured for a log of this origin."""

    status = 404


class StaleSize(WitnessRefusal):
    """The old size is not the one the witness cosigned last; `held` is, in leaves."""

    status = 409

    def __init__(self, message: str, *, held: int) -> None:
        """Keep the size that the answer's body must name."""
        super().__init__(message)
        self.held = held


class NotConsistent(WitnessRefusal):
    """The checkpoint cannot follow the one that was cosigned: possible evidence of a log that forks."""

    status = 422
