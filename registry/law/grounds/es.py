"""Spain, Ley 23/2014 arts 32 and 140: all of Article 10; territoriality is a choice, since 2025-04-03 time too.

Article 140(1) adds four grounds to the general ones of article 32(1), and on all of these recognition shall be refused.
Article 32(3) leaves a choice: on territoriality always, and on limitation as amended by Ley Orgánica 1/2025.
"""

from datetime import date
from typing import Final

from registry.law.citation import Citation
from registry.law.refusals import ARTICLE_10, FROM_THE_BEGINNING, Grounds
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

_BEFORE: Final = ARTICLE_10 - {RefusalGround.TERRITORIALITY}
GROUNDS = Grounds(
    state=Jurisdiction("ES"),
    open=ARTICLE_10,
    mandatory=((FROM_THE_BEGINNING, _BEFORE), (date(2025, 4, 3), _BEFORE - {RefusalGround.TIME_BARRED})),
    basis=Citation(instrument="Ley 23/2014 (ES)", provision="arts 32, 140(1)"),
)
