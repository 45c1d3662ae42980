"""Namespaces and names of NIEM 2 that a rap sheet uses, so that a prefix never matters."""

from typing import Final

CORE: Final = "{http://niem.gov/niem/niem-core/2.0}"
JUSTICE: Final = "{http://niem.gov/niem/domains/jxdm/4.1}"
RAP: Final = "{http://nlets.org/niem2/rapsheet/1.0}"
STRUCTURES: Final = "{http://niem.gov/niem/structures/2.0}"
EXTENSION: Final = "{http://ojbc.org/IEPD/Extensions/CriminalHistory/1.0}"

ROOT: Final = "{http://ojbc.org/IEPD/Exchange/CriminalHistory/1.0}CriminalHistory"
PERSON: Final = f"{RAP}RapSheetPerson"
CASE: Final = f"{EXTENSION}CourtCase"
NUMBER: Final = (f"{CORE}ActivityIdentification", f"{CORE}IdentificationID")
