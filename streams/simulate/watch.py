"""The watch story: a brand's ordinary weeks, one promotion that lifts everything, and a new model nobody can set.

    day 1 ............ 2 Nov evening ..... 5 Nov 10:00 ...... 30-90 min later ......... 8 Nov, end
    ordinary traffic   promotion: all x3   W-300 is launched  the surge: its time       a few returns

Times in comments are local (UTC+8). The calendar is fixed and the rest comes from the seed, so a story is a pure
function of (seed, days). Every rate that may be changed is a named constant: here, in surge.py (the surge), desk.py (what a
visit causes), orders.py, customers.py, rhythm.py and outbox.py (how events arrive). The words are in watch_*.yaml.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from streams.simulate.customers import (
    ADOPTION_MS,
    CHANNELS,
    MODELS,
    NEW_FIRMWARE,
    NEW_MODEL,
    QUEUES,
    language,
    letters,
    pick,
    place,
    product,
)
from streams.simulate.desk import Desk, Visit
from streams.simulate.events import DAY_MS, HOUR_MS, MINUTE_MS, Place, Product, context, rfc3339
from streams.simulate.orders import LEAD_DAYS, Basket, Till, order_hash
from streams.simulate.outbox import Outbox
from streams.simulate.phrases import PhraseBook
from streams.simulate.rhythm import hourly_factor, poisson, rhythm
from streams.simulate.story import Story, Telling
from streams.simulate.surge import Surge
from streams.simulate.truth import Ledger, Period, ReturnsTruth, Truth

END_MS = 1_794_153_600_000
"""2026-11-08T16:00Z: the midnight that ends Sunday 8 November."""
LAUNCH_MS = END_MS - 3 * DAY_MS - 14 * HOUR_MS
"""Thursday 5 November, 10:00."""
PROMOTION_MS = (END_MS - 6 * DAY_MS - 4 * HOUR_MS, END_MS - 6 * DAY_MS - 1 * HOUR_MS)
"""Monday 2 November, 20:00 to 23:00: the opening evening of 11.11."""
PROMOTION_FACTOR, PROMOTION_RAMP_MS = 3.0, 15 * MINUTE_MS
"""Chats, calls and orders alike: the mix of subjects stays as it was."""
CAMPAIGN = "1111-opening"
FIRMWARE_MS = END_MS - 5 * DAY_MS - 10 * HOUR_MS
"""Tuesday 3 November, 14:00: firmware 1.5 of the W-200, and nothing follows from it."""
MINIMUM_DAYS = 8
"""The promotion and three quiet days before the launch must fit."""

VISITS_PER_DAY = 256
"""Conversations on a workday; with TURNS about 610 customer turns."""
TURNS = {1: 0.30, 2: 0.30, 3: 0.20, 4: 0.12, 5: 0.08}
"""Customer turns of a conversation."""
FOLLOW_UP = {"same": 0.42, "any": 0.30, "small_talk": 0.15, "other": 0.13}
"""What a later turn is about: the conversation's subject, any subject, thanks, or nothing in particular."""
INSIST = 2
"""Turns on its subject that one conversation has at most: one obstinate customer at night is no surge."""
PRODUCT_KNOWN = {"phone": 0.6}
PRODUCT_KNOWN_ELSEWHERE = 0.8
"""Share of conversations whose events name a product."""
WITH_ORDER = 0.25
"""Share of chats opened from an order."""
NEW_MODEL_SHARE = 0.08
"""Of ordinary talk after the launch, on subjects other than its time and its returns."""
PRESALE_PER_DAY, PRESALE_MS = 3, 5 * DAY_MS
"""Questions about the coming model in the days before the launch; before them nobody mentions it."""

SURGE_ELSEWHERE = 15
"""Of so many surge customers in a row, one contacts the desk without naming the new model, or naming another."""
SURGE_DETAIL, SURGE_THANKS, SURGE_OTHER = 0.35, 0.06, 0.08
"""Share of surge customers who add a detail, thanks, something else. Few thanks, or thanks would surge too."""
SURGE_PLANTS_EVERY = 40
"""Each such surge customer writes personal data."""

ORDERS_PER_DAY = 45
LAUNCH_ORDERS = {0: 150, 1: 80, 2: 60, 3: 60}
"""Orders of the new model by days since its launch."""
RETURNS_PER_DAY, RETURNS_AFTER_MS = 5, 6 * HOUR_MS
"""Return requests for the new model: spread over the days after the surge, below alert size."""
RETURN_VISITS_PER_DAY = 3
"""Conversations about returning it."""


def tell(seed: int, days: int) -> Telling:
    """Tell the story; pure, a few seconds."""
    begin_ms = END_MS - days * DAY_MS
    # Names differ between seeds and lengths: two stories read into one warehouse must not overwrite each other.
    tag = letters(f"{seed} {days}")[:4]
    # One stream of random numbers a part, so that changing one part leaves the others as they were.
    rngs = {part: Random(f"{seed} {part}") for part in ("visits", "surge", "desk", "orders", "returns", "feed")}
    outbox, ledger, book = Outbox(begin_ms, END_MS, rngs["feed"]), Ledger(), PhraseBook()
    _announce(outbox)
    surge = Surge.after(LAUNCH_MS, rngs["surge"])
    plan = [
        *_everyday(rngs["visits"], book, tag, begin_ms),
        *_presale(rngs["visits"], tag),
        *_surge_visits(rngs["surge"], tag, surge),
        *_return_visits(rngs["returns"], tag),
    ]
    desk = Desk(outbox, ledger, book, rngs["desk"])
    for number, visit in enumerate(sorted(plan, key=lambda visit: visit.at_ms), 1):
        name = f"{tag}{number:05d}"
        desk.play(replace(visit, name=name, customer_hash=letters(f"customer {name}")))
    requested = _trade(Till(outbox, rngs["orders"], tag, book.answers.return_reason), rngs, book, begin_ms)
    lines = outbox.lines()
    truth = Truth(
        story=STORY.name,
        seed=seed,
        days=days,
        period=Period(rfc3339(begin_ms), rfc3339(END_MS)),
        events=len(lines),
        distinct_events=outbox.distinct,
        customer_turns=ledger.turns,
        spikes=[ledger.spike("setting_time", NEW_MODEL, surge.end_ms, END_MS)],
        launch=rfc3339(LAUNCH_MS),
        promotion=Period(*map(rfc3339, PROMOTION_MS)),
        returns=ReturnsTruth(NEW_MODEL, rfc3339(LAUNCH_MS), rfc3339(END_MS), requested, ledger.returns_of[NEW_MODEL]),
        planted=ledger.planted,
        recalled=ledger.recalled,
        intents=ledger.intents,
    )
    return Telling(lines, truth)


STORY = Story("watch", "a watch brand launches a model whose time nobody can set", MINIMUM_DAYS, tell)


def _announce(outbox: Outbox) -> None:
    """What the company did: the promotion, a firmware, the launch."""
    start_ms, end_ms = PROMOTION_MS
    title = "双11开门红：全店满减"
    promotion = context(CAMPAIGN, "campaign", title, start_ms, end_ms=end_ms, owner="marketing")
    firmware = context("w200-firmware-1-5", "firmware", "W-200 固件 1.5", FIRMWARE_MS, products=["W-200"], owner="product")
    title = f"{NEW_MODEL} 上市：全渠道开售，门店与同城速递当日到手"
    launch = context("w300-launch", "launch", title, LAUNCH_MS, products=[NEW_MODEL], channels=list(CHANNELS), owner="product")
    for event, at_ms in ((promotion, start_ms), (firmware, FIRMWARE_MS), (launch, LAUNCH_MS)):
        outbox.send(event, at_ms)


def _times(rng: Random, per_day: float, first_ms: int, end_ms: int, *, promoted: bool = False) -> Iterator[int]:
    """Poisson arrivals in the rhythm of the day, `per_day` on a workday; hours differ a little more than they should."""
    weather = 1.0
    for minute_ms in range(first_ms, end_ms, MINUTE_MS):
        if minute_ms % HOUR_MS == 0 or minute_ms == first_ms:
            weather = hourly_factor(rng)
        mean = per_day / 1440 * rhythm(minute_ms) * weather * (_promotion(minute_ms) if promoted else 1.0)
        for _ in range(poisson(rng, mean)):
            yield minute_ms + rng.randrange(MINUTE_MS)


def _promotion(ms: int) -> float:
    """The factor by which everything is busier: up and down within PROMOTION_RAMP_MS."""
    start_ms, end_ms = PROMOTION_MS
    inside = min(ms - start_ms, end_ms - ms) / PROMOTION_RAMP_MS
    return 1 + (PROMOTION_FACTOR - 1) * min(1.0, max(0.0, inside))


def _everyday(rng: Random, book: PhraseBook, tag: str, begin_ms: int) -> Iterator[Visit]:
    shares = {name: subject.weight for name, subject in book.subjects.items()}
    for at_ms in _times(rng, VISITS_PER_DAY, begin_ms, END_MS, promoted=True):
        channel = pick(rng, CHANNELS)
        main = pick(rng, shares)
        subjects = [main]
        for _ in range(rng.choices(list(TURNS), list(TURNS.values()))[0] - 1):
            kind = pick(rng, FOLLOW_UP)
            same = main if subjects.count(main) < INSIST else pick(rng, shares)
            subjects.append({"same": same, "any": pick(rng, shares)}.get(kind, kind))
        about = None
        if rng.random() < PRODUCT_KNOWN.get(channel, PRODUCT_KNOWN_ELSEWHERE):
            # The new model's time and its returns are planned apart: they are what the truth file counts.
            apart = bool({"setting_time", "return"} & set(subjects))
            about = _watch(rng, at_ms, new_allowed=at_ms >= LAUNCH_MS + HOUR_MS and not apart)
        yield _visit(rng, tag, at_ms, channel, about, tuple(subjects))


def _presale(rng: Random, tag: str) -> Iterator[Visit]:
    for at_ms in _times(rng, PRESALE_PER_DAY, LAUNCH_MS - PRESALE_MS, LAUNCH_MS):
        yield _visit(rng, tag, at_ms, pick(rng, CHANNELS), None, ("presale",))


def _surge_visits(rng: Random, tag: str, surge: Surge) -> Iterator[Visit]:
    asked, elsewhere = 0, 0
    for minute_ms in range(surge.start_ms, END_MS, MINUTE_MS):
        customers = poisson(rng, surge.customers(minute_ms))
        # The truth's first minute is the minute of the first question, so the plan's first minute always has one.
        for _ in range(max(customers, 1) if minute_ms == surge.start_ms else customers):
            if asked % SURGE_ELSEWHERE == 0:
                elsewhere = rng.randrange(SURGE_ELSEWHERE)
            about: Product | None = product(rng, NEW_MODEL)
            if asked % SURGE_ELSEWHERE == elsewhere:
                about = product(rng, pick(rng, MODELS)) if rng.random() < 0.5 else None
            subjects = ["setting_time"]
            for subject, share in (
                ("setting_time", SURGE_DETAIL),
                ("other", SURGE_OTHER),
                ("small_talk", SURGE_THANKS),
            ):
                if rng.random() < share:
                    subjects.append(subject)
            asked += 1
            at_ms = minute_ms + rng.randrange(MINUTE_MS // 2)
            visit = _visit(rng, tag, at_ms, pick(rng, CHANNELS), about, tuple(subjects))
            yield replace(visit, surge=True, plants=asked % SURGE_PLANTS_EVERY == 10)


def _return_visits(rng: Random, tag: str) -> Iterator[Visit]:
    for at_ms in _times(rng, RETURN_VISITS_PER_DAY, LAUNCH_MS + RETURNS_AFTER_MS, END_MS):
        yield _visit(rng, tag, at_ms, pick(rng, CHANNELS), product(rng, NEW_MODEL), ("return",))


def _visit(rng: Random, tag: str, at_ms: int, channel: str, about: Product | None, subjects: tuple[str, ...]) -> Visit:
    """A visit; its name and its customer follow when all are in order."""
    spoken = language(rng)
    start_ms, end_ms = PROMOTION_MS
    # Speech recognition writes Simplified characters, whoever speaks.
    spoken = "zh" if channel == "phone" and spoken == "hant" else spoken
    return Visit(
        name="",
        at_ms=at_ms,
        place=place(rng, channel, spoken),
        language=spoken,
        product=about,
        subjects=subjects,
        customer_hash="",
        queues=channel in QUEUES,
        team="hotline" if channel == "phone" else "online" if channel in QUEUES else "",
        campaign_id=CAMPAIGN if start_ms <= at_ms < end_ms and rng.random() < 0.5 else None,
        order_hash=order_hash(tag, rng.randint(1, 900)) if channel != "phone" and rng.random() < WITH_ORDER else None,
    )


def _watch(rng: Random, at_ms: int, *, new_allowed: bool) -> Product:
    """A watch somebody talks about at that time."""
    if new_allowed and rng.random() < NEW_MODEL_SHARE:
        return product(rng, NEW_MODEL)
    model = pick(rng, MODELS)
    updated = model == "W-200" and rng.random() < (at_ms - FIRMWARE_MS) / ADOPTION_MS
    return product(rng, model, NEW_FIRMWARE if updated else "")


def _trade(till: Till, rngs: dict[str, Random], book: PhraseBook, begin_ms: int) -> int:
    """Orders and returns; how many returns of the new model were asked for."""
    rng = rngs["orders"]

    def where() -> Place:
        return place(rng, pick(rng, {name: share for name, share in CHANNELS.items() if name != "phone"}))

    for at_ms in _times(rng, ORDERS_PER_DAY, begin_ms - LEAD_DAYS * DAY_MS, END_MS, promoted=True):
        till.sell(Basket(at_ms, _watch(rng, at_ms, new_allowed=False), where()))
    for day, orders in LAUNCH_ORDERS.items():
        first_ms = LAUNCH_MS + day * DAY_MS
        for at_ms in _times(rng, orders, first_ms, min(first_ms + DAY_MS, END_MS)):
            till.sell_express(Basket(at_ms, product(rng, NEW_MODEL), where()))
    reasons = book.answers.surge_return_reason
    times = _times(rngs["returns"], RETURNS_PER_DAY, LAUNCH_MS + RETURNS_AFTER_MS, END_MS)
    return sum(till.take_back(Basket(at_ms, product(rng, NEW_MODEL), where()), reasons) for at_ms in times)
