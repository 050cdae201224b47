"""Who contacts the watch brand, where, in which language, about which watch."""

import base64
import hashlib
from random import Random

from streams.simulate.events import DAY_MS, Place, Product
from streams.simulate.phrases import Language

NEW_MODEL = "W-300"
MODELS = {"W-100": 0.30, "W-150": 0.25, "W-200": 0.30, "K-10": 0.15}
"""Share of everyday talk and orders; the new model joins after its launch."""
COLOURS = ("BLK", "SLV", "BLU")
FIRMWARE = {"W-200": "1.4", "K-10": "2.1", NEW_MODEL: "1.0"}
"""The others have no firmware."""
NEW_FIRMWARE, ADOPTION_MS = "1.5", 4 * DAY_MS
"""Of the W-200; owners install it within about this time, evenly."""

CHANNELS = {"tmall": 0.28, "jd": 0.20, "wechat": 0.17, "douyin": 0.11, "web": 0.10, "phone": 0.14}
SOURCES = {
    "tmall": "tmall-im",
    "jd": "jd-im",
    "wechat": "wechat-kf",
    "douyin": "douyin-im",
    "web": "web-chat",
    "phone": "callcenter",
}
SHOPS = {
    "tmall": ("tmall-flagship", "tmall-outlet"),
    "jd": ("jd-official", "jd-kids"),
    "douyin": ("douyin-live",),
    "wechat": ("mini-program",),
    "web": ("meridian-web",),
    "phone": (),
}
REGIONS = ("CN-31", "CN-11", "CN-44", "CN-33", "CN-32", "CN-51", "CN-21", "CN-61", "CN-35", "CN-42")
ABROAD = ("CN-HK", "CN-MO")
"""Where Traditional Chinese is written, and a good part of the English."""
ENGLISH, TRADITIONAL = 0.12, 0.05
"""Shares of customers."""
QUEUES = frozenset({"phone", "web"})
"""Desks whose provider reports waiting times."""


def pick(rng: Random, shares: dict[str, float]) -> str:
    """One key, with the probability of its share."""
    return rng.choices(list(shares), list(shares.values()))[0]


def letters(name: str) -> str:
    """A name as senders hash one; sixteen characters, in letters rather than hex, so that none looks like a number."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:10]).decode().lower()


def language(rng: Random) -> Language:
    """The language one customer writes in."""
    chance = rng.random()
    if chance < ENGLISH:
        return "en"
    return "hant" if chance < ENGLISH + TRADITIONAL else "zh"


def place(rng: Random, channel: str, spoken: Language = "zh") -> Place:
    """A channel with one of its shops and a region."""
    shops = SHOPS[channel]
    abroad = spoken == "hant" or (spoken == "en" and rng.random() < 0.4)
    region = rng.choice(ABROAD if abroad else REGIONS)
    return Place(channel, rng.choice(shops) if shops else "", region, SOURCES[channel])


def product(rng: Random, model: str, firmware: str = "") -> Product:
    """One watch of a model, with the firmware given or else the model's usual one."""
    category = "kids_watch" if model.startswith("K") else "watch"
    return Product(model, f"{model}-{rng.choice(COLOURS)}", category, firmware or FIRMWARE.get(model, ""))
