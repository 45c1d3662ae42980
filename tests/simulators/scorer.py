"""A scorer that judges by few plain rules, so that a test can see which person was judged how and why."""

from dataclasses import dataclass

from registry.identity.births import Born
from registry.identity.identifiers import numbers
from registry.identity.skeletons import coarse_skeleton
from registry.identity.tokens import key_tokens, name_tokens
from registry.values.check import Band


@dataclass(frozen=True)
class Judged:
    """Implements `registry.scoring.Scored`."""

    band: Band
    bits: int
    features: tuple[str, ...]


class PlainScorer:
    """Implements `registry.scoring.Scorer`: words that are the same or sound so, dates that are the same or near."""

    version = "plain-1"

    def __call__(self, asked, words, /):
        assert words.persons >= 0
        return lambda known: self._judged(asked, known)

    def _judged(self, asked, known):
        if set(numbers(asked.documents)) & set(numbers(known.documents)):
            return Judged(Band.IDENTICAL, 4_000, ("a document's number agrees",))
        best = max((self._name(asked.name, name) for name in (known.name, *known.other_names)), default=(0, ()))
        bits, features = best
        one, other = Born.read(asked.birth_date), Born.read(known.birth_date)
        if one.is_whole and other.is_whole:
            bits += 500 if one == other else -300
            features = (*features, "birth date the same" if one == other else "birth date differs")
        band = Band.STRONG if bits >= 1_000 else Band.POSSIBLE if bits >= 500 else Band.WEAK
        return Judged(band, bits, features)

    def _name(self, asked, known):
        mine = [token.text for token in key_tokens(name_tokens(asked))]
        theirs = [token.text for token in key_tokens(name_tokens(known))]
        features = []
        bits = 0
        for word in mine:
            if word in theirs:
                bits += 400
                features.append(f"{word} the same")
            elif coarse_skeleton(word) in map(coarse_skeleton, theirs):
                bits += 250
                features.append(f"{word} sounds like it")
            else:
                bits -= 300
        return bits, tuple(features)
