"""Valid events with personal data in every field that holds a text, also in fields that nobody knows."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.hostile.plants import FORMS, Plants, by_kind_and_form, escape
from tests.schemas.examples import VALID

NOT_A_TEXT = {
    "specversion", "type", "time", "sender_role", "created_at", "call_start", "kind", "metric", "start", "end",
}  # fmt: skip
"""Fields with a closed list or a time: something else in them is a bad event (bad_lines.py)."""
KEYS = {
    "voc.chat.message.v1": "message_id", "voc.call.segment.v1": "segment_id", "voc.survey.response.v1": "response_id",
    "voc.order.v1": "line_id",
}  # fmt: skip
LISTED = ("store_note", "member_note")
"""The unknown fields that pipeline.toml lists: the first in data, the second, an object, in the envelope."""
START = datetime(2025, 3, 17, tzinfo=UTC)
"""A day before the examples."""


def good_lines(plants: Plants) -> Iterator[bytes]:
    """A surge in which all of it is said, then each field of each type with each kind of personal data in each form."""
    yield from _surge(plants)
    number = 0
    for path in (path for path in VALID if path.stem == "full"):
        example = json.loads(
            path.read_text("utf-8")
            .replace("2026-", "2025-")
            .replace("-11-19T", "-11-18T")
            .replace("-11-", "-03-")
            .replace("-12-", "-04-")
        )
        example["member_note"], example["data"]["store_note"] = {"deep": ["x"]}, "x"
        example["unlisted"], example["data"]["unlisted"] = {"deep": ["x"]}, "x"
        for place in _texts(example):
            ways = list(by_kind_and_form())
            if place == ("tenant",):  # a tenant costs a detector
                ways = [ways[number % len(ways)]]
            for kind, form in ways:
                number += 1
                yield _line(example, place, plants.value(kind, form, f"{path.parent.name} {place}"), form, number)


def _line(example: dict[str, Any], place: tuple[Any, ...], value: str, form: str, number: int) -> bytes:
    event = copy.deepcopy(example)
    event["id"] = f"e-{number}"
    if event["type"] in KEYS:
        event["data"][KEYS[event["type"]]] = f"k-{number}"
    holder = event
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = "planted-here"
    line = json.dumps(event, ensure_ascii=False)
    assert line.count("planted-here") == 1
    return line.replace("planted-here", escape(value) if form == "escaped" else value).encode()


def _texts(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str):
        if place[-1] not in NOT_A_TEXT:
            yield place
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*place, step))


def _surge(plants: Plants) -> Iterator[bytes]:
    """A day of one question an hour, then thirty in ten minutes: a card with customers' words, and a model, that hold it all."""
    times = [START + timedelta(minutes=60 * hour) for hour in range(26)]
    times += [START + timedelta(hours=26, seconds=20 * n) for n in range(30)]
    model = plants.value("phone", "plain", "model of the surge")
    for number, at in enumerate(times):
        form = FORMS[number % 3]
        data = {
            "message_id": f"s-{number}", "sender_role": "customer",
            "text": f"请问怎么调时间 {number} {plants.sentence(form, f'surge {number}')}",
            "product": {"model": model if number >= 26 else "W-100"},
        }  # fmt: skip
        event = {
            "id": f"s-{number}",
            "source": "surge",
            "type": "voc.chat.message.v1",
            "time": at.isoformat(),
            "subject": f"s-{number}",
            "data": data,
        }
        yield json.dumps(event, ensure_ascii=False).encode()
