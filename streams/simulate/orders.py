"""The orders of the watch story: placed, delivered, and for a few a return with its refund."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from streams.simulate.customers import letters
from streams.simulate.events import DAY_MS, HOUR_MS, MINUTE_MS, Place, Product, order_step
from streams.simulate.outbox import Outbox

DELIVERED = 0.93
DELIVERY_DAYS = (1.0, 3.5)
RETURN_REQUESTED = 0.05
"""Share of delivered orders: about two requests a day."""
REQUEST_DAYS, RETURN_DAYS, REFUND_DAYS = (1.0, 6.0), (2.0, 5.0), (0.5, 2.0)
LEAD_DAYS = 15
"""Orders are placed from this long before the story, so that its first days have deliveries and returns too."""
EXPRESS, EXPRESS_MINUTES = 0.6, (40, 240)
"""The new model is sold in shops and by couriers within the city: this share is in its owner's hands the same day."""
PRICES = {"W-100": 59_900, "W-150": 79_900, "W-200": 129_900, "K-10": 39_900, "W-300": 169_900}
"""In fen."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What is ordered, where, when."""

    at_ms: int
    product: Product
    place: Place


def order_hash(tag: str, number: int) -> str:
    """The name of an order on the wire: no shop shows its order numbers to a feedback system."""
    return "o" + letters(f"order {tag} {number}")


class Till:
    """Follows orders through their lives; numbers them in the order in which they are given."""

    def __init__(self, outbox: Outbox, rng: Random, tag: str, reasons: Mapping[str, str]) -> None:
        self._tag, self._outbox, self._rng, self._reasons = tag, outbox, rng, dict(reasons)
        self._numbers: Iterator[int] = iter(range(1, 1_000_000))

    def sell(self, basket: Basket) -> None:
        """An order and, mostly, its delivery; sometimes its return."""
        rng, name = self._rng, order_hash(self._tag, next(self._numbers))
        self._step(name, "placed", basket.at_ms, basket)
        if rng.random() >= DELIVERED:
            return
        delivered_ms = basket.at_ms + _days(rng, DELIVERY_DAYS)
        self._step(name, "delivered", delivered_ms, basket)
        if rng.random() < RETURN_REQUESTED:
            self._return(name, delivered_ms + _days(rng, REQUEST_DAYS), basket, self._reasons)

    def sell_express(self, basket: Basket) -> None:
        """An order of the new model; its returns are the story's own (`take_back`)."""
        rng, name = self._rng, order_hash(self._tag, next(self._numbers))
        self._step(name, "placed", basket.at_ms, basket)
        express = rng.random() < EXPRESS
        wait_ms = rng.randint(*EXPRESS_MINUTES) * MINUTE_MS if express else _days(rng, (1.0, 2.0))
        self._step(name, "delivered", basket.at_ms + wait_ms, basket)

    def take_back(self, basket: Basket, reasons: Mapping[str, str]) -> bool:
        """A return asked for at the basket's time, for a watch bought in a shop; False if it lies outside the story."""
        return self._return(order_hash(self._tag, next(self._numbers)), basket.at_ms, basket, reasons)

    def _return(self, name: str, requested_ms: int, basket: Basket, reasons: Mapping[str, str]) -> bool:
        rng = self._rng
        code = rng.choice(sorted(reasons))
        asked = self._step(name, "return_requested", requested_ms, basket, reason_code=code, reason_text=reasons[code])
        returned_ms = requested_ms + _days(rng, RETURN_DAYS)
        self._step(name, "returned", returned_ms, basket, reason_code=code)
        self._step(name, "refunded", returned_ms + _days(rng, REFUND_DAYS), basket, reason_code=code)
        return asked

    def _step(self, name: str, kind: str, at_ms: int, basket: Basket, **more: object) -> bool:
        amount = PRICES[basket.product.model]
        event = order_step(
            name, kind, at_ms, basket.product, basket.place, quantity=1, amount_minor=amount, currency="CNY", **more
        )
        return self._outbox.send(event, at_ms)


def _days(rng: Random, between: tuple[float, float]) -> int:
    """A time span, to the millisecond; parcels and returns move at working hours only on average."""
    return int(rng.uniform(*between) * DAY_MS / HOUR_MS) * HOUR_MS + rng.randrange(HOUR_MS)
