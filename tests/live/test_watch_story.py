"""The demo's promise, on the whole story: one alert, the right one, on time, without personal data, as the README shows it.

Without sentiment, on which nothing of this depends: the words of three weeks are read in a third of the time.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from streams.simulate import write_story
from streams.warehouse.views import VIEWS
from tests.conftest import ROOT, Voc


@pytest.fixture
def story(tmp_path: Path) -> Path:
    story = tmp_path / "watch.ndjson.gz"
    write_story("watch", story)
    return story


def readme_card() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    block = text.split("<!-- card:begin -->")[1].split("<!-- card:end -->")[0]
    return block.strip().removeprefix("```text").removesuffix("```").strip().splitlines()


@pytest.mark.long
def test_with_the_subject_in_the_taxonomy_it_is_one_alert_under_its_name(story: Path, voc: Voc) -> None:
    assert voc("run", "--input", str(story)).returncode == 0
    (spike,) = json.loads(voc("spikes", "--all", "--json").stdout)
    assert (spike["topic"], spike["kind"]) == ("setting_time", "topic")
    assert {"product_model": "W-300"}.items() <= {c["dimension"]: c["value"] for c in spike["where"]}.items()


@pytest.mark.long
def test_the_demo_gives_the_one_alert_that_the_readme_shows_of_a_subject_nobody_named(tmp_path: Path, voc: Voc) -> None:
    run = voc("demo")
    assert (run.returncode, run.stderr) == (0, "")
    truth = json.loads((tmp_path / "data" / "demo" / "watch.truth.json").read_text("utf-8"))

    (spike,) = json.loads(voc("spikes", "--all", "--json").stdout)
    (surge,) = truth["spikes"]
    assert (spike["tenant"], spike["kind"]) == ("demo", "emergent")
    assert {"product_model": "W-300"}.items() <= {c["dimension"]: c["value"] for c in spike["where"]}.items()
    began = datetime.fromisoformat(spike["started"]) - datetime.fromisoformat(surge["start"])
    assert abs(began) <= timedelta(minutes=10)
    assert 4 <= len(set(spike["verbatims"])) <= 6  # three to five, and one that does not fit

    printed = run.stdout[run.stdout.index("╭") :].splitlines()
    assert readme_card() == printed[: len(readme_card())], "paste the card that `make demo` prints"

    shown = run.stdout + "".join(path.read_text("utf-8") for path in (tmp_path / "data" / "out").rglob("*.md"))
    for view in VIEWS:
        shown += voc("sql", "--json", f"SELECT * FROM {view}").stdout
    assert len(truth["planted"]) > 100 and len(shown) > 1_000_000
    assert [found for found in truth["planted"] if found["written"] in shown or found["value"] in shown] == []
