"""Learn what each piece of evidence is worth: a logistic regression over pairs of people, written in bits.

    scripts/weigh VERSION [--people N]

Learned on half of the labelled people (`Known.trains`) and on people of the background with errors of our own making;
everything that is reported is measured on the others. Weights of agreement do not fall below nothing.
"""

import sys
from dataclasses import dataclass, field
from math import log
from random import Random
from typing import Any

import numpy as np

from registry.identity.evidence import Compared, Person, comparisons
from scripts.checks import ROOT
from scripts.matching.people import background
from scripts.matching.sets import Query, here, planted, queries
from scripts.matching.slips import wrong
from scripts.matching.world import World

TABLE = ROOT / "registry" / "identity" / "learned.py"
_AGREE = ("exact_rarity", "near_rarity", "far_rarity", "same_sex", "particle", "born_same", "identifier", "attribute")
_FIXED = {"exact_rarity": 1.0}
"""Bits that theory gives: a word that one in 2^n bears cannot say more than n bits, in a registry of any size."""
_ROUNDS, _ENOUGH, _PENALTY, _SEED = 80, 0.05, 1.0, 11
_EACH, _OF_A_SET, _NEAREST, _DRAWN, _ANYBODY = 150, 1250, 9, 5, 9


@dataclass(slots=True)
class Sample:
    """Pairs of people: their features, whether they are one person, what counts before the evidence, and how much."""

    rows: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    same: list[bool] = field(default_factory=list[bool])
    before: list[float] = field(default_factory=list[float])
    weight: list[float] = field(default_factory=list[float])

    def add(self, query: Query, world: World, weight: float, chance: Random) -> None:
        """Add whom a query could mean: the nearest, and some of the rest and of everybody, who count for all."""
        asked = query.asked.person()
        rarity = world.rarity
        numbers = [number for number in world.candidates(asked) if number != query.truth]
        chosen = dict.fromkeys(numbers[:_NEAREST], 1.0)
        rest = numbers[_NEAREST:]
        drawn = chance.sample(rest, min(_DRAWN, len(rest)))
        chosen |= dict.fromkeys(drawn, len(rest) / max(len(drawn), 1))
        others = [number for number in chance.sample(world.numbers, _ANYBODY) if number not in set(numbers)]
        chosen |= dict.fromkeys(others, (len(world) - len(numbers)) / max(len(others), 1))
        if query.truth is not None:
            chosen[query.truth] = 1.0
        for number, counted in chosen.items():
            self.rows.append(values(best(asked, world.persons[number], rarity)))
            self.same.append(number == query.truth)
            self.before.append(-log(len(world)))
            self.weight.append(weight * counted)


def best(asked: Person, known: Person, rarity: Any) -> Compared:  # noqa: ANN401  # a Rarity
    """Give the comparison by the names that are most alike: while learning there are no weights to choose by."""
    return max(comparisons(asked, known, rarity), key=lambda found: found.likeness)


def values(found: Compared) -> dict[str, float]:
    """Add up the values of each feature; a rarity in bits."""
    row: dict[str, float] = {}
    for feature in found.features:
        value = feature.value / 100 if feature.name.endswith("rarity") else feature.value
        row[feature.name] = row.get(feature.name, 0.0) + value
    return row


def learn(sample: Sample) -> dict[str, float]:
    """Give the weights in bits: penalised logistic regression by Newton's method, agreement not below nothing."""
    free = sorted({name for row in sample.rows for name in row} - set(_FIXED))
    while True:
        weights = _newton(sample, free)
        wrong_sign = [name for name, bits in zip(free, weights, strict=True) if bits < 0 and _agrees(name)]
        if not wrong_sign:
            return {**dict(zip(free, (weights / log(2)).tolist(), strict=True)), **_FIXED}
        print("held at nothing:", *wrong_sign, file=sys.stderr)
        free = [name for name in free if name not in wrong_sign]


def _agrees(name: str) -> bool:
    return name.startswith(_AGREE)


def _newton(sample: Sample, names: list[str]) -> Any:  # noqa: ANN401  # an array
    place = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(sample.rows), len(names)), dtype=np.float32)
    for number, row in enumerate(sample.rows):
        for name, value in row.items():
            if name in place:
                matrix[number, place[name]] = value
    fixed = [sum(log(2) * bits * row.get(name, 0) for name, bits in _FIXED.items()) for row in sample.rows]
    same, before = np.array(sample.same, dtype=np.float64), np.array(sample.before) + np.array(fixed)
    importance = np.array(sample.weight)
    ridge = np.full(len(names), _PENALTY)
    weights, step, old = np.zeros(len(names)), np.zeros(len(names)), -np.inf
    for _ in range(_ROUNDS):
        logit = matrix @ weights + before
        chance = 1 / (1 + np.exp(-logit))
        likely = (
            -(importance * np.logaddexp(0, np.where(same > 0, -logit, logit))).sum() - (ridge * weights**2).sum() / 2
        )
        if likely < old:  # too far: half of the way back
            step = step / 2
            weights = weights - step
            continue
        if likely - old < _ENOUGH:
            break
        old = likely
        slope = matrix.T @ (importance * (same - chance)) - ridge * weights
        curve = (importance * np.maximum(chance * (1 - chance), 1e-12)).astype(np.float32)
        step = np.linalg.solve(((matrix * curve[:, None]).T @ matrix).astype(float) + np.diag(ridge), slope)
        weights = weights + step
    return weights


def gather(people: int) -> Sample:
    """Read the sets and compare everybody asked about with whom they could be."""
    sample, known = Sample(), planted()
    trains = {one.number: one.trains for one in known}
    crowd = background(people)
    chance = Random(_SEED)  # noqa: S311  # what is learned can be learned again
    asked: list[Query] = []
    every = [query for query in queries() if (trains[query.truth] if query.truth is not None else query.trains)]
    for kind in sorted({query.kind for query in every}):
        of_kind = [query for query in every if query.kind == kind]
        asked += chance.sample(of_kind, min(_OF_A_SET, len(of_kind)))
    asked += wrong([one for one in crowd if one.trains], _EACH, _SEED)
    world = World([*known, *crowd])
    for number, query in enumerate(asked):
        if not number % 1000:
            print(f"{number} of {len(asked)} queries, {len(sample.rows)} pairs", file=sys.stderr, flush=True)
        sample.add(query, world, 1.0, chance)
    for source in ("febrl4", "febrl3"):
        closed = World([one for one in known if one.source == source], generous=True)
        for query in asked:
            if query.kind == source:
                sample.add(query, closed, 1.0, chance)
    return sample


def main(arguments: list[str]) -> int:
    """Learn, write the table, and say what was learned."""
    if not here() or not arguments:
        print("usage: weigh VERSION [--people N], with the folder ../shared/match", file=sys.stderr)
        return 2
    people = int(arguments[arguments.index("--people") + 1]) if "--people" in arguments else 60_000
    sample = gather(people)
    bits = learn(sample)
    write(arguments[0], bits)
    for name, value in sorted(bits.items()):
        print(f"{name:<32}{value:+8.2f}")
    print(f"{len(sample.rows):,} pairs, {sum(sample.same):,} of one person")
    return 0


def write(version: str, bits: dict[str, float]) -> None:
    """Write the table in hundredths of a bit."""
    lines = "".join(f'    "{name}": {round(100 * value)},\n' for name, value in sorted(bits.items()))
    TABLE.write_text(
        '"""The learned weights, in hundredths of a bit: written by `scripts/weigh`, changed by nothing else."""\n\n'
        "from typing import Final\n\n"
        f'VERSION: Final = "{version}"\nBITS: Final[dict[str, int]] = {{\n{lines}}}\n'
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
