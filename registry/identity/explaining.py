"""Evidence in words that an officer, and later a court, can read: what was seen, and how many bits it is worth."""

from typing import Final

from registry.identity.matching import Evidence, Match

_SEEN: Final = {
    "exact_family": "the same family name",
    "exact_given": "the same given name",
    "exact_other": "the same name",
    "joined": "written as one word and as several",
    "one_slip": "one letter off",
    "nickname": "short form of one name",
    "sound": "sounds the same",
    "two_slips": "two letters off",
    "prefix": "cut off",
    "similar": "similar",
    "coarse": "sounds alike",
    "initial": "initial",
    "far": "somewhat similar",
    "particle": "particle",
    "conflict_family": "another family name",
    "conflict_given": "another given name",
    "conflict_name": "another name",
    "conflict_initial": "another initial",
    "extra_asked": "only in the question",
    "extra_known": "only in the registry",
    "extra_initial": "an initial more",
    "extra_particle": "a particle more",
    "swapped": "given and family name exchanged",
    "inverted": "words in another order",
    "same_sex": "sex agrees",
    "other_sex": "sex differs",
    "identifier": "number of a document agrees",
    "identifier_slip": "number of a document agrees but for one character",
    "attribute": "a further attribute agrees",
    "born_same_day": "birth date agrees",
    "born_transposed": "day and month of birth exchanged",
    "born_one_slip": "one digit of the birth date off",
    "born_two_parts": "two of day, month and year of birth agree",
    "born_two_slips": "two digits of the birth date off",
    "born_same_month": "month of birth agrees",
    "born_same_year": "year of birth agrees",
    "born_near_year": "year of birth one off",
    "born_other_day": "year of birth agrees, the day does not",
    "born_different": "birth date differs",
}


def in_words(evidence: Evidence) -> str:
    """Say what was seen, with its bits: `smyth~smith one letter off +2.3`."""
    name = evidence.name.removeprefix("foreign_")
    if name.startswith("born_"):
        name = name.rpartition("_")[0]
    words = (
        [f"{evidence.one}~{evidence.other}"] if evidence.one and evidence.other else [evidence.one or evidence.other]
    )
    script = " from another script" if evidence.name.startswith("foreign_") else ""
    return " ".join(part for part in (*words, _SEEN[name] + script, bits(evidence.bits)) if part)


def explained(match: Match) -> tuple[str, ...]:
    """Give each piece of evidence in words, what weighs most first, and what stood before it."""
    pieces = sorted(match.evidence, key=lambda piece: -abs(piece.bits))
    return (*map(in_words, pieces), f"before any evidence {bits(match.prior)}")


def bits(hundredths: int) -> str:
    """Write hundredths of a bit as bits, with a sign: `+2.3`."""
    tenths = round(hundredths / 10)
    return f"{'-' if tenths < 0 else '+'}{abs(tenths) // 10}.{abs(tenths) % 10}"
