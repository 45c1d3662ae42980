"""A citation: where a rule stands, and whether we read it or rest on memory."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """The legal basis of one step. `verified` is False where the text was not read for this project."""

    instrument: str
    """The instrument's usual short title, such as `Regulation (EU) No 606/2013`."""
    provision: str
    """Article or section, such as `Art 4(4)`."""
    verified: bool = True

    def __str__(self) -> str:
        """Show it as a lawyer would write it."""
        return f"{self.instrument} {self.provision}".strip()
