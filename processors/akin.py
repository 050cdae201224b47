"""Are two emergent topics one matter, said in other words or in another language?

Words of two languages share no letters, so that the bursts of one subject cannot find each other. Their meanings can: the table
of synonyms knows both languages. Two topics are akin when a pair of meanings stands near each other in the words of both.
"""

from functools import lru_cache

from processors.emergent import Burst
from processors.intents.meanings import meanings, named
from processors.normalise import normalised

_GENERAL = """
after arrive athand can how howuse human just like not part past place please points quality reason received recommend repair sent
suddenly talk twice want when where why yet
"""
GENERAL = frozenset(_GENERAL.split())
"""Meanings that go with any subject: a pair with one of them says nothing."""


def akin(one: Burst, other: Burst) -> bool:
    """Do they share a pair of meanings?"""
    return bool(_pairs(tuple(one.phrases), one.label) & _pairs(tuple(other.phrases), other.label))


@lru_cache(maxsize=256)
def _pairs(phrases: tuple[str, ...], label: str) -> frozenset[str]:
    found = meanings([normalised(" ".join((label, *phrases)))])
    names = (named(int(number)) for number in found.numbers[found.single :])
    return frozenset(name for name in names if not GENERAL & set(name.split(" … ")))
