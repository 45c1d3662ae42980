"""Germany, EUGewSchVG ss 6 to 8: four grounds, one of them not in the Directive, that the respondent was not heard."""

from registry.law.citation import Citation
from registry.law.refusals import Grounds
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

GROUNDS = Grounds(
    state=Jurisdiction("DE"),
    open=frozenset(
        {
            RefusalGround.INCOMPLETE,
            RefusalGround.NOT_ART5,
            RefusalGround.IMMUNITY,
            RefusalGround.RESPONDENT_NOT_HEARD,
        }
    ),
    basis=Citation(instrument="EUGewSchVG", provision="ss 6-8"),
)
