"""The texts that measurements read: evaluation data where they are, else the phrases of the simulated story.

Nothing of the evaluation data is part of the product; see VOC_TEST_DATA in CONTRIBUTING.md.
"""

import csv
import gzip
import json
import os
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_CLAUSE_END = re.compile(r"[，。！？；,.!?;\s]+")


class Labelled(NamedTuple):
    """A text and what people said of it."""

    label: str
    text: str


def folder() -> Path | None:
    """Return the folder of the evaluation data, if it is there."""
    place = Path(os.environ.get("VOC_TEST_DATA", ROOT.parent / "shared" / "data"))
    return place if (place / "streams").is_dir() else None


def short_turns(data: Path) -> list[str]:
    """Return about 20,000 distinct clauses of 6 to 20 characters (mean 12) of Chinese dialogues and reviews, in a fixed order."""
    with gzip.open(data / "streams" / "travel-zh.ndjson.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["data"]["text"] for line in lines]
    texts += [text for _source, _label, text in _rows(data / "reviews" / "dev.tsv.gz")]
    clauses = {clause for text in texts for clause in _CLAUSE_END.split(text) if 6 <= len(clause) <= 20}
    return sorted(clauses, key=hash_of)


def hash_of(text: str) -> int:
    """Return a number that orders texts the same way on every machine, and by nothing that is in them."""
    value = 0
    for character in text:
        value = (value * 1_000_003 ^ ord(character)) & 0xFFFFFFFF
    return value


def chat(data: Path) -> list[Labelled]:
    """Return real service turns labelled negative, neutral or positive."""
    return [Labelled(label, text) for label, text in _rows(data / "chat_dev.tsv.gz")]


def reviews(data: Path) -> dict[str, list[Labelled]]:
    """Return reviews labelled negative or positive, by source (food, hotel, shop)."""
    names = {"waimai": "food", "htl": "hotel", "shop": "shop"}
    found: dict[str, list[Labelled]] = {name: [] for name in names.values()}
    for source, label, text in _rows(data / "reviews" / "dev.tsv.gz"):
        found[names[source]].append(Labelled(label, text))
    return found


def bank_queries(data: Path) -> list[Labelled]:
    """Return English customers' queries with their intents (BANKING77)."""
    with (data / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        return [Labelled(row["category"], row["text"]) for row in csv.DictReader(file)]


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()[1:]
    return [line.split("\t") for line in lines]
