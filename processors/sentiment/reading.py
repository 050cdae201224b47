"""What the words of one Chinese turn say: one pass for its terms, one for the triggers of its phrases, then arithmetic.

Most turns of service talk hold no term of feeling and no trigger, and are done after the two passes. Sentiment and
speech act both build on a reading, so it is remembered for a while.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from processors.normalise import simplified
from processors.sentiment import wording
from processors.sentiment.complaints_conduct import CONDUCT
from processors.sentiment.complaints_flaws import FLAWS
from processors.sentiment.complaints_goods import GOODS
from processors.sentiment.complaints_plain import PLAIN
from processors.sentiment.complaints_scorn import SCORN
from processors.sentiment.complaints_waiting import WAITING
from processors.sentiment.doubts import SEPARATOR, Doubts, asks_at_end, supposed_in
from processors.sentiment.pattern import compiled
from processors.sentiment.terms import TERMS, Kind, Tells

BOUNDARY = 1.2
"""|score| from here on is emotional."""
_REMEMBERED_LENGTH = 200
_REMEMBERED = 4096
"""Readings kept: about 4 MB when full."""
_LONGEST_READ = 10_000
"""Characters; the rest of a longer text says nothing new, and a megabyte of 慢 would hold a gigabyte of findings."""
_MAX_EVIDENCE = 8
_MOST_DOUBTED = 1.1
"""What a turn only asks about or supposes comes to at most: under the boundary."""
_ACCUSES = -1.3
"""A question with a phrase this bad in it is none."""
_MOST_PHRASES = -5.0
"""Phrases overlap; together they weigh no more than this."""


class Weighed(msgspec.Struct, frozen=True):
    """One term or phrase as found, and what it came to weigh there; below 0 is negative."""

    term: str
    weight: float
    kind: str
    """"opinion", "fixed", "fault", "thanks", "phrase" or "sarcasm"."""


class Reading(msgspec.Struct, frozen=True):
    """What the rules make of a turn."""

    score: float = 0.0
    """Below 0 is negative; the label turns at ±BOUNDARY. A shop's own phrases have none."""
    weighed: tuple[Weighed, ...] = ()
    """In the order of the text, phrases last."""
    tells: Tells = Tells.NOTHING
    question: bool = False
    condition: bool = False
    request: bool = False
    thanks: bool = False
    agent: bool = False
    """Worded as shops speak to customers."""
    service: bool = False
    """Speaks of orders, parcels, refunds or to the staff: talk to a service rather than a review."""

    @property
    def asks(self) -> bool:
        """Whether something in it asks, requests or supposes."""
        return self.question or self.request or self.condition

    @property
    def evidence(self) -> list[str]:
        """The terms that count, weightiest first, at most 8."""
        counting = sorted((w for w in self.weighed if w.weight), key=lambda w: -abs(w.weight))
        return list(dict.fromkeys(w.term for w in counting))[:_MAX_EVIDENCE]


PATTERNS = (*WAITING, *GOODS, *CONDUCT, *SCORN, *PLAIN, *FLAWS)
"""Every turn of phrase; of equals in weight, the earlier is shown first."""
_FLAWS = len(PATTERNS) - len(FLAWS)
_PLAIN = _FLAWS - len(PLAIN)
"""From here on a phrase tells trouble in plain words, from _FLAWS on what is wrong with goods."""
_ASKS = re.compile("什么|啥|吗|么|凭|谁|哪|呢|有没有|没有搞|搞没")
# Flags are plain integers while they are gathered: an enum costs a microsecond each time.
_TERMS = tuple(
    (word, term.weight, term.kind, term.tells.value, Tells.SOFT in term.tells, _ASKS.search(word) is not None)
    for word, term in TERMS.items()
)
_KIND_NAMES = {kind: kind.name.lower() for kind in Kind}
_MEANT = (Tells.ANGER | Tells.ESCALATION | Tells.CHURN).value
_THANKS = Tells.GRATITUDE.value
_THREATENS = Tells.ESCALATION.value
_PHRASES = tuple(
    (pattern.form, pattern.weight, pattern.tells.value, pattern.plain, bool(pattern.tells.value & _MEANT)) for pattern in PATTERNS
)
_searches: list[Callable[[str], re.Match[str] | None] | None] = [None] * len(_PHRASES)
_find_terms = AhoCorasick(tuple(TERMS), matchkind=MatchKind.LeftmostLongest).find_matches_as_indexes

# Every trigger is a set of bits: which patterns it may begin, and of which small sets it is a word.
_QUESTION, _CONDITION, _REQUEST, _AGENT, _SARCASM, _CONTRAST, _SERVICE, _QUOTE, _OWN, _HELP = (
    1 << len(PATTERNS) + n for n in range(10)
)
_ALL_PATTERNS = _QUESTION - 1


def _bits_by_trigger() -> dict[str, int]:
    bits: dict[str, int] = {}
    sets = (
        *((1 << number, pattern.triggers) for number, pattern in enumerate(PATTERNS)),
        (_QUESTION, wording.QUESTION),
        (_CONDITION, wording.CONDITION),
        (_REQUEST, wording.REQUEST),
        (_AGENT, wording.AGENT),
        (_SARCASM, wording.SARCASM_TRIGGERS),
        (_CONTRAST, wording.CONTRAST),
        (_SERVICE, wording.SERVICE),
        (_QUOTE, wording.QUOTE),
        (_OWN, wording.OWN_FAULT),
        (_HELP, wording.HELP),
    )
    for bit, triggers in sets:
        for trigger in triggers:
            bits[trigger] = bits.get(trigger, 0) | bit
    return bits


_TRIGGERS = _bits_by_trigger()
_BITS = tuple(_TRIGGERS.values())
_find_triggers = AhoCorasick(tuple(_TRIGGERS), matchkind=MatchKind.Standard).find_matches_as_indexes

_NEGATIONS = (
    "一点都不|一点也不|一点不|谈不上|算不上|说不上|称不上|根本不|完全不|不怎么|没有|不是|不太|不够|并不|并没|从不|从未|绝不|"
    "毫无|毫不|不能|没|不|未|无|别|非|少"
)
_NEGATED = re.compile(f"(?:{_NEGATIONS})[很太那么这多大再被够会想要得]{{0,2}}$")
_NOT_A_NEGATION = re.compile(
    r"(?:差不|不得不|不是不|没有不|不会不|能不|是不|要不|好不|可不|无不|非不|特别|分别|个别|级别|区别|性别|非常|除非|多少|不少|"
    r"无论|不过|不但|不仅|并非不)$"
)
_DENIED = re.compile(
    r"(?:(?<![是可就也])不是|没有|没|并非|并不|不用|不需要|无需|不想|不会|从未|不必|不至于)[来要想说被因为去真你们他]{0,4}$"
)
_COMPLAINS = -1.4
"""Praise beside phrases this bad, with no but between, is hardly meant."""
_RAISED = re.compile(
    r"(?:太|很|超|真|巨|贼|极|特别|非常|实在|十分|相当|格外|无比|最|更|好|这么|那么|真的|完全|简直|极其|极度|超级|挺|终于|总算)$"
)
_LOWERED = re.compile(r"(?:有点|有些|稍微|稍|略|还算|比较|一般)[儿的]?$")
_PRAISING = re.compile(
    r"服务|态度|客服|师傅|小哥|小姐姐|小伙|店员|人员|办事|处理|售后|配送|东西|质量|速度|味道|房间|酒店|环境|位置|书|"
    r"真|很|太|非常|特别|挺|超|好|!|！"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# What people do not see, and what NFKC would spell otherwise (full-width letters and digits).
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_ODD = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}


def prepared(text: str, language: str) -> str:
    """Return a redacted Chinese `text` as `read` wants it: simplified, lower case, nothing unseen; its punctuation stays.

    Text whose language is zh-Hans is simplified already. Accepts any string; only the first 10,000 characters count.
    """
    text = text[:_LONGEST_READ]
    if _ODD.search(text):
        text = _UNSEEN.sub("", text).translate(_WIDE)
    if language != "zh-Hans":
        text = simplified(text)
    return text.lower()


def read(text: str) -> Reading:
    """Return what the rules make of `text`: any string in simplified characters and lower case, redacted or not.

    Linear in its length, and only the first 10,000 characters count; pure. Texts up to 200 characters are remembered.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_LENGTH else _read(text[:_LONGEST_READ])


def _read(text: str) -> Reading:
    try:
        terms = _find_terms(text)
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
        terms = _find_terms(text)
    bits = 0
    for number, _, _ in _find_triggers(text, overlapping=True):
        bits |= _BITS[number]
    question = bool(bits & _QUESTION) or asks_at_end(text)
    if not terms and not bits and not question:
        return _NOTHING
    condition = bool(bits & _CONDITION)
    request = bool(bits & _REQUEST) and wording.REQUEST_FORM.search(text) is not None
    agent = bool(bits & _AGENT) and wording.AGENT_SURE.search(text) is not None and wording.AGENT_TO_HELP.search(text) is None
    weighed: list[Weighed] = []
    phrases: list[Weighed] = []
    tells = 0
    if terms or bits & _ALL_PATTERNS:
        quote, own = bool(bits & _QUOTE), bool(bits & _OWN) and wording.OWN_FAULT_FORM.search(text) is not None
        supposed = supposed_in(text, condition=condition, quote=quote, own=own) if condition or quote or own else (0, 0)
        if bits & _ALL_PATTERNS:
            helped = bool(bits & _HELP) and wording.HELP_FORM.search(text) is not None
            doubtful = question or condition
            found = bits & _ALL_PATTERNS
            phrases, tells = _phrases_weighed(text, found, supposed, doubtful=doubtful, helped=helped, request=request)
        asked = question and not any(one.weight <= _ACCUSES for one in phrases)
        doubts = Doubts(text, supposed, asked=asked) if asked or supposed[1] else None
        contrast = max(map(text.rfind, wording.CONTRAST)) if bits & _CONTRAST else -1
        weighed, told = _terms_weighed(text, terms, doubts, contrast, request=request)
        weighed += phrases
        tells |= told
    score = 0.0
    if weighed:
        mocking = wording.SARCASM.search(text) if bits & _SARCASM else None
        turned = bool(bits & _CONTRAST) or "终于" in text or "总算" in text
        score, weighed = _sum(weighed, mocking[0] if mocking else "", unturned=not turned)
    return Reading(
        score * 0.2 if agent else score,
        tuple(weighed),
        Tells(tells) if tells and not agent else Tells.NOTHING,
        question,
        condition,
        request,
        bool(tells & _THANKS),
        agent,
        bool(bits & _SERVICE),
    )


_NOTHING = Reading()
_remembered = lru_cache(maxsize=_REMEMBERED)(_read)


def _terms_weighed(
    text: str, found: Sequence[tuple[int, int, int]], doubts: Doubts | None, contrast: int, *, request: bool
) -> tuple[list[Weighed], int]:
    """Return the terms with their weights in their places, and what they tell."""
    weighed = []
    left = _MOST_DOUBTED
    tells = after = 0
    for number, start, end in found:
        word, weight, kind, told, soft, asks = _TERMS[number]
        if kind is not Kind.COVER:
            if weight:
                weight = _in_its_clause(text, start, end, after, weight, kind, soft=soft)
                factor = doubts.damping(start, kind, weight, asks=asks) if doubts is not None else 1.0
                if request and weight > 0 and kind is Kind.OPINION:
                    factor *= 0.4  # what one wishes for is not praise
                if factor < 0.5 and weight < 0 and doubts is not None:
                    factor = min(factor, left / -weight)
                    left += factor * weight
                if request and kind is Kind.FAULT and weight < 0:
                    factor = min(factor, 0.6)
                weight *= factor
                if contrast > 0:
                    weight *= 0.5 if start < contrast else 1.5
            tells |= told
            weighed.append(Weighed(word, weight, _KIND_NAMES[kind]))
        after = end
    return weighed, tells


def _phrases_weighed(
    text: str, bits: int, supposed: tuple[int, int], *, doubtful: bool, helped: bool, request: bool
) -> tuple[list[Weighed], int]:
    """Return the phrases whose triggers stand in the text and that hold, and what they tell."""
    weighed = []
    tells = 0
    while bits:
        number = (bits & -bits).bit_length() - 1
        bits &= bits - 1
        form, weight, told, plain, meant = _PHRASES[number]
        if found := (_searches[number] or _search(number, form))(text):
            if supposed[0] < found.start() < supposed[1]:
                weight *= 1.0 if told & _THREATENS else 0.0
            elif plain and ((number >= _FLAWS and (doubtful or request)) or (number >= _PLAIN and helped)):
                weight *= 0.3  # the words of a fault in it weigh besides
            elif (plain and doubtful) or (helped and not meant):
                weight *= 0.5
            weighed.append(Weighed(found[0], -weight, "phrase"))
            tells |= told
    return weighed, tells


def _search(number: int, form: str) -> Callable[[str], re.Match[str] | None]:
    _searches[number] = search = compiled(form).search
    return search


def _sum(weighed: list[Weighed], mocking: str, *, unturned: bool) -> tuple[float, list[Weighed]]:
    """Return the score, and the terms as they count: praise beside a complaint is mockery where it is worded so."""
    positive = sum(one.weight for one in weighed if one.weight > 0)
    phrases = sum(one.weight for one in weighed if one.kind == "phrase")
    negative = sum(one.weight for one in weighed if one.weight < 0 and one.kind != "phrase") + max(phrases, _MOST_PHRASES)
    if not mocking or negative > -0.9:
        if phrases <= _COMPLAINS and unturned:
            positive *= 0.35
        return positive + negative, weighed
    counting = [Weighed(one.term, one.weight * (0.1 if one.weight > 0 else 1.0), one.kind) for one in weighed]
    return negative - 1.0 - 0.7 * positive, [*counting, Weighed(mocking, -1.0, "sarcasm")]


def _in_its_clause(text: str, start: int, end: int, after: int, weight: float, kind: Kind, *, soft: bool) -> float:
    """Return the weight of one term after the words right before it, back to the term before."""
    before = text[max(after, start - 6) : start]
    clause = SEPARATOR.split(before)[-1] if before else ""
    if kind is Kind.FIXED:
        return 0.0 if clause and weight < 0 and _DENIED.search(clause) else weight
    if clause:
        if _NEGATED.search(clause) and not _NOT_A_NEGATION.search(clause):
            if weight < 0 and clause[-1] in "别少":
                return weight  # "do not fool me" is no praise
            return 0.8 if kind is Kind.FAULT else -0.8 * weight if weight > 0 else min(-0.5 * weight, 0.9)
        if _RAISED.search(clause):
            return weight * 1.25
        if _LOWERED.search(clause):
            weight *= 0.7
    if soft and not _PRAISING.search(text, max(0, start - 20), min(len(text), end + 4)):
        weight *= 0.5
    return weight
