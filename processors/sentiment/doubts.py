"""Which words of a turn are meant: not what it asks, supposes, tells of others, blames on itself or asks help with."""

import re
from bisect import bisect_left

from processors.sentiment import wording
from processors.sentiment.terms import Kind

SEPARATOR = re.compile(r"[\s，,。；;！!？?~～]+")
QUESTION_END = re.compile(r"(?:[吗么嘛呢没不]|[?？])[~～!！。\s]{0,9}$")
_FIERCE = -2.9
"""Words this bad are meant, even in a question."""
_STRONG = -2.0
"""An opinion this bad is only weakened by the question it stands in, not by one that follows."""
_SUPPOSED = 0.35
_ASKED = 0.42
_WONDERED = 0.7
"""Of a set phrase in a question that asks nothing in particular (没动静了呢?)."""
_OPEN_QUESTION = re.compile(
    r"[吗么]|怎么(?!又|还|这|那|没|不|就)|如何|咋|会不会|是不是|有没有|能不能|可以|能否|是否|哪|多少|什么(?:时候|原因|意思|条"
    r"件)|多久|几天|请问|问一?下|想问|咨询|差不差|[好慢快容易]不"
)


def _places(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


_QUESTION_PLACE = _places(wording.QUESTION)
_CONDITION_PLACE = re.compile(_places(wording.CONDITION).pattern.replace("的话", "的话(?![了术筒费题剧语])"))

_TURN = re.compile(r"[。！!？?]|结果|但是|可是|没想到|谁知|不料|然而|谁想到|哪知|哪想到")


def asks_at_end(text: str) -> bool:
    """Whether `text` ends as a question does."""
    return QUESTION_END.search(text, max(0, len(text) - 12)) is not None


def supposed_in(text: str, *, condition: bool, quote: bool, own: bool) -> tuple[int, int]:
    """Return where in `text` the customer supposes, quotes others or blames himself: (start, end), (0, 0) for nowhere.

    A phrase that begins where a condition does is one itself (会不会说人话) and lies
    outside, hence the open start. What comes after the sentence or after "but then" is his own again.
    """
    start = -1 if own else len(text)
    if condition and (found := _CONDITION_PLACE.search(text)):
        place = found.start()
        if found[0] == "的话" and text[max(0, place - 2) : place] in ("这样", "那样"):
            place = len(text)
        elif found[0] == "的话":
            place = max((end.end() for end in SEPARATOR.finditer(text, 0, place)), default=0) - 1
        start = min(start, place)
    if quote and (found := wording.QUOTE_FORM.search(text)):
        start = min(start, found.start())
    if start == len(text):
        return 0, 0
    turn = _TURN.search(text, start)
    return start, turn.start() if turn else len(text) + 1


class Doubts:
    """Where in a text its questions stand, besides what it supposes.

    Of a fault, a question that follows asks what to do; a strong opinion before a question stays one.
    """

    def __init__(self, text: str, supposed: tuple[int, int], *, asked: bool) -> None:
        self._starts = [0, *(found.end() for found in SEPARATOR.finditer(text))]
        self._questions: list[int] = []
        self._open = False
        if asked:
            self._questions = [found.start() for found in _QUESTION_PLACE.finditer(text)]
            self._open = _OPEN_QUESTION.search(text) is not None
            if asks_at_end(text):
                self._questions.append(len(text))
        self._supposed = supposed

    def damping(self, start: int, kind: Kind, weight: float, *, asks: bool) -> float:
        """Return by what a term at `start` is multiplied; one that `asks` is rhetorical and no question weakens it."""
        if self._supposed[0] <= start < self._supposed[1]:
            return _SUPPOSED
        if asks or not self._questions or (weight <= _FIERCE and kind is not Kind.FAULT):
            return 1.0
        clause = bisect_left(self._starts, start + 1) - 1
        first = bisect_left(self._questions, self._starts[clause])
        if first == len(self._questions):
            return 1.0
        if kind is Kind.FAULT or weight > _STRONG:
            return _ASKED
        last_clause = clause + 1 == len(self._starts)
        if not last_clause and self._questions[first] >= self._starts[clause + 1]:
            return 1.0
        return _ASKED if self._open or kind is not Kind.FIXED else _WONDERED
