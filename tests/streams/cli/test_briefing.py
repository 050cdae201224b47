"""`voc briefing`: one page, or its facts."""

from pathlib import Path
from typing import Any

import pytest

from tests.streams.cli.conftest import Voc

FACTS = {
    "made_at": str,
    "days": int,
    "tenants": list,
    "span": dict,
    "now": dict,
    "before": dict,
    "by_day": list,
    "unnamed": dict,
    "unnamed_before": dict,
    "alerts": dict,
    "moved": list,
    "rare": int,
    "open": list,
    "closed": list,
    "more": list,
    "subjects": list,
    "feeds": list,
    "announced": list,
    "instrument": dict,
}


def test_the_page_of_a_surge_says_its_alert_in_either_language(voc: Voc, surged: dict[str, Any]) -> None:
    (spike,) = surged["spikes"]
    for language, zone, words in (("en", "UTC", "Setting the time"), ("zh", "Asia/Shanghai", "调时间")):
        done = voc("briefing", "--days", 1, "--language", language, "--zone", zone, "--out", f"{language}.html")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"{language}.html: 2025-03-10 02:1")
        assert done.out.count("\n") == 1 and "1 alert, " in done.out
        page = Path(f"{language}.html").read_text("utf-8")
        assert words in page and spike["id"] in page and "UTC+8" * (language == "zh") in page
    assert not list(Path().glob(".*.new"))


def test_the_same_facts_as_data_with_or_without_a_page(voc: Voc, surged: dict[str, Any]) -> None:
    facts = voc("briefing", "--days", 1, "--json").json
    assert {name: type(facts[name]) for name in FACTS} == FACTS
    assert facts["alerts"]["opened"] == len(surged["spikes"]) == 1
    (episode,) = facts["open"] + facts["closed"]
    assert episode["card"]["transition"]["spike_id"] == surged["spikes"][0]["id"]
    assert episode["card"]["transition"]["observed"] == surged["spikes"][0]["observed"]
    both = voc("briefing", "--days", 1, "--json", "--out", "page.html").json
    assert both["out"] == "page.html" and both["bytes"] == Path("page.html").stat().st_size
    assert {name: both[name] for name in FACTS if name != "made_at"} == {name: facts[name] for name in FACTS if name != "made_at"}


def test_it_ends_where_it_is_told_to_and_no_later_than_what_is_closed(voc: Voc, surged: dict[str, Any]) -> None:
    asked = ("briefing", "--days", 1, "--json", "--zone", "Asia/Shanghai", "--until")
    assert voc(*asked, "2025-03-10T20:00").json["span"]["until"] == "2025-03-10T12:00:00Z"
    assert voc(*asked, "2025-03-11T00:00:30Z").json["span"]["until"] == "2025-03-11T00:00:00Z"
    assert voc(*asked, "2099-01-01").json["span"]["until"] == voc("briefing", "--days", 1, "--json").json["span"]["until"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--out", "p.html", "--zone", "Mars/Olympus"),
        ("--out", "p.html", "--zone", "../../etc/passwd"),
        ("--out", "p.html", "--until", "soon"),
        ("--out", "p.html", "--days", "0"),
        ("--out", "p.html", "--language", "fr"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake_of_usage(voc: Voc, arguments: tuple[str, ...]) -> None:
    done = voc("briefing", *arguments)
    assert done.code == 2
    assert done.out == "" and "Traceback" not in done.err
    assert not Path("p.html").exists()


def test_nothing_to_say_is_one_clear_line(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    done = voc("briefing", "--out", "p.html")
    assert (done.code, done.out) == (1, "")
    assert done.err == "voc: the warehouse holds no feedback to brief anybody of; read some with voc run --input FILE\n"
    assert not Path("p.html").exists()


def test_who_asks_for_what_is_not_there_is_told_what_is(voc: Voc, surged: dict[str, Any]) -> None:
    assert surged["spikes"]
    tenant = voc("briefing", "--tenant", "zeta\x1b[31m", "--out", "p.html")
    assert tenant.code == 1 and tenant.err == "voc: no feedback of tenant “zeta·[31m”; there is some of default\n"
    for until in ("2001-01-01", "0001-01-01"):
        early = voc("briefing", "--until", until, "--zone", "Asia/Shanghai", "--out", "p.html")
        assert early.code == 1 and "name a later --until" in early.err
    nowhere = voc("briefing", "--out", "no/such/folder/p.html")
    assert nowhere.code == 1
    assert nowhere.err == "voc: cannot write no/such/folder/p.html: No such file or directory; name another file with --out\n"
