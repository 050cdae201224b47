"""Small inputs for the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

QUICK = 'processors = ["redact", "normalise", "language", "intents"]\n'
"""The packaged pipeline without sentiment, which takes most of the time."""
START = datetime(2025, 3, 10, tzinfo=UTC)


def chat(number: int, text: str = "你好", at: datetime = START, **envelope: object) -> bytes:
    """One chat message of a customer, as a line without its newline."""
    data = {"message_id": f"m-{number}", "sender_role": "customer", "text": text, "product": {"model": "W-300"}}
    event = {
        "id": f"e-{number}", "source": "test", "type": "voc.chat.message.v1", "time": at.isoformat(), "subject": f"c-{number}",
        "channel": "tmall", "data": data, **envelope,
    }  # fmt: skip
    return json.dumps(event, ensure_ascii=False).encode()


def chats(first: int, count: int, text: str = "你好") -> bytes:
    """That many lines, a second apart."""
    lines = (chat(number, text, START + timedelta(seconds=number)) for number in range(first, first + count))
    return b"".join(line + b"\n" for line in lines)


def surge() -> bytes:
    """26 hours in which one customer an hour asks how to set the time, then thirty within ten minutes: one spike."""
    times = [START + timedelta(minutes=60 * hour) for hour in range(26)]
    times += [START + timedelta(hours=26, seconds=20 * n) for n in range(30)]
    words = ("手表怎么调时间", "请问时间怎么设置", "how do I set the time")
    return b"".join(chat(n, f"{words[n % 3]} {n}", at) + b"\n" for n, at in enumerate(times))


def written(path: Path, content: bytes) -> Path:
    """A file with that content."""
    path.write_bytes(content)
    return path
