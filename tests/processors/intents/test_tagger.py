import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.intents import train
from processors.intents.features import spelled
from processors.intents.model import Model
from processors.intents.tagger import Tagger, build, tagger_of
from processors.intents.taxonomy import Intent, Taxonomy
from processors.normalise import normalised
from processors.registry import Resources
from processors.utterance import Utterance
from tests.processors.intents.conftest import intent, tagger_in

DEFAULT = Taxonomy.default()
FRUIT = Taxonomy.of(
    (
        intent("apple", any_="apple", examples="I want an apple|red apples please|are the apples fresh|苹果新鲜吗|我要买苹果"),
        intent("pear", none="juice", examples="I want a pear|green pears please|are the pears ripe|梨熟了吗|我要买梨"),
        intent("plum", any_="plum", examples="I want a plum|plums please|are your plums sweet|李子甜吗|我要买李子"),
    )
)


def names(tagger: Tagger, text: str) -> list[str]:
    return [match.name for match in tagger.matches([normalised(text)])[0]]


@pytest.mark.parametrize("entry", DEFAULT.intents, ids=lambda entry: entry.name)
def test_the_packaged_intents_know_their_own_examples(entry: Intent, packaged: Tagger) -> None:
    assert entry.owner
    assert entry.label_zh != entry.label_en
    assert sum(example.isascii() for example in entry.examples) >= 5
    assert sum(not example.isascii() for example in entry.examples) >= 5
    assert entry.any
    for example in entry.examples:
        assert names(packaged, example)[:1] == [entry.name], example


# Sentences that look alike and are about something else; the whole answer is fixed.
CONFUSABLE = {
    "什么时间发货": ["delivery_status"],
    "退货时间是几天": ["return_request"],
    "我等了很长时间": [],
    "退款多久能到账": ["refund_status"],
    "退货运费谁出": ["return_shipping"],
    "保修什么时候到期": ["warranty_repair"],
    "申请退差价": ["price_protection"],
    "话费充值": [],
    "现在保价吗": ["price_protection"],
    "通过保险理赔": [],
    "抬头看表就亮": [],
    "能换表带吗": ["strap"],
    "好的谢谢": [],
    "您贵姓": [],
    "一共付了12315元": [],
    "可以货到付款吗": ["payment_problem"],
    "怎么退订短信": ["privacy_spam"],
    "有没有网点": ["store_location_hours"],
    "收不到验证码": ["verification_code"],
    "recharge my phone card": [],
    "I am happy": [],
    "What is the exchange rate": [],
    "where is the invoice for my order": ["invoice"],
    "Many happy returns": [],
    "Please return my call": [],
    "ok thank you": [],
}


@pytest.mark.parametrize(("text", "expected"), CONFUSABLE.items())
def test_confusable_sentences(text: str, expected: list[str], packaged: Tagger) -> None:
    assert sorted(names(packaged, text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手表充不进电，我要退货", {"charging", "return_request"}),
        ("升级之后手表连不上手机", {"firmware_update", "pairing"}),
        ("The strap came off and I want a refund", {"refund_status", "strap"}),
    ],
)
def test_a_turn_may_have_several_intents(text: str, expected: set[str], packaged: Tagger) -> None:
    assert set(names(packaged, text)) == expected


def test_the_model_knows_what_no_rule_says(tmp_path: Path) -> None:
    tagger = tagger_in(tmp_path, FRUIT)
    found = tagger.matches(["green pears", "apple please", "plums sweet"])
    assert [[(match.name, match.source) for match in matches] for matches in found] == [
        [("pear", "model")],
        [("apple", "rule+model")],
        [("plum", "model")],
    ]
    (pear,), (apple,), _plum = found
    assert 0 < pear.score < 0.9 <= apple.score <= 1
    assert pear.terms
    assert set(pear.terms) <= {*spelled(["green pears"]).values()}
    assert apple.terms == ("apple",)


def test_what_is_like_nothing_is_other(tmp_path: Path) -> None:
    tagger = tagger_in(tmp_path, FRUIT)
    for text in ("", "x", "你好", "thank you", "zebra crossing", "今天天气不错", "🙂", "0"):
        assert names(tagger, text) == [], text


def test_none_makes_the_model_doubt_too(tmp_path: Path) -> None:
    """The same model, once with the literal in `none` and once without it."""
    free = msgspec.structs.replace(FRUIT.intents[1], none=())
    with_none = tagger_in(tmp_path, FRUIT)
    without = Tagger(Taxonomy.of((FRUIT.intents[0], free, FRUIT.intents[2])), Model(tmp_path))
    doubted, believed = (tagger.guesses(["green pears juice"])[0] for tagger in (with_none, without))
    assert doubted is not None
    assert believed is not None
    assert doubted.name == believed.name == "pear"
    assert doubted.score < believed.score


def test_what_speech_recognition_doubts_needs_a_higher_score(tmp_path: Path) -> None:
    tagger = tagger_in(tmp_path, FRUIT)
    texts = ["green pears", "fresh pears for my aunt", "pear or what", "I want an apple"]
    sure, doubted = tagger.matches(texts), tagger.matches(texts, [0.0] * len(texts))
    assert [[match.name for match in found] for found in sure[:3]] == [["pear"], ["pear"], ["pear"]]
    assert [[match.name for match in found] for found in doubted[:3]] == [["pear"], [], []]
    assert [match.name for match in doubted[3]] == ["apple"]  # a rule stands


def test_a_taxonomy_without_examples_has_rules_only(tmp_path: Path) -> None:
    tagger = tagger_of(Taxonomy.of((intent("a", any_="退"), intent("b", any_="退货"))))
    assert [(match.name, match.source) for match in tagger.matches(["我要退货"])[0]] == [("b", "rule"), ("a", "rule")]
    assert tagger.guesses(["你好"]) == [None]
    assert not (tmp_path / "models").exists()


def test_only_customers_are_tagged() -> None:
    tag = build(Resources(FRUIT))
    batch = [Utterance("", role, matching="plum and apple") for role in ("customer", "agent", "bot", "system")]
    tag(batch)
    assert [utterance.intents for utterance in batch] == [["apple", "plum"], [], [], []]
    assert {match.name for match in batch[0].intent_matches} == {"apple", "plum"}
    tag([])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["怎么调时间", "退货", "", "my watch is slow", "\x00", "🙂", "发票", "好的", "i want it"]), max_size=9
    ),
    st.integers(0, 9),
)
def test_batch_boundaries_change_nothing(packaged: Tagger, texts: list[str], cut: int) -> None:
    whole = packaged.matches(texts)
    assert packaged.matches(texts[:cut]) + packaged.matches(texts[cut:]) == whole
    assert packaged.matches(texts[::-1])[::-1] == whole


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_string_has_an_answer(packaged: Tagger, text: str) -> None:
    for match in packaged.matches([normalised(text)])[0]:
        assert 0 <= match.score <= 1


@pytest.mark.parametrize("piece", ["退", "退货", "a ", "time ", "怎么", "🙂"])
def test_a_megabyte_takes_linear_time(piece: str, packaged: Tagger) -> None:
    text = piece * (1_000_000 // len(piece))
    begun = time.process_time()
    packaged.matches([text])
    assert time.process_time() - begun < 3


def test_the_same_file_gives_the_same_model(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        train.write(train.fit(FRUIT.intents), tmp_path / name)
        contents.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert contents[0] == contents[1]


def test_examples_decide_which_model_is_used(tmp_path: Path) -> None:
    tagger_of(FRUIT)
    other = msgspec.structs.replace(FRUIT.intents[0], examples=(*FRUIT.intents[0].examples, "an apple a day"))
    tagger_of(Taxonomy.of((other, *FRUIT.intents[1:])))
    tagger_of(FRUIT)
    assert len(list((tmp_path / "models").glob("intents-*"))) == 2


def test_a_warm_model_needs_no_trainer(tmp_path: Path) -> None:
    train.write(train.fit(FRUIT.intents), tmp_path)
    code = (
        "import sys; from pathlib import Path; import processors.intents.tagger; from processors.intents.model import Model; "
        f"Model(Path({str(tmp_path)!r})).weigh(['apple']); sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
