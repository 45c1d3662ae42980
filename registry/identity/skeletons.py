"""What is left of a word when it is heard through a door: its consonants, in the order they are spoken.

    skeleton         smith smyth -> smt      mikhail -> mkl       yousef -> sf       schmidt -> xmt
    coarse skeleton  what else different scripts cannot tell apart: b p f v w, d t, g k, l r, m n, and all hisses

Two words of one skeleton are candidates for each other and no more; the scorer says how much it is worth.
"""

import re
from typing import Final

from registry.identity.tokens import MAXIMUM_CHARACTERS, Token

_SOUNDS: Final = {
    "tsch": "c",
    "dzh": "j",
    "sch": "x",
    "tch": "c",
    "chr": "kr",
    "ph": "f",
    "gh": "g",
    "kh": "k",
    "ck": "k",
    "qu": "k",
    "ch": "c",
    "cz": "c",
    "sh": "x",
    "zh": "j",
    "dj": "j",
    "tz": "s",
    "ts": "s",
    "cs": "c",
    "th": "t",
    "dh": "d",
    "bh": "b",
    "wh": "v",
    "q": "k",
    "x": "ks",
    "w": "v",
    "z": "s",
    "ce": "s",
    "ci": "s",
    "cy": "s",
    "c": "k",
}
_SOUND: Final = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_SILENT_FIRST: Final = frozenset({"kn", "gn", "pn", "wr", "ps"})
_VOWELS: Final = frozenset("aeiou")
_WITHOUT_VOWELS: Final = str.maketrans("", "", "aeiouyh")
_REPEATED: Final = re.compile(r"(.)\1+")
_COARSE: Final = str.maketrans("bfvdgcxjzmr", "ppptkssssnl", "ah")


def skeleton(token: str) -> str:
    """Give the consonants of a word of plain letters, leading vowels as one `a`; never empty for a word."""
    sounds = _SOUND.sub(_sound, token[1:] if token[:2] in _SILENT_FIRST else token)
    first = sounds[:1]
    leading = "a" if first in _VOWELS else first if first == "h" else ""
    return _REPEATED.sub(r"\1", leading + sounds.translate(_WITHOUT_VOWELS)) or "a"


def coarse_skeleton(token: str) -> str:
    """Give what is left of the skeleton where sounds that scripts and ears confuse are one; never empty."""
    return coarsened(skeleton(token))


def coarsened(consonants: str) -> str:
    """Give the coarse skeleton of a word whose skeleton is known."""
    return _REPEATED.sub(r"\1", consonants.translate(_COARSE)) or "a"


def joined_skeleton(tokens: tuple[Token, ...]) -> str:
    """Give the coarse skeleton of a name written as one word, in the order of the tokens, initials left out.

    Empty where nothing but initials is there.
    """
    text = "".join(token.text for token in tokens if not token.is_initial)[:MAXIMUM_CHARACTERS]
    return coarse_skeleton(text) if text else ""


def _sound(found: re.Match[str]) -> str:
    return _SOUNDS[found[0]]
