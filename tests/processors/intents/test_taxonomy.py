from pathlib import Path

import pytest

from processors.intents.taxonomy import DEFAULT_PATH, Taxonomy, TaxonomyError

GOOD = """\
groups:
  delivery:
    label_zh: 物流
    owner: logistics
    severity: low
    intents:
      late:
        label_en: Late
        any: [什麼時候到, "24小时"]
        all: ["怎么|为什么", [没到, not here]]
        none: [退款]
        examples: [什么时候到]
      lost:
        owner: claims
        severity: high
        all: [[a|b, c]]
"""


def load(tmp_path: Path, text: str | bytes) -> Taxonomy:
    path = tmp_path / "taxonomy.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Taxonomy.load(path)


def problems(tmp_path: Path, text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(TaxonomyError) as error:
        load(tmp_path, text)
    assert str(error.value).count("taxonomy.yaml:") == len(error.value.problems)
    return [(problem.line, problem.message) for problem in error.value.problems]


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    late, lost = load(tmp_path, GOOD).intents
    assert (late.name, late.label_zh, late.label_en, late.owner, late.severity, late.parent) == (
        "late",
        "Late",
        "Late",
        "logistics",
        "low",
        "delivery",
    )
    assert late.any == ("什么时候到", "0小时")
    assert late.all == (("怎么", "为什么"), ("没到", "not here"))
    assert (late.none, late.examples) == (("退款",), ("什么时候到",))
    assert (lost.owner, lost.severity, lost.all, lost.label_zh) == ("claims", "high", (("a", "b", "c"),), "lost")


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    fingerprint = load(tmp_path, GOOD).fingerprint
    assert load(tmp_path, "# why\n" + GOOD).fingerprint == fingerprint
    assert load(tmp_path, GOOD.replace("退款", "refund")).fingerprint != fingerprint
    assert load(tmp_path, GOOD.replace("claims", "other-team")).fingerprint != fingerprint


def test_examples_alone_are_enough(tmp_path: Path) -> None:
    (only,) = load(tmp_path, "groups: {g: {owner: t, intents: {a: {examples: [x y]}}}}").intents
    assert (only.any, only.all, only.examples) == ((), (), ("x y",))


def test_the_packaged_taxonomy() -> None:
    taxonomy = Taxonomy.default()
    assert 44 <= len(taxonomy.intents) <= 80
    assert taxonomy.by_name["setting_time"].owner == "product-watch"
    assert DEFAULT_PATH.read_text(encoding="utf-8").startswith("#")


def test_all_mistakes_at_once_with_their_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("    owner: logistics\n", "")
        .replace("severity: low", "severity: medium")
        .replace("none:", "nome:")
        .replace("[[a|b, c]]", "[]")
    )
    assert problems(tmp_path, text) == [
        (4, "unknown severity “medium” of group “delivery”; known: low, normal, high"),
        (6, "intent “late” has no owner, and its group has none either"),
        (10, "unknown key “nome” in intent “late”; did you mean “none”?"),
        (12, "intent “lost” has an empty rule: give it “any”, “all” or examples"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("      lost:", "      late:", 13, "“late” stands twice"),
        ("      lost:", "      other:", 13, "“other” is reserved"),
        ("      lost:", "      total:", 13, "“total” is reserved"),
        ("      lost:", '      "":', 13, "“” is reserved"),
        ("      lost:", "      a b:", 13, "may hold letters"),
        ("      lost:", "      12:", 13, "must be text, not int 12"),
        ("[退款]", "退款", 11, "must be a list, not str 退款"),
        ("[退款]", "[no]", 11, "put it in quotes"),
        ("[退款]", "[{a: b}]", 11, "not a mapping"),
        ("[退款]", "['12315']", 11, "only a number"),
        ("[退款]", "['！？']", 11, "nothing left to look for"),
        ("[[a|b, c]]", "[[a], []]", 16, "is empty"),
        ("[[a|b, c]]", "[[a|, c]]", 16, "nothing left to look for"),
        ("owner: claims", "owner: [claims]", 14, "must be text, not a list"),
        ("severity: low", "severity: 3", 5, "must be text, not int 3"),
        ("    intents:", "    intent:", 6, "did you mean “intents”"),
        ("groups:", "group:", 1, "did you mean “groups”"),
        ("  delivery:", "  delivery: &x", 0, ""),
    ],
)
def test_each_mistake_has_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    text = GOOD.replace(old, new, 1)
    if not line:  # an anchor alone does no harm
        load(tmp_path, text)
        return
    found = problems(tmp_path, text)
    assert any(at == line and message in what for at, what in found), found


def test_the_same_name_in_two_groups(tmp_path: Path) -> None:
    text = GOOD + "  second:\n    owner: x\n    intents:\n      late: {any: [x]}\n"
    assert problems(tmp_path, text) == [(20, "intent “late” stands twice, first in line 7")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("[]", 1, "must be a mapping"),
        ("groups: {}", 1, "no intent"),
        ("a: [1\nb: 2", 2, "not YAML"),
        (b"groups: \xff", 1, "is not UTF-8"),
        ("groups: \x00", 1, "not YAML"),
        ("a: &a [x]\nb: [*a, *a]", 2, "aliases"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("groups: !!python/object/apply:os.system [ls]", 1, "must be a mapping"),
        ("#" * 5_000_001, 1, "larger than 5 MB"),
    ],
)
def test_what_is_no_taxonomy_at_all(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    found = problems(tmp_path, text)
    assert any(at == line and message in what for at, what in found), found


def test_a_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="cannot be read: No such file"):
        Taxonomy.load(tmp_path / "none.yaml")


MOVES = """
groups:
  g:
    owner: t
    moves_zh: [先看看, 再问问]
    moves_en: [Look first.]
    intents:
      own: {any: [aa], moves_en: [Ask first.]}
      inherits: {any: [bb]}
"""


def test_first_moves_are_inherited_like_the_owner_and_change_nothing_of_what_is_understood(tmp_path: Path) -> None:
    taxonomy = load(tmp_path, MOVES)
    own, inherits = taxonomy.by_name["own"], taxonomy.by_name["inherits"]
    assert (own.moves_zh, own.moves_en) == (("先看看", "再问问"), ("Ask first.",))
    assert (inherits.moves_zh, inherits.moves_en) == (("先看看", "再问问"), ("Look first.",))
    without = "\n".join(line for line in MOVES.split("\n") if not line.startswith("    moves")).replace(
        ", moves_en: [Ask first.]", ""
    )
    assert load(tmp_path, without).by_name["own"].moves_en == ()
    assert load(tmp_path, without).fingerprint == taxonomy.fingerprint


@pytest.mark.parametrize(
    "before,after,line,message",
    [
        ("[Look first.]", "Look first.", 6, "“moves_en” of group “g” must be a list, not str"),
        ("[Look first.]", f"[{'x' * 121}]", 6, "an entry of “moves_en” of group “g” has 121 characters; a card shows 120"),
        ("[Ask first.]", "[a, b, c, d, e, f]", 8, "“moves_en” of intent “own” has 6 entries; a card shows 5"),
        ("[Ask first.]", "[1]", 8, "an entry of “moves_en” of intent “own” must be text, not int 1"),
        ("moves_zh", "move_zh", 5, "unknown key “move_zh” in group “g”"),
    ],
)
def test_what_is_wrong_with_a_move_is_said_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, message: str
) -> None:
    with pytest.raises(TaxonomyError) as found:
        load(tmp_path, MOVES.replace(before, after))
    assert [(problem.line, message in problem.message) for problem in found.value.problems] == [(line, True)], found.value


def test_every_packaged_intent_has_first_moves_in_both_languages() -> None:
    for intent in Taxonomy.default().intents:
        assert 1 <= len(intent.moves_zh) == len(intent.moves_en) <= 5, intent.name
