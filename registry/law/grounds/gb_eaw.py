"""England and Wales until the exit of the United Kingdom, SI 2014/3300: all of Article 10; whether a choice, unread."""

from registry.law.citation import Citation
from registry.law.refusals import ARTICLE_10, Grounds
from registry.values.jurisdiction import Jurisdiction

GROUNDS = Grounds(
    state=Jurisdiction("GB-EAW"),
    open=ARTICLE_10,
    age_of_responsibility=10,
    basis=Citation(instrument="SI 2014/3300", provision="Schedule"),
)
