"""Every statement of dashboards and rules, on the real engine: the shape it needs, on the story, on nothing, on hostile input."""

import re
from datetime import timedelta

import pytest

from streams.grafana import files, rules
from streams.grafana.query import Asked, Format, single
from streams.warehouse.endpoint import Endpoint
from tests.rig.grafana.front import ALL, Value, filled
from tests.rig.grafana.plugin import Frame, Plugin, QueryError
from tests.rig.grafana.story import END, ODD, Told

ASKED = list({asked.sql: asked for asked in files.queries()}.values())
"""Each statement once: dashboards share variables and marks."""
NAMES = ("tenant", "channel", "shop", "category", "model", "language", "topic", "spike", "conversation")
HOSTILE = (
    "'",
    "\\",
    "\\' OR 1 = 1 --",
    "') OR (1 = 1",
    "{a,b}",
    "$__timeFilter(minute)",
    "${tenant}",
    "%27",
    "\x00\n",
    "语言'\\",
)
NOTHING_HERE = {"Contacts over time 反馈走势 (B)", "New topic 新主题", "Muted now 静音中", "Spikes open"}
"""Empty on the story: it has no week before, no emergent topic, no mute, and its episode has closed."""
FEEDBACK_PANELS = (
    "By channel 各渠道",
    "Newest words 最新原话",
    "Urgent words 紧急原话",
    "Price 价格态度",
    "Channel contrast 渠道差异",
    "All words 全部原话",
    "How it is spread 分布",
    "Words 原话",
    "Could be answered before 可提前解答",
)


def ids(asked: Asked) -> str:
    return f"{asked.place}: {asked.title}"


def ask(plugin: Plugin, asked: Asked, values: dict[str, Value], end: float = END.timestamp()) -> Frame:
    """As Grafana would: its front end fills in variables, never in rules; the plugin does the rest."""
    sql = asked.sql if asked.place == rules.GROUP else filled(asked.sql, values)
    span = asked.hours * 3600
    model = {"rawSql": sql, "format": int(asked.shape)}
    step = max(asked.step_s, round(span / 800 / 60) * 60)
    return plugin.query(model, int((end - span) * 1000), int(end * 1000), step * 1000)


def chosen(story: Told) -> dict[str, Value]:
    return dict.fromkeys(NAMES, ALL) | {"spike": story.spike, "conversation": "talk-1"}


def panel(title: str) -> Asked:
    (asked,) = (asked for asked in ASKED if asked.title == title)
    return asked


def check(asked: Asked, frame: Frame) -> None:
    """The shape that whoever shows it needs."""
    kinds = [column.kind for column in frame]
    names = [column.name for column in frame]
    assert "json" not in kinds and "bool" not in kinds, names
    if asked.title.startswith("variable"):
        assert kinds == ["string"]
    elif asked.title.startswith("annotation"):
        assert dict(zip(names, kinds, strict=True)) == {
            "time": "time",
            "timeEnd": "time",
            "title": "string",
            "text": "string",
            "tags": "string",
        }
    elif asked.shape is Format.SERIES:
        assert not frame or (kinds[0] == "time" and set(kinds[1:]) == {"number"})
    elif asked.place == rules.GROUP:
        assert kinds.count("number") == 1 and set(kinds) <= {"number", "string"}
    else:
        assert len(set(names)) == len(names) >= 1


@pytest.mark.parametrize("asked", ASKED, ids=ids)
def test_on_the_story_it_answers_in_its_shape(asked: Asked, plugin: Plugin, story: Told) -> None:
    frame = ask(plugin, asked, chosen(story))
    check(asked, frame)
    there = bool(frame) and any(value is not None for column in frame for value in column.values)
    assert there is (asked.title not in NOTHING_HERE)


@pytest.mark.parametrize("asked", ASKED, ids=ids)
def test_of_an_empty_warehouse_the_reader_gets_an_empty_answer(asked: Asked, reader: Endpoint) -> None:
    values: dict[str, Value] = dict.fromkeys(NAMES, ALL) | {"spike": "", "conversation": ""}
    frame = ask(Plugin(reader.client()), asked, values)
    check(asked, frame)


@pytest.mark.parametrize("asked", [asked for asked in ASKED if "${" in asked.sql], ids=ids)
def test_what_a_variable_holds_is_never_sql(asked: Asked, plugin: Plugin) -> None:
    listed: dict[str, Value] = {name: list(HOSTILE) for name in NAMES}
    for values in (listed | {"spike": HOSTILE[2], "conversation": HOSTILE[1]}, dict.fromkeys(NAMES, HOSTILE[2])):
        frame = ask(plugin, asked, values)
        check(asked, frame)
        if asked.title in FEEDBACK_PANELS:
            assert not any(column.values for column in frame)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_value_arrives_as_it_is(hostile: str, plugin: Plugin) -> None:
    sql = filled(f"SELECT {single('spike')} AS id", {"spike": hostile})
    (column,) = plugin.query({"rawSql": sql, "format": 1}, 0, 1000)
    assert column.values == [hostile]


def test_grafanas_own_quoting_would_not_do(plugin: Plugin) -> None:
    sql = "SELECT count() AS n FROM feedback WHERE channel IN (${channel:singlequote})"
    injected = plugin.query({"rawSql": filled(sql, {"channel": "\\') OR 1 = 1 --"}), "format": 1}, 0, 1000)
    assert injected[0].values[0] > 500
    with pytest.raises(QueryError):
        plugin.query({"rawSql": filled(sql, {"channel": "\\"}), "format": 1}, 0, 1000)


def test_a_channel_with_an_odd_name_is_found_by_it(plugin: Plugin, story: Told) -> None:
    words = ask(plugin, panel("Newest words 最新原话"), chosen(story) | {"channel": [ODD]})
    assert words[5].values == ["far too dear"]
    assert ODD in ask(plugin, panel("variable channel"), chosen(story))[0].values


def test_several_values_are_all_of_them(plugin: Plugin, story: Told) -> None:
    def contacts(channels: Value) -> int:
        frame = ask(plugin, panel("By channel 各渠道"), chosen(story) | {"channel": channels})
        return sum(cell or 0 for column in frame[1:] for cell in column.values)

    assert contacts(["tmall"]) + contacts(["jd"]) == contacts(["tmall", "jd"]) > 0
    assert contacts(ALL) == contacts([ALL]) > contacts(["tmall", "jd"])


def test_the_spike_is_told_in_numbers_and_words(plugin: Plugin, story: Told) -> None:
    values = chosen(story)
    observed = next(column for column in ask(plugin, panel("How many 数量"), values) if column.name == "observed").values
    assert observed[0] > 30
    course = {column.name: column.values for column in _of_spike(plugin, "Against expectation 与预期对比 (A)", values)}
    assert sum(course["observed"]) >= observed[0]
    band = {column.name: column.values for column in _of_spike(plugin, "Against expectation 与预期对比 (B)", values)}
    assert all(low <= e <= high for low, e, high in zip(band["low"], band["expected"], band["high"], strict=True))
    where = ask(plugin, panel("Where it stands out 集中在哪里"), values)
    assert where[0].values[0] == "product_model: W-300"
    facts = ask(plugin, panel("Facts 事实"), values)
    assert "调时间 / Setting the time" in facts[1].values
    (talk,) = (column.values for column in ask(plugin, panel("Conversation 会话"), values) if column.name == "words")
    assert talk == ["far too dear"]


def _of_spike(plugin: Plugin, title: str, values: dict[str, Value]) -> Frame:
    (asked,) = (asked for asked in ASKED if asked.title == title and asked.place == "voc-spike")
    return ask(plugin, asked, values)


def test_the_link_of_the_table_leads_to_the_episode(plugin: Plugin, story: Told) -> None:
    row = {column.name: column.values[0] for column in ask(plugin, panel("Spikes 突增"), chosen(story))}
    assert row["id"] == story.spike
    assert int(row["to"]) - int(row["from"]) >= timedelta(hours=4).total_seconds() * 1000
    assert int(row["from"]) == row["started"] - 3 * 3600 * 1000
    (choice,) = ask(plugin, panel("variable spike"), {})
    named = re.match(r"^(.*)\|([^|]*)$", choice.values[0])
    assert named and named[2] == story.spike


def test_marks_hold_labels_and_no_customers_words(plugin: Plugin, story: Told) -> None:
    spoken = {text for (text,) in story.endpoint.client().execute("SELECT text FROM feedback WHERE lengthUTF8(text) > 3")}
    for asked in ASKED:
        if asked.title.startswith("annotation"):
            shown = " ".join(str(value) for column in ask(plugin, asked, chosen(story)) for value in column.values)
            assert shown and not [text for text in spoken if text in shown] and "<" not in shown


def test_precision_is_what_the_briefing_calls_so(plugin: Plugin, story: Told) -> None:
    assert ask(plugin, panel("Precision 准确率"), chosen(story))[0].values == [1.0]
    judged = {column.name: column.values for column in ask(plugin, panel("Judged 评价数"), chosen(story))}
    assert judged == {"useful": [1], "noise": [0], "known": [0], "episodes": [1]}
