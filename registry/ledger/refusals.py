"""Why a log does not sign, and what an operator can do: the same words wherever it is said."""

from typing import Final

from registry.ledger.published import Signing

WHY: Final[dict[Signing, str]] = {
    Signing.BEHIND: (
        "more was signed than this ledger holds: an older copy of it is open, and signing on would contradict what "
        "others hold"
    ),
    Signing.CONTRADICTS: "what was signed before is not the beginning of this log: signing would contradict it",
    Signing.FORGOTTEN: "this log has signed, and the note that it signed last is not where it is remembered",
}
WHAT_TO_DO: Final[dict[Signing, str]] = {
    Signing.BEHIND: (
        "orders and answers go on. Restore the newest copy of the ledger if there is one; if what is missing is lost, "
        "stop the registry, `registry ledger new-log --reason CODE`, and tell everybody who follows the log"
    ),
    Signing.CONTRADICTS: (
        "orders and answers go on. Keep the data folder for whoever has to find out why; restore the ledger that was "
        "signed, or stop the registry and `registry ledger new-log --reason CODE`"
    ),
    Signing.FORGOTTEN: (
        "orders and answers go on. Put the folder of heads back; if it is lost, stop the registry and "
        "`registry ledger trust`, with the newest note that anybody outside holds"
    ),
}
