"""France, Code of criminal procedure art 696-100: all of Article 10, and no choice but on territoriality."""

from registry.law.citation import Citation
from registry.law.refusals import ARTICLE_10, FROM_THE_BEGINNING, Grounds
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import RefusalGround

GROUNDS = Grounds(
    state=Jurisdiction("FR"),
    open=ARTICLE_10,
    mandatory=((FROM_THE_BEGINNING, ARTICLE_10 - {RefusalGround.TERRITORIALITY}),),
    age_of_responsibility=13,
    basis=Citation(instrument="Code of criminal procedure (FR)", provision="art 696-100"),
)
