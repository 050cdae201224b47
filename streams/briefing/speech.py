"""How a page speaks: sentences of one language, numbers, and times of one zone. Pure."""

import math
from datetime import datetime, tzinfo

from processors.wording import Language
from processors.wording.clock import Clock, length
from processors.wording.numbers import amount, count
from streams.briefing.words import WORDS
from streams.notify.inert import plain

LONGEST = 120
"""Characters of a name that others gave: a label, a channel, a product."""


class Speech:
    """One language and one time zone."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language: Language = language
        self.clock = Clock(zone)
        self._words = WORDS[language]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that key."""
        return self._words[key].format(**values)

    def number(self, value: float) -> str:
        """12,345."""
        return count(value)

    def amount(self, value: float) -> str:
        """What was expected: 160, 2.1, <0.1."""
        return amount(value)

    def share(self, part: float) -> str:
        """A part of 1: 31%, 3.5%, <0.1%."""
        percent = 100 * min(max(part, 0.0), 1.0)
        if 0 < percent < 0.05:
            return "<0.1%"
        return f"{percent:.0f}%" if percent >= 10 else f"{percent:.1f}".removesuffix(".0") + "%"

    def times(self, now: float, before: float) -> str:
        """×1.4; "–" against nothing."""
        return f"×{now / before:.2g}" if before > 0 and now < 10 * before else f"×{now / before:.0f}" if before > 0 else "–"

    def chance(self, q: float) -> str:
        """0.02, <0.001."""
        return "<0.001" if q < 0.001 else f"{q:.2g}" if math.isfinite(q) else "?"

    def change(self, now: int, before: int) -> str:
        """+20%, of numbers that stand beside it; nothing of few, whose percentage says nothing."""
        return f"{100 * (now - before) / before:+.0f}%".replace("-", "−") if before >= 50 else ""

    def when(self, at: datetime) -> str:
        """2026-11-05 11:11."""
        return self.clock.full(at)

    def short(self, at: datetime) -> str:
        """11-05 11:11."""
        return f"{self.clock.there(at):%m-%d %H:%M}"

    def day(self, at: datetime) -> str:
        """11-05."""
        return f"{self.clock.there(at):%m-%d}"

    def hour(self, at: datetime) -> str:
        """11:11."""
        return f"{self.clock.there(at):%H:%M}"

    def alerts(self, alerts: int) -> str:
        """3 alerts."""
        return self("alerts_one") if alerts == 1 else self("alerts_many", n=self.number(alerts))

    def days(self, days: int) -> str:
        """7 days."""
        return self("days_one") if days == 1 else self("days_many", n=days)

    def minutes(self, minutes: int) -> str:
        """30 min, 2 h, day."""
        if minutes == 1440:
            return self("whole_day")
        return self("hours", n=minutes // 60) if minutes % 60 == 0 else self("minutes", n=minutes)

    def age(self, first: datetime, last: datetime) -> str:
        """How long from one to the other: the two greatest units."""
        days, hours, minutes = length(first, last)
        parts = [self.days(days)] if days else []
        parts += [self("hours", n=hours)] if hours else []
        parts += [self("minutes", n=minutes)] if minutes or not parts else []
        return " ".join(parts[:2])

    def name(self, text: str, longest: int = LONGEST) -> str:
        """What others wrote, as one line that is not too long."""
        return plain(text, longest)

    def names(self, texts: list[str], at_most: int = 3) -> str:
        """Some of them, and how many more there are."""
        joined = ("、" if self.language == "zh" else ", ").join(self.name(text, LONGEST) for text in texts[:at_most])
        return joined + (f" {self('short_more', n=len(texts) - at_most)}" if len(texts) > at_most else "")
