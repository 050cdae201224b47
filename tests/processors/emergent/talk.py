"""Conversations of a small desk, made of slots, and what nobody said there before."""

from random import Random

from processors.emergent import EmergentConfig, Message

START = 1_767_571_200
"""2026-01-05 00:00 UTC."""
FIRST_ID = 1 << 63
"""Ids are unsigned numbers of 64 bits."""
QUICK = EmergentConfig(slot_bits=14, warm_up_minutes=120)
"""A small model that is warm after two hours."""
THINGS = ("order", "parcel", "refund", "invoice", "delivery", "coupon", "strap", "charger", "screen", "battery", "address")
STATES = ["late", "wrong", "missing", "cancelled", "changed", "returned"]
ASKED = ("Where is my {a}, it is {b}?", "My {a} was {b}", "hello, the {a} for the {c} is {b}", "{a} {b}, please help")
CRASH = (
    "The app crashed when I opened the altimeter",
    "altimeter page crashed the app",
    "crashed again as soon as altimeter opens",
    "why has my altimeter crashed",
    "opening the altimeter: app crashed",
    "my watch app crashed on the altimeter page",
)
STRAP = (
    "表带戴了起红疹",
    "表带让我手腕过敏起红疹",
    "戴表带过敏了，起红疹",
    "手腕起红疹，是不是表带过敏",
    "红疹！表带过敏怎么处理",
)


class Desk:
    """Background talk; minute by minute, numbered messages."""

    def __init__(self, seed: int = 1, rate: int = 12) -> None:
        self.rng, self.rate, self.number = Random(seed), rate, FIRST_ID

    def said(self, text: str, conversation: str = "", topics: tuple[str, ...] = ()) -> Message:
        self.number += 1
        return Message(self.number, conversation or f"c{self.number}", text, topics)

    def minute(self) -> list[Message]:
        choose = self.rng.choice
        return [self.said(choose(ASKED).format(a=choose(THINGS), b=choose(STATES), c=choose(THINGS))) for _ in range(self.rate)]
