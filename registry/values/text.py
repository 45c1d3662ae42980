"""What of a text a reader cannot see: characters that make two texts differ and look the same.

Unicode calls them default ignorable (Unicode Character Database, DerivedCoreProperties.txt, property
Default_Ignorable_Code_Point): joiners, fillers, variation selectors, tags, directional controls. Marks of
interlinear annotation (U+FFF9 to U+FFFB), which nobody sees either, are counted with them.
"""

import re
from typing import Final
from unicodedata import normalize

_IGNORABLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINING: Final = (
    "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\ua8ff\uaa00-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
"""Blocks of the scripts in which a joiner changes what is read: Arabic to Myanmar, Khmer, Mongolian and later ones."""
IGNORABLE: Final = re.compile(f"[{_IGNORABLE}]")
INVISIBLE: Final = re.compile(f"(?![\u200c\u200d])[{_IGNORABLE}]|(?<![{_JOINING}])[\u200c\u200d]")
"""What is not taken in a request. U+200C and U+200D are, behind a letter of a script that needs them."""


def without_ignorables(text: str) -> str:
    """Leave out what a reader cannot see."""
    return text if text.isascii() else IGNORABLE.sub("", text)


def case_number(text: str) -> str:
    """Write a court's number so that all its spellings agree: in width, case, spaces, composition and the unseen.

    Compatibility composition (NFKC), ignorables out, case folded, runs of spaces one space and none
    at the ends. Doing it twice changes nothing. Signs that are seen, such as hyphens, stay as they are.
    """
    # Folding can decompose and composing can bring back what folds: a second round settles both.
    return " ".join(normalize("NFKC", _folded(_folded(text))).split())


def _folded(text: str) -> str:
    return without_ignorables(normalize("NFKC", text)).casefold()
