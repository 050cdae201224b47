"""The event of the lane's measurement: 319 bytes of JSON, twelve fields. Peers read it with the same decoder."""

import msgspec


class Flat(msgspec.Struct):
    """One chat message, flat."""

    id: str
    source: str
    type: str
    time: str
    subject: str
    tenant: str
    channel: str
    shop: str
    region: str
    product: str
    customer: str
    text: str


SIZE = 319
decode = msgspec.json.Decoder(Flat).decode


def encode(number: int) -> bytes:
    """Event `number`, padded in its text."""
    flat = Flat(
        f"{number:012d}", "bench", "voc.chat.message.v1", "2026-11-02T08:15:00.000Z", f"c-{number // 8:09d}", "acme", "app",
        "one", "cn-east", "W-100", f"{number % 100_000:08x}", "",
    )  # fmt: skip
    flat.text = "x" * (SIZE - len(msgspec.json.encode(flat)))
    return msgspec.json.encode(flat)
