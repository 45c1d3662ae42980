"""The page in a real browser: it reads what a camera sees, says what Python says, and asks nobody."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
import segno

from registry.card import keys as key_sets
from registry.card import pack, text
from registry.card import page as card_page
from registry.card.content import Measure, Person
from registry.card.pack import PACK_USE, STATUS_USE
from registry.card.verify import verify
from tests.browser.chromium import MISSING, PROGRAM, Page, chromium
from tests.http.given import a_registry, an_order
from tests.unit.card.given import (
    ANCHOR,
    CARD_KEY,
    DAY,
    INDEX,
    NOW,
    PACK_KEY,
    STATUS_KEY,
    STRANGE_KEY,
    TODAY,
    a_pack,
    card,
    key,
    listed,
    message,
    summary,
    written,
)

# One browser for all: a start takes seconds. Each test loads the page anew.
pytestmark = [pytest.mark.skipif(not PROGRAM, reason=MISSING), pytest.mark.asyncio(loop_scope="module")]
DRAW = (Path(__file__).parent / "draw.js").read_text().partition("\n")[2].rstrip().rstrip(";")
CLOCK = "(seconds) => { Date.now = () => seconds * 1000; PAGE.state.packs = []; }"
LOAD = """async (bytes) => {
  await PAGE.load(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
  return document.getElementById('packs').textContent;
}"""
VERIFY = """async (text, now) => {
  const keys = PAGE.state.keys.filter((key) => key.use === 1);
  const found = await CARD.verify(text, { now, packs: PAGE.state.packs, keys });
  return { word: found.word, status: found.status, freshness: found.freshness, asOf: found.asOf,
           extendedTo: found.extendedTo, withdrawn: found.withdrawn, card: found.card && found.card.index,
           checks: found.checks.map((each) => [each.check, each.outcome, each.reason]) };
}"""
SAME_WORDS = """Object.values(WORDS).every((words) => words.measure.length === 23
  && Object.keys(words).join() === Object.keys(WORDS.en).join()
  && Object.keys(words.word).join() === Object.keys(WORDS.en.word).join())"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser():
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Page, tmp_path: Path):
    """The page from its file, with one trusted pack key, at a time that stands still."""
    file = tmp_path / "card.html"
    file.write_text(card_page.page(orjson.dumps(key_sets.as_set([ANCHOR])).decode()))
    await browser.open(file.as_uri())
    await browser.evaluate("READY.then(() => PAGE.speak('en'))")
    await browser.run(CLOCK, NOW)
    browser.requests.clear()
    return browser


def worst_case():
    """Four protected persons, Cyrillic names with their Latin line, ten measures, ten States."""
    person = Person(
        family="Щербакова", given="Юлія", family_latin="SHCHERBAKOVA", given_latin="IULIIA", born=5000, sex=2
    )
    said = summary(
        protected=(person, *(Person(family="Exemple", given=f"Enfant {n}", born=15000 + n) for n in range(3))),
        measures=tuple(Measure(code=code, metres=500 if code == 12 else None) for code in range(4, 14)),
        states=("AT", "BE", "DE", "ES", "FI", "IT", "NL", "PL", "PT", "SE"),
    )
    return card(summary=said)


async def loads(page: Page, content: bytes) -> str:
    return await page.run(LOAD, b64encode(content).decode())


def svg_of(said: str, border: int = 4) -> tuple[str, int]:
    code = segno.make(said, error="m", boost_error=False, micro=False)
    out = BytesIO()
    code.save(out, kind="svg", border=border, light="white", scale=8)
    return b64encode(out.getvalue()).decode(), code.symbol_size(border=border)[0]


async def reads(page: Page, said: str, **view) -> str | None:
    svg, size = svg_of(said)
    found = await page.run(DRAW, svg, size, view)
    return found and found["word"]


SIGHTS = {
    "straight": {"scale": 4},
    "small": {"scale": 3},
    "turned": {"scale": 4, "angle": 0.2, "noise": 30},
    "on its side": {"scale": 4, "angle": 1.5708, "noise": 30},
    "upside down": {"scale": 4, "angle": 3.3, "noise": 20},
    "leaning": {"scale": 5, "angle": -0.2, "lean": 0.1, "noise": 30},
    "in half shadow": {"scale": 4, "angle": 0.1, "light": 0.7, "noise": 10},
    "blurred": {"scale": 5, "blur": 4, "noise": 20},
    "stained": {"scale": 5, "angle": 0.1, "stain": 0.1, "noise": 20},
}


async def test_a_card_is_read_as_a_camera_sees_it(page: Page):
    made = message()
    await loads(page, written(a_pack(listed({INDEX: made}))))
    seen = {name: await reads(page, text.written(made), **view) for name, view in SIGHTS.items()}
    assert seen == dict.fromkeys(SIGHTS, "IN_FORCE")


async def test_the_largest_and_the_smallest_card_are_read(page: Page):
    for said in (worst_case(), card(summary=None)):
        made = message(said)
        await loads(page, written(a_pack(listed({INDEX: made}))))
        for name in ("straight", "turned", "leaning"):
            assert await reads(page, text.written(made), **SIGHTS[name]) == "IN_FORCE"
        await page.run(CLOCK, NOW)


async def test_codes_of_every_version_up_to_22_are_read(page: Page):
    for version in range(1, 23):
        said = "PO1" + "7" * (version * version)
        code = segno.make(said, error="m", boost_error=False, version=version, micro=False)
        rows = [[int(bool(module)) for module in row] for row in code.matrix]
        read = "(rows, version) => CODE.read(Uint8Array.from(rows.flat()), version)"
        assert await page.run(read, rows, version) == said
        for index in range(0, len(rows) * len(rows), 211):
            rows[index // len(rows)][index % len(rows)] ^= 1
        assert await page.run(read, rows, version) == said


async def test_a_picture_without_a_code_is_no_answer(page: Page):
    empty = b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"/>').decode()
    assert await page.run(DRAW, empty, 60, {"scale": 4, "noise": 60}) is None
    assert await page.evaluate("document.getElementById('note').textContent") == "No code was found in the picture."


def cases():
    """Cards and packs that between them reach every word, and every way in which a card is refused."""
    good = message()
    fresh = listed({INDEX: good})
    over = message(card(expires=NOW - 5 * DAY, summary=summary(until_day=TODAY - 5)))
    newer = message(card(issued=NOW - 60))
    yield "no pack", good, None
    yield "fresh", good, a_pack(fresh)
    for value in (1, 2, 3):
        yield f"value {value}", good, a_pack(listed({INDEX: good}, {INDEX: value}))
        yield f"old, value {value}", good, a_pack(listed({INDEX: good}, {INDEX: value}, issued=NOW - 9 * DAY))
    yield "old", good, a_pack(listed({INDEX: good}, issued=NOW - 9 * DAY))
    yield "of tomorrow", good, a_pack(listed({INDEX: good}, issued=NOW + DAY))
    yield "never issued", good, a_pack(listed())
    yield "newer", newer, a_pack(listed())
    yield "outside", message(card(index=5000)), a_pack(listed())
    yield "over", over, a_pack(listed({INDEX: over}))
    yield "extended", over, a_pack(listed({INDEX: over}, {INDEX: 3}, extensions={INDEX: TODAY + 9}))
    yield "open", over, a_pack(listed({INDEX: over}, extensions={INDEX: None}))
    later = message(card(summary=summary(from_day=TODAY + 5)))
    yield "later", later, a_pack(listed({INDEX: later}))
    ended = message(card(expires=NOW - 1))
    yield "card over", ended, a_pack(listed({INDEX: ended}))
    yield "pointer", message(card(summary=None)), a_pack(listed({INDEX: message(card(summary=None))}))
    yield "worst case", message(worst_case()), a_pack(listed({INDEX: message(worst_case())}))
    yield "other key", message(signer=STRANGE_KEY), a_pack(listed())
    status = key(STATUS_KEY, use=STATUS_USE)
    yield "stolen", good, a_pack(fresh, keys=(key(compromised=True), status))
    yield "stolen and newer", newer, a_pack(listed(), keys=(key(compromised=True), status))
    before, after = (key(withdrawn=card().issued + late) for late in (1, 0))
    yield "withdrawn later", good, a_pack(fresh, keys=(before, status))
    yield "withdrawn before", good, a_pack(fresh, keys=(after, status))
    yield "withdrawn and newer", newer, a_pack(listed(), keys=(before, status))
    yield "withdrawn and never issued", good, a_pack(listed(), keys=(before, status))
    yield "outside its period", good, a_pack(fresh, keys=(key(ends=NOW), status))
    for place in range(0, len(good), 7):
        yield f"byte {place}", good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], a_pack(fresh)


async def test_the_page_says_what_python_says(page: Page):
    words = set()
    for name, made, held in cases():
        await page.run(CLOCK, NOW)
        packs = []
        if held is not None:
            content = written(held)
            packs = [pack.read(content, [ANCHOR])]
            await loads(page, content)
        expected = verify(text.written(made), now=NOW, packs=packs)
        found = await page.run(VERIFY, text.written(made), NOW)
        assert found == {
            "word": expected.word.value,
            "status": expected.status.name if expected.status is not None else None,
            "freshness": expected.freshness.value,
            "asOf": expected.as_of,
            "extendedTo": expected.extended_to,
            "withdrawn": expected.withdrawn,
            "card": expected.card.index if expected.card else None,
            "checks": [[each.check.value, each.outcome.value, each.reason] for each in expected.checks],
        }, name
        words.add(found["word"])
    assert words == {
        "IN_FORCE", "TREAT_AS_IN_FORCE", "ASK", "NOT_YET", "SUSPENDED", "ENDED", "EXPIRED", "CANNOT_TELL",
        "KEY_WITHDRAWN", "NOT_AUTHENTIC", "NOT_A_CARD",
    }  # fmt: skip


FORMS = (
    "a201010102", "a202010101", "1817", "1900ff", "1b00000000ffffffff", "5f4161ff", "9f01ff", "bf0101ff", "0101", "",
    "1901", "436162", "8201", "a1", "61ff", "f5", "f93c00", "f7", "c06161", "d201", "a14001", "a18001", "f6", "20",
    "8181818181818101", "990200" + "01" * 512, "9bffffffffffffffff", "5bffffffffffffffff", "bb00ffffffffffffff",
)  # fmt: skip


async def test_the_page_refuses_the_forms_that_python_refuses(page: Page):
    for form in FORMS:
        said = text.written(bytes.fromhex(form))
        expected = verify(said, now=NOW).checks[-1]
        found = (await page.run(VERIFY, said, NOW))["checks"][-1]
        assert found == [expected.check.value, expected.outcome.value, expected.reason], form
    for said in ("", "PO1:", "PO1:A", "PO1:GGW", "HC1:BB8", "PO1:" + "0" * 4293, "PO1:ab"):
        expected = verify(said, now=NOW).checks[-1]
        assert (await page.run(VERIFY, said, NOW))["checks"][-1] == [
            expected.check.value,
            expected.outcome.value,
            expected.reason,
        ]


async def test_a_pack_that_is_not_trusted_changes_nothing_and_says_why(page: Page):
    made = written(a_pack(listed()))
    for content, reason in (
        (written(a_pack(listed()), signer=STRANGE_KEY), "key-not-trusted"),
        (written(a_pack(listed()), status_signer=STRANGE_KEY), "wrong-signature"),
        (made[:-1] + bytes([made[-1] ^ 1]), "wrong-signature"),
        (made + b"x", "trailing-bytes"),
        (b"{", "unreadable"),
    ):
        assert reason in await loads(page, content)
        assert await page.evaluate("PAGE.state.packs.length") == 0


async def test_keys_come_from_a_file_as_well(page: Page):
    other = key(STRANGE_KEY, use=PACK_USE, jurisdiction="DE")
    await loads(page, orjson.dumps(key_sets.as_set([other, key(CARD_KEY)])))
    assert await page.evaluate("PAGE.state.keys.length") == 3
    found = await page.run(VERIFY, text.written(message()), NOW)
    assert found["word"] == "TREAT_AS_IN_FORCE"
    assert PACK_KEY is not STRANGE_KEY


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
async def test_the_answer_stands_in_the_officers_language_with_its_freshness(page: Page, language: str):
    made = message()
    await loads(page, written(a_pack(listed({INDEX: made}, issued=NOW - 3 * 3600))))
    await page.run("(text) => PAGE.check(text)", text.written(made))
    await page.run("(language) => PAGE.speak(language)", language)
    shown = await page.evaluate("document.getElementById('answer').innerText")
    word = {"en": "IN FORCE", "fr": "EN VIGUEUR", "de": "IN KRAFT", "es": "EN VIGOR"}[language]
    age = {"en": "3 h ago", "fr": "il y a 3 h", "de": "vor 3 Std", "es": "hace 3 h"}[language]
    assert shown.startswith(word)
    assert age in shown
    assert "Anne Exemple" in shown
    assert "500" in shown
    assert await page.evaluate(SAME_WORDS)


async def test_what_is_not_known_is_never_shown_as_not_valid(page: Page):
    made = message()
    await loads(page, orjson.dumps(key_sets.as_set([key(CARD_KEY)])))
    await page.run("(text) => PAGE.check(text)", text.written(made))
    shown = await page.evaluate("document.getElementById('answer').innerText")
    assert shown.startswith("TREAT AS IN FORCE")
    assert "The status is not known." in shown


async def test_a_name_is_shown_as_text_and_never_as_markup(page: Page):
    made = message(card(summary=summary(respondent=Person(family="<img src=x onerror=alert(1)>"))))
    await loads(page, written(a_pack(listed({INDEX: made}))))
    await page.run("(text) => PAGE.check(text)", text.written(made))
    assert await page.evaluate("document.querySelectorAll('#answer img').length") == 0
    assert "<img src=x" in await page.evaluate("document.getElementById('answer').innerText")


async def test_the_page_asks_nobody(page: Page):
    made = message()
    await loads(page, written(a_pack(listed({INDEX: made}))))
    await reads(page, text.written(made), scale=4)
    outside = [each for each in page.requests if not each.startswith(("file:", "data:", "blob:", "about:"))]
    assert outside == []
    refused = "fetch('http://127.0.0.1:9/').then(() => 'went', (error) => error.name)"
    assert await page.evaluate(refused) == "TypeError"
    policy = await page.evaluate("document.querySelector('meta[http-equiv]').content")
    assert policy == card_page.policy()
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


async def test_a_card_of_a_running_registry_is_checked_on_the_page_it_serves(browser: Page, tmp_path: Path):
    async with a_registry(tmp_path) as registry:
        entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
        made = (await registry.post("fr-tj-lille", f"/v1/orders/{entered['order_ref']}/cards", {})).json
        registry.clock.pass_seconds(61)
        await registry.services.lists.publish()
        content = (await registry.get(None, "/status/pack?jurisdiction=FR")).body
        await browser.open(f"{registry.url}/card")
        await browser.evaluate("READY.then(() => PAGE.speak('en'))")
        await browser.run(CLOCK, registry.clock() // 1_000_000)
        assert "FR: as of" in await loads(browser, content)
        assert await reads(browser, made["text"], **SIGHTS["turned"]) == "IN_FORCE"
        shown = await browser.evaluate("document.getElementById('answer').innerText")
        assert "Ben Müller" in shown
        assert "Hidden Lane" not in shown
