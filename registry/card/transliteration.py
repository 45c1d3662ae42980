"""Cyrillic names in Latin letters, as travel documents write them (ICAO Doc 9303, part 3, section 6, table B).

An officer who cannot read the script reads this line, and it matches the machine-readable zone of a
passport. Other scripts have no table here: then the card carries the name as the document writes it alone.
"""

from typing import Final

_GENERAL: Final = dict(
    zip(
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЂЃЅЈЉЊЋЌЏЀЍ",
        (
            *"A B V G D E E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y".split(),  # noqa: SIM905  # as printed
            "",
            *"E IU IA I I IE G U D G DZ J LJ NJ C K DZ E I".split(),  # noqa: SIM905  # as printed
        ),
        strict=True,
    )
)
_OF_LANGUAGE: Final = {
    "BG": {"Щ": "SHT"},
    "BY": {"Г": "H", "Ё": "IO"},
    "MK": {"Ѓ": "GJ", "Х": "H", "Ц": "C", "Ќ": "KJ", "Џ": "DJ"},
    "RS": {"Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "UA": {"Г": "H", "И": "Y"},
}
"""Where the table excepts the language of a State."""
_PLAIN: Final = frozenset(" -'’.")
_FIRST_BEYOND: Final = 0x0250
"""Where Unicode's Latin Extended-B ends."""


def is_latin(text: str) -> bool:
    """Say whether a reader of Latin letters can read a text: no letter beyond the Latin blocks of Unicode."""
    return all(ord(letter) < _FIRST_BEYOND or "Ḁ" <= letter <= "ỿ" or not letter.isalpha() for letter in text)


def transliterated(text: str, jurisdiction: str) -> str | None:
    """Write a Cyrillic name in Latin capitals by the table, in the manner of a State; None where a letter has no place.

    `jurisdiction` is the code of the State whose document it is, such as `UA`.
    """
    own = _OF_LANGUAGE.get(jurisdiction.partition("-")[0], {})
    written: list[str] = []
    for letter in text.upper():
        if letter in _PLAIN or "A" <= letter <= "Z":
            written.append(letter)
        elif letter in _GENERAL:
            written.append(own.get(letter, _GENERAL[letter]))
        else:
            return None
    return "".join(written)
