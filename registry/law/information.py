"""What the law says besides the verdict: what every instrument that only informs has to say of an order at a place."""

from registry.law import standing as standings
from registry.law.book import informing
from registry.law.dossier import Dossier
from registry.law.instrument import Information
from registry.law.jurisdictions import law_area
from registry.law.scope import claim_of
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import END_OF_TIME, Instant


def information(
    dossier: Dossier, jurisdiction: Jurisdiction, *, valid_at: Instant, known_at: Instant = END_OF_TIME
) -> tuple[Information, ...]:
    """Give what instruments tell of an order at a place and an instant, as known then; nothing without a record."""
    standing = standings.fold(dossier.facts, known_at=known_at)
    if standing is None:
        return ()
    claim = claim_of(standing, (), law_area(jurisdiction), valid_at)
    return tuple(each for instrument in informing() for each in instrument.inform(claim))
