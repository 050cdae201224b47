"""The page: what it says, that it asks nobody for anything, and that no text of others does anything."""

import re
import string
from collections import Counter
from datetime import UTC, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import msgspec
import pytest

from processors.wording import Language
from streams.briefing.facts import Briefing, Precision, Volume
from streams.briefing.page import POLICY, page
from streams.briefing.words import WORDS
from tests.streams.briefing import made

VOID = {"meta", "br", "path", "img", "input", "hr", "link"}
SHANGHAI = ZoneInfo("Asia/Shanghai")
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Read(HTMLParser):
    """What a browser makes of a page: elements, ids, addresses, headings and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "title"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def written(briefing: Briefing, language: Language = "en") -> str:
    return page(briefing, language=language, zone=SHANGHAI)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_has_a_language_and_headings_in_order(language: Language) -> None:
    read = Read(
        written(
            made.briefing(open_=[made.card(1)], closed=[made.card(2, closed=True)], topics=[made.moved("a", 200, 100)]), language
        )
    )
    assert read.open == []
    assert {"en": "en", "zh": "zh-CN"}[language] in read.values("lang")
    assert read.headings[0] == 1 and read.headings.count(1) == 1
    assert all(deeper - above <= 1 for above, deeper in zip(read.headings, read.headings[1:], strict=False))
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    for reference in (" ".join(read.values("aria-labelledby"))).split():
        assert reference in ids
    assert all(href.removeprefix("#") in ids for href in read.values("href"))
    assert all(attributes["scope"] in ("col", "row") for tag, attributes in read.elements if tag == "th")
    charts = [attributes for tag, attributes in read.elements if tag == "svg" and attributes.get("role") == "img"]
    assert len(charts) == 3
    assert [tag for tag, _ in read.elements].count("desc") == 3


def test_the_page_asks_nobody_for_anything_and_runs_nothing() -> None:
    html = written(made.briefing(open_=[made.card(1)], topics=[made.moved("a", 200, 100)]))
    read = Read(html)
    assert POLICY.startswith("default-src 'none'")
    assert POLICY in read.values("content")
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"} & {
        tag for tag, _ in read.elements
    }
    assert not read.values("src")
    assert all(href.startswith("#") for href in read.values("href"))
    assert not re.search(r"https?://|url\(|@import|@font-face", html)
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_text_shows_as_text(text: str, language: Language) -> None:
    ordinary, hostile = (
        Read(
            written(
                made.briefing(
                    open_=[made.card(1, text=words)], closed=[made.card(2, text=words, closed=True)], text=words,
                    topics=[made.moved("a", 200, 100, label=words)], more=[made.spike(9, words)], tenants=[words, "zeta"],
                ),
                language,
            )
        )
        for words in ("label", text)
    )  # fmt: skip
    html = written(made.briefing(open_=[made.card(1, text=text)], text=text), language)
    more = Counter(tag for tag, _ in hostile.elements) - Counter(tag for tag, _ in ordinary.elements)
    assert not more, "not one element more; what is cut to the same text is said once"
    assert len(html) < 100_000
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", hostile.text)
    assert html.encode(), "and can be written"
    if "7*7" in text:
        assert "{{ 7*7 }} {% raw %} ${7*7}" in hostile.text


def test_the_customers_words_are_shown_as_they_are_stored() -> None:
    card = made.card(1, text="表冠 <拧不动> & [PHONE]")
    assert Read(written(made.briefing(open_=[card]))).text.count("表冠 <拧不动> & [PHONE]") >= 4
    assert "&lt;拧不动&gt; &amp;" in written(made.briefing(open_=[card]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_fifty_episodes_fit_into_a_megabyte(language: Language) -> None:
    cards = [made.card(n, text="請問這個手錶怎麼調時間" * 20, intervals=48) for n in range(50)]
    html = written(
        made.briefing(open_=cards[:10], closed=cards[10:], topics=[made.moved(str(n), 200, 100) for n in range(80)]), language
    )
    assert len(html.encode()) < 1_000_000


def test_a_card_answers_what_how_big_since_when_where_whose_words_what_changed_and_who_owns_it() -> None:
    said = Read(written(made.briefing(open_=[made.card(1, text="W-300")]))).text
    for answer in (
        "W-300",
        "244 against 9.3 expected",
        "usually 3 to 16",
        "2026-11-04 23:54",
        "216 of 244",
        "launch “W-300”",
        "Owner",
        "SELECT",
    ):
        assert answer in said, answer


def test_rises_and_falls_stand_apart_with_counts_and_shares_and_others_are_not_named() -> None:
    topics = [
        made.moved("up", 240, 120, label="Charging"),
        made.moved("down", 60, 120, label="Strap"),
        made.moved("flat", 120, 101, changed=False),
    ]
    said = Read(written(made.briefing(topics=topics))).text
    rose, fell = said.index("What rose"), said.index("What fell")
    ends = said.index("3 topics were compared")
    assert "Charging" in said[rose:fell] and "Strap" not in said[rose:fell]
    assert "Strap" in said[fell:ends] and "flat" not in said[rose:ends]
    assert "Rose by more than chance: Charging (120 → 240 messages, 3% → 5% of all)" in said
    assert "×1.7" in said[rose:fell]


def test_nothing_is_compared_with_what_is_not_known() -> None:
    said = Read(written(made.briefing(known_before=0.2))).text
    assert "the warehouse holds too little of the 7 days before" in said
    assert "1,685" not in said and "3,989" not in said


def test_a_span_that_begins_before_the_first_minute_says_so() -> None:
    assert "begins only on" not in Read(written(made.briefing())).text
    assert "begins only on" in Read(written(made.briefing(first=made.SINCE + timedelta(days=1)))).text


def test_precision_has_a_count_and_an_interval_or_says_that_nobody_judged() -> None:
    judged = Read(written(made.briefing(precision=Precision(7, 3, 2, 15, 0.397, 0.892)))).text
    assert "70% (7 of 10)" in judged
    assert "95 % interval 40% to 89%; 2 more were known already, 3 of 15 have no verdict" in judged
    assert "no verdicts yet" in Read(written(made.briefing())).text


def test_a_few_messages_have_no_percentage_of_change() -> None:
    few = msgspec.structs.replace(made.briefing(), before=Volume(3989, 3, 3))
    assert "+22%" not in Read(written(few)).text
    assert "+20%" in Read(written(few)).text, "of thousands of messages it stays"


def test_times_are_of_the_zone_and_say_so() -> None:
    briefing = made.briefing()
    assert "2026-11-08 23:54 (UTC+8)" in Read(written(briefing)).text
    assert "2026-11-08 15:54 (UTC)" in Read(page(briefing, language="en", zone=UTC)).text


@pytest.mark.parametrize("kind", ["topic", "emergent", "total", "silence"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_alert_has_a_page_with_and_without_a_chart(kind: str, language: Language) -> None:
    cards = [made.card(n, kind=kind, band=n % 2 == 0, intervals=24 if n < 3 else 0) for n in range(4)]  # type: ignore[arg-type]
    read = Read(written(made.briefing(open_=cards, verdict="useful"), language))
    assert [tag for tag, _ in read.elements].count("article") == 4
    assert len([a for tag, a in read.elements if tag == "svg" and a.get("role") == "img"]) == 4


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    def fields(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, sentence in WORDS["en"].items():
        assert fields(sentence) == fields(WORDS["zh"][key]), key


def test_what_is_written_small_can_be_read_in_light_and_in_dark() -> None:
    """Contrast of WCAG 2.1: 4.5 for text, 3 for what is drawn."""
    style = written(made.briefing())
    themes = re.findall(r":root\{color-scheme:[^}]*\}|:root\{--bg[^}]*\}", style)
    assert len(themes) == 3, "light, dark, print"
    for theme in themes:
        colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", theme))
        for background in ("bg", "panel"):
            for text in ("ink", "soft", "link", "onset"):
                assert contrast(colours[text], colours[background]) >= 4.5, (theme, text, background)
        assert contrast(colours["bar"], colours["bg"]) >= 3


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
