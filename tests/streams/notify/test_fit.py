"""What is cut, and what never is."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from processors.said import Chart, Point
from streams.notify import fit, inert
from tests.streams.notify.channels.samples import SAID, START, many


def test_quotes_are_cut_first_then_lists_then_the_query() -> None:
    said = replace(SAID, quotes=("q" * 300,) * 5, context=("c" * 190,) * 8, moves=("m" * 190,) * 8, sql="s" * 2900)
    versions = list(fit.versions(said))
    sizes = [[sum(map(len, one.quotes)), sum(map(len, (*one.context, *one.moves))), len(one.sql)] for one in versions]
    assert sizes == sorted(sizes, reverse=True)
    first_cut = [next(i for i, size in enumerate(sizes) if size[part] < sizes[0][part]) for part in range(3)]
    assert first_cut == sorted(first_cut) and len(set(first_cut)) == 3
    assert versions[0].quotes[0] == "q" * 300 and versions[1].quotes[0].endswith("…")
    assert versions[-1].title and versions[-1].summary and versions[-1].spike_id == SAID.spike_id


def test_a_card_of_usual_size_is_whole() -> None:
    whole = next(iter(fit.versions(SAID)))
    assert whole == SAID


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(60, 200), st.integers(1, 9))
def test_packing_leaves_nothing_out(sizes: list[int], room: int, most: int) -> None:
    said = [replace(one, title="x" * size) for one, size in zip(many(len(sizes)), sizes, strict=True)]
    lines = fit.lines(said)
    groups = fit.packed(lines, lambda group, part, of: list(group), lambda group: sum(len(g.title) for g in group) <= room, most)
    assert [line for group in groups for line in group] == lines
    assert all(0 < len(group) <= most for group in groups)


def test_parts_are_numbered_when_there_are_several() -> None:
    lines = fit.lines(many(5))
    heads = fit.packed(lines, lambda group, part, of: fit.parts("head", part, of), lambda head: True, 2)
    assert heads == ["head (1/3)", "head (2/3)", "head (3/3)"]
    assert fit.packed(lines, lambda group, part, of: fit.parts("head", part, of), lambda head: True, 9) == ["head"]


def test_a_chart_in_one_line() -> None:
    def chart(*values: int) -> Chart:
        return Chart(
            5, tuple(Point(START + timedelta(minutes=5 * i), value, None, None, None) for i, value in enumerate(values)), START
        )

    assert fit.bars(chart(0, 1, 7, 3)) == "▁▂█▄"
    assert fit.bars(chart()) == fit.bars(chart(0, 0)) == ""
    assert len(fit.bars(chart(*range(500)))) <= 48
    assert fit.bars(chart(-5, 3))


@given(st.text(st.characters(), max_size=3000), st.integers(1, 500))
def test_plain_text_is_one_line_that_can_be_written(text: str, most: int) -> None:
    line = inert.plain(text, most)
    assert len(line) <= most and line.isprintable()
    line.encode()
    assert inert.plain(line, most) == line


def test_a_cut_is_seen() -> None:
    assert inert.plain("a" * 10_000, 20) == "a" * 19 + "…"
    assert inert.plain("\u200b" * 10_000 + "a", 20) == "…"
    assert inert.cut("abc", 0) == ""


def test_addresses() -> None:
    assert (
        inert.address("https://a.example/d?x=[1](2)*_&y=é %zz;") == "https://a.example/d?x=%5B1%5D%282%29%2A_&y=%C3%A9%20%25zz%3B"
    )
    for bad in (
        "javascript:alert(1)",
        "https://a@b/",
        "https://",
        "http://a b/",
        "//a/",
        "https://a/" + "x" * 2000,
        "http://[::1",
        "",
    ):
        assert inert.address(bad) == ""


def test_what_marks_up_gets_a_look_alike() -> None:
    assert inert.alike("__b__ a_b *x* <at id=all> [l](u) `c` a_ _b") == "＿＿b＿＿ a_b ＊x＊ ＜at id=all＞ ［l］(u) ｀c｀ a＿ ＿b"
    assert inert.alike("- x") == "\u200b- x" and inert.alike("1. x") == "\u200b1. x" and inert.alike("-5") == "-5"


def test_a_query_stays_what_it_is() -> None:
    assert inert.alike(SAID.sql) == SAID.sql and inert.unlinked(SAID.sql) == SAID.sql
