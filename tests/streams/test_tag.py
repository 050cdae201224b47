import msgspec
import pytest

from processors.pipeline import Pipeline
from streams.tag import tag_lines

PIPELINE = Pipeline.default()


def tagged(*lines: bytes, **options: bool) -> list[dict]:
    return [msgspec.json.decode(answer) for answer in tag_lines(lines, PIPELINE, **options)]


def test_a_text_and_an_object_are_the_same_turn() -> None:
    plain, given = tagged("请问这个手表怎么调时间".encode(), '{"text": "请问这个手表怎么调时间", "id": 7}'.encode())
    assert plain == given
    assert plain["intents"][0]["name"] == "setting_time"
    assert set(plain["intents"][0]) == {"name", "score", "source"}
    assert (plain["language"], plain["speech_act"], plain["sentiment"]["label"]) == ("zh-Hans", "question", "neutral")
    assert set(plain["sentiment"]) == {"label", "polarity", "snow", "evidence"}
    assert plain["sentiment"]["snow"] == pytest.approx(0.0114, abs=0.001)


def test_personal_data_is_out_of_the_text_and_its_place_is_in_the_input() -> None:
    text = "我电话１３８-1234-5678，调时间"
    (answer,) = tagged(text.encode())
    (span,) = answer["pii"]
    assert answer["text"] == "我电话[PHONE]，调时间"
    assert (span["kind"], text[span["start"] : span["end"]]) == ("phone", "１３８-1234-5678")


def test_who_speaks_and_in_which_language_may_be_said() -> None:
    lines = [
        '{"text": "你们太差了，我要投诉"}',
        '{"text": "你们太差了，我要投诉", "sender_role": "agent"}',
        '{"text": "ok", "language": "other"}',
    ]
    customer, agent, told = tagged(*(line.encode() for line in lines))
    assert (customer["sentiment"]["label"], customer["speech_act"]) == ("negative", "complaint")
    assert (agent["sentiment"]["label"], agent["intents"], agent["escalation"]) == ("neutral", [], False)
    assert told["language"] == "other"


def test_every_line_has_its_answer_in_its_place() -> None:
    lines = [b"", b"{", b'{"text": 1}', b"[1]", b'{"text": "a"}\r\n', b"\xff\xfe", b'{"text": "\\ud800"}', "🙂".encode()]
    answers = tagged(*lines)
    assert [sorted(answer)[0] if "error" in answer else answer["text"] for answer in answers] == [
        "", "error", "error", "[1]", "a", "\ufffd\ufffd", "error", "🙂",
    ]  # fmt: skip
    assert answers[2]["error"] == "not a turn: Expected `str`, got `int` - at `$.text`"


def test_plain_takes_every_line_as_it_is() -> None:
    (answer,) = tagged(b'{"text": "a"}', plain=True)
    assert answer["text"] == '{"text": "a"}'


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "我的电话 13812345678"',
        '{"text": "a", "sender_role": "张三13812345678"}',
        '{"text": "a", "kind": "13812345678"}',
        '{"text": ["13812345678"]}',
        '{"text": "a", "asr_confidence": "13812345678"}',
        '{"text": "a", "asr_confidence": 13812345678}',
    ],
)
def test_an_unreadable_line_is_not_repeated(line: str) -> None:
    (answer,) = tagged(line.encode())
    assert set(answer) == {"error"}
    assert "13812345678" not in answer["error"]


def test_what_is_allowed_is_said() -> None:
    (answer,) = tagged(b'{"text": "a", "sender_role": "robot"}')
    assert answer["error"] == "not a turn: sender_role must be one of customer, agent, bot, system, supervisor"


@pytest.mark.parametrize(
    ("said", "taken"),
    [("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"), ("en-US", "en"), ("ja", "other"), ("zh", "zh-Hant"), ("", "zh-Hant"),
     ("mixed", "mixed")],
)  # fmt: skip
def test_a_language_may_be_any_tag(said: str, taken: str) -> None:
    (answer,) = tagged(msgspec.json.encode({"text": "請問怎麼調時間", "language": said}))
    assert answer["language"] == taken


def test_null_is_not_known() -> None:
    (answer,) = tagged(b'  {"text": "hello there", "sender_role": null, "language": null, "kind": null, "asr_confidence": null}')
    assert (answer["text"], answer["language"]) == ("hello there", "en")


def test_explain_names_what_decided() -> None:
    (answer,) = tagged("你们客服态度太差了，表带怎么换".encode(), explain=True)
    (strap,) = [intent for intent in answer["explain"]["intents"] if intent["name"] == "strap"]
    assert "表带" in strap["terms"]
    assert any("差" in found["term"] and found["weight"] < 0 for found in answer["explain"]["sentiment"])


def test_a_call_with_a_doubtful_transcript_says_less() -> None:
    sure, doubtful = tagged(
        '{"text": "你们客服态度太差了", "kind": "call", "asr_confidence": 0.95}'.encode(),
        '{"text": "你们客服态度太差了", "kind": "call", "asr_confidence": 0.2}'.encode(),
    )
    assert sure["sentiment"]["polarity"] < doubtful["sentiment"]["polarity"] <= 0
