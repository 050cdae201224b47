"""Made-up personal data in the spellings customers use. No value belongs to anyone on purpose."""

from random import Random
from typing import NamedTuple

from streams.simulate.truth import Planted

KINDS = ("phone", "phone", "phone", "resident_id", "email")
"""Mobile numbers are what customers write most."""

_AREAS = ("110105", "310101", "440103", "330102", "210102", "420102", "610103", "350203", "120101")
_BORN = (1986, 2004)
"""Counties that existed in all of these years, or a strict check would find the number made up."""
_PREFIXES = ("138", "139", "136", "150", "159", "177", "186", "199")
_GIVEN = ("li.ming", "wang_fang", "chen2008", "zhao.lei", "lucy.liu", "sunny88", "a.smith", "meng-yao", "Tony.Wu")
_HOSTS = ("example.com", "example.org", "mail.example.net", "example.cn")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class Personal(NamedTuple):
    """One value: as written, and plain."""

    kind: str
    written: str
    value: str

    def planted_in(self, native_id: str) -> Planted:
        """The entry of the truth file."""
        return Planted(kind=self.kind, written=self.written, value=self.value, id=native_id)


def personal(rng: Random, spoken: bool) -> Personal:
    """A new value; in a call only as speech recognition writes one."""
    kind = rng.choice(KINDS)
    if kind == "phone" or spoken:
        return _phone(rng, spoken)
    if kind == "resident_id":
        return _resident_id(rng)
    value = f"{rng.choice(_GIVEN)}{rng.randrange(10, 9999)}@{rng.choice(_HOSTS)}"
    return Personal("email", value, value)


def _phone(rng: Random, spoken: bool) -> Personal:
    # The middle block 00xx keeps near the numbers used in documentation, 138 0013 8000 and its like.
    head, middle, tail = rng.choice(_PREFIXES), f"00{rng.randrange(100):02d}", f"{rng.randrange(10_000):04d}"
    value = head + middle + tail
    grouped = f"{head} {middle} {tail}"
    dashed = f"{head}-{middle}-{tail}"
    if spoken:
        return Personal("phone", rng.choice((value, grouped)), value)
    written = rng.choice(
        (
            value,
            value,
            value,
            grouped,
            grouped,
            dashed,
            f"+86{value}",
            f"+86 {grouped}",
            f"+86-{dashed}",
            f"(+86){value}",
            f"86-{value}",
            f"{head} {middle}{tail}",
            value.translate(_FULL_WIDTH),
        )
    )
    return Personal("phone", written, value)


def _resident_id(rng: Random) -> Personal:
    """Eighteen digits with the check digit of GB 11643 (ISO 7064 MOD 11-2)."""
    born = f"{rng.randrange(*_BORN)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    body = f"{rng.choice(_AREAS)}{born}{rng.randrange(1000):03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    value = body + "10X98765432"[rest]
    written = rng.choice((value, value, value.lower(), value.translate(_FULL_WIDTH)))
    return Personal("resident_id", written, value)
