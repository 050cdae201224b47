from pathlib import Path

import pytest

from processors.intents.check import check
from processors.intents.draft import EXAMPLES, draft, name_of
from processors.intents.taxonomy import Taxonomy


def test_a_draft_is_a_taxonomy_that_passes_its_check(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft("怎么调时间", ["调 时间", "表冠"], [f"怎么调时间啊 {n}" for n in range(30)], owner="watch"), "utf-8")
    assert check(path).errors == []
    (intent,) = Taxonomy.load(path).intents
    assert (intent.label_zh, intent.owner, intent.name) == ("怎么调时间", "watch", "怎么调时间")
    assert intent.all == (("调",), ("时间",))
    assert len(intent.examples) == EXAMPLES


@pytest.mark.parametrize("label", ["", "…!", "a: b # c", '"quoted"', "x" * 300, "Set the time?\nreally"])
@pytest.mark.parametrize("phrases", [[], ["single"], ["a b c"], ["&x *y"]])
def test_whatever_the_words_are_it_can_be_loaded(label: str, phrases: list[str], tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft(label or "x", phrases, ["one: two", "- three", "", "{four}"]), "utf-8")
    (intent,) = Taxonomy.load(path).intents
    assert intent.name == name_of(label or "x")
    assert {"one: two", "- three", "{four}"} <= set(intent.examples)


def test_without_a_pair_or_examples_the_label_is_the_rule(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft("battery melts", ["battery"], []), "utf-8")
    (intent,) = Taxonomy.load(path).intents
    assert intent.any == ("battery melts",)
