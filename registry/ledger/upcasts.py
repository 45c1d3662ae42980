"""How an event stored under an old topic is read as the event that took its place.

An upcast is a pure function of the stored event (a dictionary, as JSON gives it) to the topic and
the dictionary of its successor. The envelope is never touched. The bytes in the store stay as they
were written: only reading changes.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Upcast: TypeAlias = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]

UPCASTS: Final[Mapping[str, Upcast]] = {}
"""By old topic. Empty: every topic is still at the schema it was born with."""
