"""The page: one HTML file that asks nobody for anything and runs no script. Pure.

Every text passes through Jinja's autoescape; what others wrote is made one line without control or direction characters before,
and stands in elements that isolate its direction.
"""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from processors.said import Said, said
from processors.wording import Language
from processors.wording.en import CONTEXT as CONTEXT_EN
from processors.wording.zh import CONTEXT as CONTEXT_ZH
from streams.briefing.chart import spark
from streams.briefing.facts import Briefing, Episode, Moved
from streams.briefing.figures import Figure, of_days, of_episode
from streams.briefing.gather import COMPARABLE, ENOUGH, FALSE_SHARE, OTHER
from streams.briefing.speech import Speech

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What a browser may load for the page: nothing."""
SHORT = 4
"""Alerts that the summary names."""
KINDS: Mapping[Language, Mapping[str, str]] = {"en": CONTEXT_EN, "zh": CONTEXT_ZH}


class Shown(NamedTuple):
    """An episode in words."""

    anchor: str
    said: Said
    kind: str
    verdict: str
    figure: Figure | None
    lead: str
    """How many, against how many."""
    facts: list[tuple[str, str]]
    """Name and value of the rest."""


class Line(NamedTuple):
    """A sentence of the summary; it may begin with a link to an episode."""

    text: str
    name: str = ""
    anchor: str = ""


class Topic(NamedTuple):
    """A topic in words."""

    label: str
    moved: Moved
    spark: object
    days: str


def page(briefing: Briefing, *, language: Language, zone: tzinfo) -> str:
    """The whole HTML document."""
    say = Speech(language, zone)
    several = len(briefing.tenants) > 1
    labels = {moved.topic: moved.label for moved in briefing.moved}
    topics = [_topic(moved, say, several) for moved in briefing.moved]
    compared = briefing.span.known_before >= COMPARABLE
    rose = [topic for topic in topics if topic.moved.changed and topic.moved.now.part > topic.moved.before.part]
    fell = [topic for topic in topics if topic.moved.changed and topic.moved.now.part < topic.moved.before.part]
    open_, closed = (
        [_shown(f"{prefix}{n}", episode, say) for n, episode in enumerate(episodes, 1)]
        for prefix, episodes in (("open-", briefing.open), ("closed-", briefing.closed))
    )
    return _template().render(
        b=briefing,
        say=say,
        policy=POLICY,
        compared=compared,
        span_days=say.days(briefing.days),
        short=_short(briefing, say, rose, fell, open_, closed),
        topics=topics,
        rose=rose,
        fell=fell,
        open=open_,
        closed=closed,
        beside=lambda subject: [f"{_label(topic, labels, say)} ({say.number(n)})" for topic, n in subject.beside],
        anchors={shown.said.spike_id: shown.anchor for shown in (*open_, *closed)},
        quiet=[shown for shown in (*open_, *closed) if shown.kind == "silence"],
        missing=[feed for feed in briefing.feeds if not feed.messages],
        days=of_days(briefing.by_day, compared, say),
        enough=ENOUGH,
        rate=FALSE_SHARE,
        kinds=KINDS[language],
        several=several,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("streams.briefing"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("briefing.html.j2")


def _topic(moved: Moved, say: Speech, several: bool) -> Topic:
    label = _label(moved.topic, {moved.topic: moved.label}, say)
    half = len(moved.days) // 2
    before, now = moved.days[:half], moved.days[half:]
    days = say("day_numbers", before=", ".join(map(str, before)), now=", ".join(map(str, now)))
    return Topic(say.name(f"{label} · {moved.tenant}" if several else label), moved, spark(before, now), days)


def _label(topic: str, labels: Mapping[str, Mapping[str, str]], say: Speech) -> str:
    return say("other") if topic == OTHER else labels.get(topic, {}).get(say.language) or topic


def _shown(anchor: str, episode: Episode, say: Speech) -> Shown:
    words = said(episode.card, language=say.language, zone=say.clock.zone)
    left_out = {"severity", "spike", "odds", "size"} | (set() if episode.card.spread else {"spread"})
    facts = [(fact.name, fact.value) for fact in words.facts if fact.key not in left_out]
    lead = next((fact.value for fact in words.facts if fact.key == "size"), words.summary)
    verdict = say(f"verdict_{episode.verdict}") if episode.verdict in ("useful", "known", "noise") else ""
    figure = of_episode(episode.card, anchor, words.title, say)
    return Shown(anchor, words, episode.card.transition.kind, verdict, figure, lead, facts)


def _short(
    briefing: Briefing, say: Speech, rose: list[Topic], fell: list[Topic], open_: list[Shown], closed: list[Shown]
) -> list[Line]:
    """The page in a few sentences."""
    days, now, before = say.days(briefing.days), say.number(briefing.now.conversations), briefing.before.conversations
    compared = briefing.span.known_before >= COMPARABLE
    volume = say("short_volume", now=now, before=say.number(before), days=days) if compared else say("short_volume_only", now=now)
    lines = [Line(volume)]
    named = [("short_open", one) for one in open_] + [("short_closed", one) for one in closed]
    lines += [Line(say(key, summary=one.said.summary), one.said.title, one.anchor) for key, one in named[:SHORT]]
    if further := len(named) + len(briefing.more) - len(named[:SHORT]):
        lines.append(Line(say("short_further", alerts=say.alerts(further))))
    if not open_:
        lines.append(Line(say("short_open_none" if closed else "short_no_alert")))
    for key, topics in (("short_rose", rose), ("short_fell", fell)):
        if topics:
            lines.append(Line(say(key, names=say.names([_moving(topic, say) for topic in topics]))))
    if not rose and not fell:
        lines.append(
            Line(say("short_same", n=len(briefing.moved), days=days) if compared else say("short_uncompared", days=days))
        )
    if briefing.subjects:
        many = "one" if len(briefing.subjects) == 1 else "many"
        labels = say.names([subject.label for subject in briefing.subjects])
        lines.append(Line(say(f"short_new_{many}", n=say.number(len(briefing.subjects)), names=labels)))
    if quiet := [one.said.title for one in (*open_, *closed) if one.kind == "silence"]:
        lines.append(Line(say("short_quiet", names=say.names(quiet))))
    return lines


def _moving(topic: Topic, say: Speech) -> str:
    now, before = topic.moved.now, topic.moved.before
    return say(
        "short_topic", label=topic.label, now=say.number(now.count), before=say.number(before.count),
        part=say.share(now.part), part_before=say.share(before.part),
    )  # fmt: skip
