"""Numbers as they are written in either language. Any number has a form: what cannot be counted is "?"."""

import math

LARGEST = 10**15
"""Nothing that is counted is more."""


def count(number: float) -> str:
    """12,345."""
    if isinstance(number, float) and not math.isfinite(number):
        return "?"
    return f"{max(min(round(number), LARGEST), -LARGEST):,}"


def amount(number: float) -> str:
    """An expectation: 160, 2.1, 0.9, 3; of next to nothing "<0.1", of nothing 0."""
    if not math.isfinite(number):
        return "?"
    if number <= 0:
        return "0"
    if number < 0.05:
        return "<0.1"
    return f"{number:.1f}".removesuffix(".0") if number < 20 else count(number)


def share(part: float) -> str:
    """A part of 1, as a percentage between 0 and 100; of little "<1%"."""
    if not math.isfinite(part):
        return "?"
    percent = 100 * min(max(part, 0.0), 1.0)
    return "<1%" if 0 < percent < 0.5 else f"{percent:.0f}%"


def ratio(part: float, whole: float) -> float:
    """One number by another, of any size; nothing by nothing is 0."""
    if not (math.isfinite(part) and math.isfinite(whole)):
        return math.nan
    return max(min(part, LARGEST), -LARGEST) / max(min(whole, LARGEST), 1e-9) if whole > 0 else 0.0


def budget(number: float) -> str:
    """A number as it was set: 1, 0.5."""
    return f"{number:g}" if math.isfinite(number) else "?"


def times(observed: int, expected: float) -> str:
    """How many times as many, where that says something: 20, 2.5; else nothing."""
    if not (math.isfinite(expected) and expected >= 0.05 and observed >= 2 * expected):
        return ""
    ratio = min(observed, LARGEST) / expected
    return f"{ratio:.1f}".removesuffix(".0") if ratio < 10 else count(ratio)
