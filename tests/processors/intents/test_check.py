from pathlib import Path

import pytest

from processors.intents.check import check
from processors.intents.taxonomy import DEFAULT_PATH

HEAD = "groups:\n  g:\n    owner: team\n    intents:\n"
BANKING = Path(__file__).parents[3] / "benchmarks" / "banking18.yaml"


def warnings(tmp_path: Path, intents: str) -> list[tuple[int, str, str]]:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(HEAD + intents, "utf-8")
    report = check(path)
    assert report.errors == []
    assert all(finding.file == str(path) for finding in report.warnings)
    return [(finding.line, finding.kind, finding.message) for finding in report.warnings]


@pytest.mark.parametrize("path", [DEFAULT_PATH, BANKING], ids=["packaged", "banking18"])
def test_what_ships_is_clean(path: Path) -> None:
    report = check(path)
    assert [*map(str, report.errors), *map(str, report.warnings)] == []
    assert report.intents >= 18


def test_every_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(HEAD.replace("    owner: team\n", "") + "      a: {any: [x]}\n      b: {owner: t, nome: [x]}\n", "utf-8")
    report = check(path)
    assert [(error.line, error.kind) for error in report.errors] == [(4, "error"), (5, "error")]
    assert report.warnings == []
    assert str(report.errors[0]).startswith(f"{path}:4: ")


@pytest.mark.parametrize(
    ("intents", "line", "kind", "says"),
    [
        ("      a: {any: [退货, 退货款], none: [退货]}\n", 5, "unreachable", "can never hold"),
        ("      a: {any: [退货], none: [退]}\n", 5, "unreachable", "can never hold"),
        ("      a: {any: [换货, 退货], none: [退]}\n", 5, "unreachable", "“退货”"),
        ("      a: {any: [换货], all: [[退货], [怎么]], none: [退]}\n", 5, "unreachable", "“all” can never hold"),
        ("      a: {all: [[退货|退款], [怎么]], none: [退]}\n", 5, "unreachable", "can never hold"),
        ("      a: {any: [退货, 我要退货]}\n", 5, "redundant", "“我要退货”"),
        ("      a: {all: [[退|退货], [怎么]]}\n", 5, "redundant", "“退货”"),
        ("      a: {any: [x]}\n      b: {any: [y, x]}\n", 6, "overlap", "“x” stand in “any” of both"),
        (
            "      a: {any: [退货], examples: [怎么退货, 退货吧]}\n      b: {any: [换货], examples: [怎么换, 怎么退货]}\n",
            6,
            "example",
            "example of both",
        ),
    ],
)
def test_what_is_doubtful(tmp_path: Path, intents: str, line: int, kind: str, says: str) -> None:
    assert any(at == line and what == kind and says in message for at, what, message in warnings(tmp_path, intents))


@pytest.mark.parametrize(
    "intents",
    [
        "      a: {any: [charge, charger]}\n",  # whole words: neither stands in the other
        "      a: {any: [退货], none: [退货险]}\n",
        "      a: {any: [退]}\n      b: {any: [退], none: [退]}\n      c: {any: [换]}\n",
    ],
)
def test_what_is_none(tmp_path: Path, intents: str) -> None:
    assert [found for found in warnings(tmp_path, intents) if found[1] in ("redundant", "overlap")] == []


def test_examples_of_another_rule(tmp_path: Path) -> None:
    found = warnings(
        tmp_path,
        "      a: {any: [苹果], examples: [我要苹果, 苹果多少钱一斤, 苹果甜吗]}\n"
        "      b: {any: [梨], examples: [我要梨, 苹果好吃, 苹果真好]}\n",
    )
    assert (6, "example", "examples of “b” are taken for “a”: “苹果好吃”, “苹果真好”") in found


def test_too_few_examples(tmp_path: Path) -> None:
    found = warnings(tmp_path, "      a: {any: [苹果], examples: [我要苹果]}\n")
    assert [(line, kind) for line, kind, _message in found] == [(5, "few-examples")]
