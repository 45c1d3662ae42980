"""The dossier: the facts of an order, of its recognitions, and of the orders linked to it."""

from __future__ import annotations

from dataclasses import dataclass

from registry.law.standing import AnyFact


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that an answer about one order may rest on. Facts are in ledger order, as recorded."""

    facts: tuple[AnyFact, ...]
    recognitions: tuple[tuple[AnyFact, ...], ...] = ()
    linked: tuple[Dossier, ...] = ()
    """Orders of the same pair: the origin of an adopted measure, the measures adopted from an order."""


NO_DOSSIER = Dossier(facts=())
