"""deploy/Dockerfile, as far as tests ask about it: instructions in order, and what the last stage sets."""

import json
import re
import shlex
from typing import Any

from tests.deploy.manifests import DEPLOY


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of every instruction; continued lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def last_stage() -> list[tuple[str, str]]:
    """The instructions of what is shipped."""
    every = instructions()
    start = max(number for number, (word, _) in enumerate(every) if word == "FROM")
    return every[start:]


def environment() -> dict[str, str]:
    """What the image sets."""
    return dict(pair.split("=", 1) for word, rest in last_stage() if word == "ENV" for pair in shlex.split(rest))


def listed(word: str) -> Any:
    """The JSON list after an instruction of the last stage."""
    (rest,) = (rest for found, rest in last_stage() if found == word)
    return json.loads(rest)
