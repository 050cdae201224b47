"""Which messages say a topic best, each in another way."""

from collections.abc import Mapping

from processors.emergent.topic import Member

WANTED = 5
LOOKED_AT = 200
"""Messages, the newest, among which they are chosen."""


def representative(members: Mapping[int, Member], known_by: Mapping[int, float]) -> list[int]:
    """Return up to five ids: first the message with most of what the topic is known by, then always the one that adds most to
    those chosen. Wordy messages count less; the same words twice count nothing.
    """
    left = {
        number: ({slot for slot in member.words if slot in known_by}, len(member.surface))
        for number, member in list(members.items())[-LOOKED_AT:]
    }
    chosen: list[int] = []
    texts: set[str] = set()
    worn: dict[int, int] = {}
    while left and len(chosen) < WANTED:

        def value(number: int) -> float:
            words, length = left[number]
            told: float = sum(known_by[slot] / (1 + worn.get(slot, 0)) for slot in words)
            return float(told / (length + 20) ** 0.5)

        best = max(left, key=value)
        words, _ = left.pop(best)
        if members[best].surface in texts:
            continue
        texts.add(members[best].surface)
        chosen.append(best)
        for slot in words:
            worn[slot] = worn.get(slot, 0) + 1
    return chosen
