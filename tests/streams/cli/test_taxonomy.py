import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from processors import models
from streams.cli.taxonomy import taxonomy

GOOD = """\
groups:
  g:
    owner: team
    intents:
      apple: {any: [苹果], examples: [我要苹果, 苹果甜吗, 买苹果, I want an apple, are apples sweet]}
      pear: {any: [梨子], examples: [我要梨, 梨熟了吗, 买梨, I want a pear, are pears ripe]}
"""


@pytest.fixture
def voc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(models, "_store", None)
    monkeypatch.setenv("VOC_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "good.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "bad.yaml").write_text(GOOD.replace("any: [梨子]", "nay: [梨子]").replace("    owner: team\n", ""), "utf-8")

    def run(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(taxonomy, list(arguments), input=stdin)

    return run


def test_every_verb_has_an_example() -> None:
    for command in (taxonomy, *taxonomy.commands.values()):
        assert isinstance(command, click.Command)
        assert "Example:" in (command.help or "")


def test_check_of_a_good_file(voc) -> None:  # type: ignore[no-untyped-def]
    result = voc("check", "good.yaml")
    assert (result.exit_code, result.stdout) == (0, "2 intents, 10 examples, 0 warnings\n")


def test_check_lists_every_error_and_fails(voc) -> None:  # type: ignore[no-untyped-def]
    result = voc("check", "bad.yaml")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        ["error", "bad.yaml:4"],
        ["error", "bad.yaml:5"],
        ["error", "bad.yaml:5"],
    ]
    assert lines[3] == "3 errors; the taxonomy cannot be used"
    as_json = voc("check", "--json", "bad.yaml")
    assert as_json.exit_code == 1
    assert [error["line"] for error in json.loads(as_json.stdout)["errors"]] == [4, 5, 5]


def test_a_missing_file_is_an_error_of_check(voc) -> None:  # type: ignore[no-untyped-def]
    result = voc("check", "none.yaml")
    assert result.exit_code == 1
    assert "none.yaml:1: cannot be read" in result.stdout


def test_train_builds_the_model_and_says_how_good_it_is(voc, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    figures = json.loads(voc("train", "--json", "good.yaml").stdout)
    assert figures["examples"] == 10
    assert Path(figures["model"]).parent == tmp_path / "models"
    assert (Path(figures["model"]) / "weights.npy").is_file()
    assert "10 examples, each judged by a model that has not seen it" in voc("train", "good.yaml").stdout


def test_train_without_examples_says_so(voc, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "rules.yaml").write_text("groups: {g: {owner: t, intents: {a: {any: [x]}}}}", "utf-8")
    result = voc("train", "rules.yaml")
    assert result.exit_code == 1
    assert "no examples to learn from" in str(result.exception)
    assert json.loads(voc("stats", "--json", "rules.yaml", stdin="x\n").stdout)["confusions"] == []


def test_stats_counts_texts_and_lines_of_json(voc) -> None:  # type: ignore[no-untyped-def]
    lines = [
        "我要苹果",
        '{"text": "梨子"}',
        '{"data": {"text": "苹果", "sender_role": "agent"}}',
        '{"data": {"text": "梨子", "sender_role": "customer"}}',
        "{not json",
        '{"no": "text"}',
        "",
        "你好",
    ]
    counted = json.loads(voc("stats", "--json", "good.yaml", stdin="\n".join(lines)).stdout)
    assert {key: counted[key] for key in ("texts", "rule", "model", "other")} == {"texts": 5, "rule": 3, "model": 0, "other": 2}
    assert [(one["name"], one["texts"]) for one in counted["intents"]] == [("pear", 2), ("apple", 1)]
    assert voc("stats", "good.yaml", stdin=b"\xff\xfe\x00\n").stdout.startswith("1 texts: 0.0% by rule")


def test_the_setting_names_the_file(voc, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("VOC_TAXONOMY", "good.yaml")
    assert voc("check").stdout.startswith("2 intents")
