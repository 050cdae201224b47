"""Events for the whole pipeline: chat messages with the words of the simulated story, as many as wanted, the same each time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import gettempdir

import msgspec

from streams.simulate import STORIES

BEGIN_S = datetime(2026, 11, 2, tzinfo=UTC).timestamp()
A_MINUTE = 2000
"""Messages that one minute of event time holds: so many minutes are closed per million."""


class _Data(msgspec.Struct):
    text: str = ""


class _Event(msgspec.Struct):
    data: _Data


@cache
def texts() -> list[str]:
    """What people say in the story, every turn once, in a fixed random order."""
    kept = Path(gettempdir()) / "groundswell-bench-texts.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=list[str])
    decode = msgspec.json.Decoder(_Event).decode
    found: dict[str, None] = {}
    for line in STORIES["watch"].tell(1, STORIES["watch"].minimum_days).lines:
        try:
            found[decode(line).data.text] = None
        except msgspec.MsgspecError:  # the story has broken lines
            continue
    found.pop("", None)
    said = list(found)
    random.Random(1).shuffle(said)
    kept.write_bytes(msgspec.json.encode(said))
    return said


def messages() -> Iterator[tuple[int, bytes]]:
    """(number of the conversation, event) without end; four messages a conversation, three by the customer."""
    said, escape = texts(), msgspec.json.encode
    quoted = [escape(text).decode() for text in said]
    dice = random.Random(2)
    number = 0
    while True:
        minute = number // A_MINUTE
        stamp = f"{datetime.fromtimestamp(BEGIN_S + 60 * minute, UTC):%Y-%m-%dT%H:%M}"
        for place in range(A_MINUTE):
            role = "agent" if number % 4 == 3 else "customer"
            second = place * 60_000 // A_MINUTE
            yield (
                number // 4,
                (
                    f'{{"id":"m{number}","source":"bench","type":"voc.chat.message.v1","time":"{stamp}:{second / 1000:06.3f}Z",'
                    f'"subject":"c{number // 4}","tenant":"acme","channel":"{"app" if number % 3 else "tmall"}",'
                    f'"data":{{"message_id":"m{number}","sender_role":"{role}","text":{dice.choice(quoted)},'
                    f'"customer_hash":"h{number // 4 % 50_000}","product":{{"model":"W-{100 + number // 4 % 5}"}}}}}}'
                ).encode(),
            )
            number += 1
