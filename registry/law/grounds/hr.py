"""Croatia, as its sheet in the European Judicial Network has it: six grounds, and no choice on any of them."""

from typing import Final

from registry.law.citation import Citation
from registry.law.refusals import FROM_THE_BEGINNING, Grounds
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

_SIX: Final = frozenset(
    {
        RefusalGround.INCOMPLETE,
        RefusalGround.NOT_ART5,
        RefusalGround.NO_DUAL_CRIMINALITY,
        RefusalGround.IMMUNITY,
        RefusalGround.NE_BIS_IN_IDEM,
        RefusalGround.AGE_OF_RESPONSIBILITY,
    }
)
GROUNDS = Grounds(
    state=Jurisdiction("HR"),
    open=_SIX,
    mandatory=((FROM_THE_BEGINNING, _SIX),),
    age_of_responsibility=14,
    basis=Citation(instrument="European Judicial Network, fiche belge HR", provision="G.4"),
)
