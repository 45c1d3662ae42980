"""Names of every script in plain Latin letters: tables of our own where letters go together, `anyascii` for the rest.

The tables write what people of other countries hear and type, not a standard: the bridge between scripts is the
consonant skeleton, and the text only has to come near. Facts of the scripts follow ISO 843 (Greek), ICAO Doc 9303
part 3 (Cyrillic, Arabic), ISO 259 (Hebrew), Hepburn (kana) and the Revised Romanization of Korean.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final
from unicodedata import combining, normalize

from anyascii import anyascii

_MARKS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
"""Accents of Greek and Cyrillic, points of Hebrew, vowel signs and the stretch of Arabic: none is always written."""


def _table(text: str) -> dict[str, str]:
    pairs = (entry.partition(":") for entry in text.split())
    return {letters: latin for letters, _, latin in pairs}


_GREEK: Final = _table(
    "ου:ou αυ:av ευ:ev ηυ:iv μπ:b ντ:nt γκ:gk γγ:ng γξ:nx γχ:nch τζ:tz τσ:ts "
    "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"
)
_CYRILLIC: Final = _table(
    "а:a б:b в:v г:g ґ:g д:d е:e ё:yo є:ye ж:zh з:z и:i і:i ї:yi й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ў:u "
    "ф:f х:kh ц:ts ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya ђ:dj ѓ:gj ѕ:dz ј:j љ:lj њ:nj ћ:c ќ:kj џ:dz "
    "ғ:g қ:q ң:n ө:o ұ:u ү:u һ:h ә:a ҳ:h ҷ:j ӣ:i ӯ:u ѝ:i ѐ:e дж:j кс:x"
)
_ARABIC: Final = _table(
    "الله:allah ا:a أ:a إ:i آ:a ٱ:a ى:a ء: ئ:i ؤ:u ة:a ب:b ت:t ث:th ج:j ح:h خ:kh د:d ذ:dh ر:r ز:z س:s ش:sh ص:s "
    "ض:d ط:t ظ:z ع:a غ:gh ف:f ق:q ك:k ک:k ل:l م:m ن:n ه:h ہ:h ھ:h و:u ي:i ی:i پ:p چ:ch ژ:zh گ:g ڤ:v ڭ:ng ٹ:t ڈ:d ڑ:r "
    "ں:n ے:e ۀ:e ێ:e ۆ:o ە:e ڵ:l ڕ:r"
)
_HEBREW: Final = _table(
    "ג׳:j ז׳:zh צ׳:ch ץ׳:ch ת׳:th ג':j ז':zh צ':ch ץ':ch ת':th וו:v יי:y "
    "א:a ב:b ג:g ד:d ה:h ו:u ז:z ח:h ט:t י:i כ:k ך:kh ל:l מ:m ם:m נ:n ן:n ס:s ע:a פ:p ף:f צ:tz ץ:tz ק:k ר:r ש:sh ת:t"
)
_SCRIPTS: Final = tuple(
    (re.compile(f"[{span}]+"), re.compile("|".join(sorted(table, key=len, reverse=True))), table)
    for span, table in (
        ("\u0370-\u03ff", _GREEK),
        ("\u0400-\u04ff", _CYRILLIC),
        ("\u0600-\u06ff", _ARABIC),
        ("\u05d0-\u05f4'", _HEBREW),
    )
)
_LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝєαορνικτυχεβАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqweaopviktuxebABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that are drawn as Latin ones; folded only in a word that has Latin letters too."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_ARTICLE: Final = re.compile("(?<![\u0600-\u06ff])ال(?=[\u0600-\u06ff]{3})")
_CONSONANT_U: Final = re.compile("(?<![\u0600-\u06ff\u05d0-\u05f3'])[وו]|[وו](?=[\u0627\u0648\u064a\u06cc])")
_CONSONANT_I: Final = re.compile("(?<![\u0600-\u06ff\u05d0-\u05f3'])[يیי]|[يی](?=[\u0627\u0648])")
_FINAL_H: Final = re.compile("(?<!\u0644\u0644)[\u0647\u05d4](?![\u0600-\u06ff\u05d0-\u05ea])")
_FIRST_B: Final = re.compile("(?<![\u0370-\u03ff])(ντ|γκ)")
_FINAL_Y: Final = re.compile("[иы]й(?![\u0400-\u04ff])")
_KOREAN: Final[Mapping[str, str]] = _table(
    "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 윤:yoon 장:jang 임:lim 오:oh 한:han 신:shin 서:seo 권:kwon "
    "황:hwang 안:ahn 송:song 류:ryu 유:yoo 전:jeon 홍:hong 고:ko 문:moon 양:yang 손:son 배:bae 백:baek 허:heo 남:nam "
    "심:shim 노:noh 하:ha 곽:kwak 성:sung 차:cha 주:joo 우:woo 구:koo 나:na 민:min 진:jin 지:ji 엄:um 원:won 천:chun"
)
"""Family names of Korea as their bearers write them, where that is not what the Revised Romanization writes."""
_KOREAN_NAME: Final = re.compile("(?<![\uac00-\ud7a3])([\uac00-\ud7a3])(?![\uac00-\ud7a3])")


def latin(text: str) -> str:
    """Write a text in ASCII, its words kept apart; what has no letters (emoji, say) becomes a space.

    The text is composed (NFKC) before. The time is linear in its length.
    """
    plain = _MARKS.sub("", normalize("NFD", text))
    if plain.isascii():
        return plain  # the same, for the many names that need no more
    text = _WORD.sub(_unmixed, text).lower()
    text = _MARKS.sub("", "".join(_decomposed(letter) for letter in text))
    text = _KOREAN_NAME.sub(lambda found: _KOREAN.get(found[1], found[1]), _with_context(text))
    for span, letters, table in _SCRIPTS:
        text = span.sub(partial(_written, letters=letters, table=table), text)
    return "".join(letter if letter.isascii() else _ascii(letter) for letter in text)


def _written(run: re.Match[str], letters: re.Pattern[str], table: Mapping[str, str]) -> str:
    return letters.sub(lambda found: table[found[0]], run[0])


def _decomposed(letter: str) -> str:
    """Take accents off Greek, Hebrew and Arabic letters; in Cyrillic й and ё are letters of their own."""
    return letter if "\u0400" <= letter <= "\u04ff" else normalize("NFD", letter) if letter < "\u0700" else letter


def _unmixed(word: re.Match[str]) -> str:
    text = word[0]
    return text.translate(_LOOK_ALIKES) if any("A" <= letter <= "z" for letter in text) else text


def _with_context(text: str) -> str:
    """Settle what depends on the neighbours: the article, letters that are consonant or vowel, last letters."""
    text = _ARTICLE.sub("al ", text)
    text = _FINAL_H.sub("a", text)
    text = _CONSONANT_U.sub("w", text)
    text = _CONSONANT_I.sub("y", text)
    text = _FIRST_B.sub(lambda found: {"ντ": "d", "γκ": "g"}[found[1]], text)
    return _FINAL_Y.sub("y", text)


def _ascii(letter: str) -> str:
    if combining(letter):
        return ""
    written = anyascii(letter)
    return written if letter.isalpha() or written.isdigit() else _sign(letter, written)


def _sign(letter: str, written: str) -> str:
    """Vowel signs of Indic scripts are marks, not letters; every other sign only keeps words apart."""
    return written if "\u0900" <= letter <= "\u1fff" else " "
