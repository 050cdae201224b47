"""What the words of one English turn say: VADER over the words that judge, and phrases that it does not know.

A turn is read sentence by sentence, since what one asks does not weaken what another complains of. A fault told as a
report is neutral; it is a complaint where something of strain stands beside it: again, still, the third time, weeks.
"""

import re
from functools import cache, lru_cache
from typing import Any

from processors.sentiment import english_complaints as complaints
from processors.sentiment import english_phrases as phrases
from processors.sentiment import english_words as words
from processors.sentiment.phrasebook import Phrasebook, templates
from processors.sentiment.reading import BOUNDARY, Reading, Weighed
from processors.sentiment.terms import EMOJI, Tells

_LONGEST = 2000
"""Characters of a sentence that VADER reads: its time grows with the square of the words."""
_LONGEST_READ = 10_000
"""Characters in which phrases are looked for."""
_SCALE = 6.0
"""VADER's compound of .2, where service talk stops being neutral, becomes BOUNDARY."""
_REMEMBERED = 2048
_FIERCE = -0.55
"""A compound from here down is meant, even in a request."""
_STRAINED, _PRAISED, _MOCKED, _PRESSED = -1.6, 2.0, -1.8, -1.3
_COURTESY = 60
"""Characters that a mere acknowledgement has at most."""
_DEEPEST = -6.0
"""Phrases overlap; together they weigh no more than this."""

_LISTS = {
    name: getattr(complaints if name in {"FAULT", "STRAIN", "SARCASM"} else phrases, name)
    for name in (
        *("FAULT", "STRAIN", "PRAISE", "RESOLVED", "SARCASM", "BRIGHT", "COVERS", "AGENT", "THANKS", "GRATEFUL", "QUESTION"),
        *("REQUEST", "ASK_TO_KNOW", "HOW_TO", "CONDITION", "HEARSAY"),
    )
}
_NUMBER = {name: len(complaints.PHRASES) + place for place, name in enumerate(_LISTS)}
_BIT = {name: 1 << number for name, number in _NUMBER.items()}
_OUTSPOKEN = sum(
    1 << number
    for number, one in enumerate(complaints.PHRASES)
    if one.weight < -1.0 and (not one.plain or Tells.EFFORT in one.tells)
)
"""What no agent says."""
_COMPLAINTS = (1 << len(complaints.PHRASES)) - 1
_FAULT, _STRAIN, _PRAISE, _RESOLVED, _SARCASM, _BRIGHT, _COVERS, _AGENT = (_BIT[name] for name in list(_LISTS)[:8])
_THANKS, _GRATEFUL, _QUESTION, _REQUEST, _ASK_TO_KNOW, _HOW_TO, _CONDITION, _HEARSAY = (_BIT[name] for name in list(_LISTS)[8:])

_ABOUT = tuple(
    (one.weight, one.tells.value, one.plain, one.plain or bool(one.tells & (Tells.ESCALATION | Tells.CHURN)))
    for one in complaints.PHRASES
)
"""Weight, flags as a plain integer (an enum costs a microsecond each time), plain, and whether "how do I" makes it a topic."""

_ASKS_FIRST, _NO_QUESTION_AFTER, _FILLERS, _REQUEST_FIRST, _ACKNOWLEDGES, _ACKNOWLEDGING = (
    frozenset(listed.split())
    for listed in (
        *(phrases.ASKS_FIRST, phrases.NO_QUESTION_AFTER, phrases.FILLERS, phrases.REQUEST_FIRST),
        *(phrases.ACKNOWLEDGES, phrases.ACKNOWLEDGING),
    )
)
_FAMILIES = tuple(words.FAMILIES.split())
_NOT_OF_THEM = frozenset(words.NOT_OF_THEM.split())

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s{1,9}(?=\S)")
_ENDS_ASKING = re.compile(r"\?[\s!?.)\"']{0,9}$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FACE = re.compile(r"[:;=<]['\-o]?[)(DPpO/|3\]\[*]")


@cache
def _analyzer() -> Any:  # vaderSentiment has no types
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # 20 ms that Chinese never needs

    analyzer = SentimentIntensityAnalyzer()
    kept = {word: worth for word, worth in analyzer.lexicon.items() if _judges(word)}
    analyzer.lexicon = kept | words.SERVICE
    return analyzer


def _judges(word: str) -> bool:
    return not word[0].isalpha() or (word.startswith(_FAMILIES) and word not in _NOT_OF_THEM)


@cache
def _book() -> Phrasebook:
    return Phrasebook((*(one.lines for one in complaints.PHRASES), *_LISTS.values()), spaced=True)


def read_english(text: str) -> Reading:
    """Return what VADER and the phrases make of `text`: any string, on the scale of `reading.read`.

    Only the first 10,000 characters count (for VADER 2,000 of a sentence); pure. Texts up to 200 characters are
    remembered.
    """
    return _remembered(text) if len(text) <= 200 else _read(text[:_LONGEST_READ])


def spelled(lower: str) -> list[str]:
    """Return the words of `lower` as the phrases spell them: contractions in full, a number above ten as "#"."""
    spelling = words.SPELLED
    listed = []
    for word in _WORD.findall(lower):
        if word in spelling:
            listed += spelling[word].split()
        else:
            listed.append("#" if word.isdigit() and len(word) > 1 and word != "10" else word)
    return listed


class _Sentence:
    """One sentence: what stands in it, what it does, and what it weighs by itself."""

    __slots__ = ("asks", "bits", "compound", "doubtful", "found", "how_to", "judged", "raw", "request", "supposes", "worded")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        lower = raw.lower()
        listed = spelled(lower)
        self.found = _book().first_of_each(f" ^ {' '.join(listed)} $ ") if listed else {}
        self.bits = 0
        for subject in self.found:
            self.bits |= 1 << subject
        bits = self.bits
        knows = bool(bits & _ASK_TO_KNOW)
        self.worded = knows or bool(bits & _QUESTION)
        self.asks = self.worded or (raw.find("?") >= 0 and _ENDS_ASKING.search(raw) is not None)
        self.request = False
        if listed:
            begun = next((place for place, word in enumerate(listed[:8]) if word not in _FILLERS), 0)
            first, after = listed[begun], listed[begun + 1] if begun + 1 < len(listed) else ""
            self.worded = self.worded or (first in _ASKS_FIRST and bool(after) and after not in _NO_QUESTION_AFTER)
            self.asks = self.asks or self.worded
            self.request = not knows and (
                bool(bits & _REQUEST)
                or first in _REQUEST_FIRST
                or ("please" in listed[:-1] or (first != "please" and listed[-1] == "please" and len(listed) > 2))
            )
        self.supposes = bool(bits & _CONDITION)
        self.how_to = bool(bits & (_HOW_TO | _HEARSAY))
        self.doubtful = self.asks or self.supposes or bool(bits & _HEARSAY)
        self.compound, self.judged = _compound(raw, listed, bits)


def _compound(raw: str, listed: list[str], bits: int) -> tuple[float, list[Weighed]]:
    """Return VADER's compound and the words that it knows; 0, without asking it, where there is none."""
    lexicon = _analyzer().lexicon
    if lexicon.keys().isdisjoint(listed) and raw.isascii() and not _FACE.search(raw) and "-" not in raw:
        return 0.0, []
    if bits & _COVERS:
        raw = _covered().sub(" ", raw)
    score = float(_analyzer().polarity_scores(raw[:_LONGEST])["compound"])
    known = [word for word in dict.fromkeys(_LEXICAL.findall(raw[:_LONGEST].lower())) if word in lexicon]
    return score, [Weighed(word, float(lexicon[word]), "opinion") for word in known]


_LEXICAL = re.compile(r"[a-z]+(?:[-'][a-z]+)*")


@cache
def _covered() -> re.Pattern[str]:
    form = "|".join(one.replace("(", "(?:").replace("that is", "that(?:'s| is)") for one in templates(phrases.COVERS))
    return re.compile(rf"\b(?:{form})\b", re.IGNORECASE)


def _read(text: str) -> Reading:
    spoken = text.replace("’", "'")
    if not spoken.isascii():
        spoken = _SURROGATE.sub("\ufffd", spoken)
    sentences = [_Sentence(raw) for raw in _SENTENCE.split(spoken)]
    bits = 0
    for one in sentences:
        bits |= one.bits
    asks = any(one.asks for one in sentences)
    condition = any(one.supposes for one in sentences)
    request = any(one.request for one in sentences)
    thanks = bool(bits & _THANKS)
    if bits & _AGENT and not bits & _OUTSPOKEN:
        return Reading(question=asks, condition=condition, request=request, agent=True)
    weighed: list[Weighed] = []
    tells = 0
    if len(spoken) <= _COURTESY and _is_courtesy(spoken, bits):
        return Reading(0.0, (), Tells.NOTHING, asks, condition, request, thanks)
    score = 0.0
    hearsay = bool(bits & _HEARSAY) and asks
    complained = False
    for one in sentences:
        part, told, phrased = _weighed(one, weighed, hearsay=hearsay)
        score += part
        tells |= told
        complained = complained or phrased
    if not spoken.isascii():
        for face in dict.fromkeys(sign for sign in spoken if sign in EMOJI):
            worth, told_by_face = EMOJI[face]
            weighed.append(Weighed(face, worth, "fixed"))
            score += worth
            tells |= told_by_face.value
    if request and "!!" in spoken:
        weighed.append(Weighed("!!", _PRESSED, "phrase"))
        score += _PRESSED
    plain = [one for one in sentences if one.bits & _FAULT and not one.doubtful]
    strained = bool(bits & _STRAIN) or "!!" in spoken or "??" in spoken
    praise = bits & _PRAISE and any(one.bits & _PRAISE and not one.doubtful for one in sentences)
    praising = any(one.compound > 0.0 for one in sentences)
    if bits & _SARCASM:
        weighed.append(Weighed(_first("SARCASM", sentences), _MOCKED, "sarcasm"))
        score = min(score, 0.0) + _MOCKED
        tells |= Tells.DISAPPOINTMENT.value
    elif bits & _BRIGHT and praising and not bits & _RESOLVED and (complained or (plain and (strained or _mocks(sentences)))):
        weighed.append(Weighed(_first("BRIGHT", sentences), _MOCKED, "sarcasm"))
        score = _MOCKED
    elif praise:
        weighed.append(Weighed(_first("PRAISE", sentences), _PRAISED, "phrase"))
        tells |= Tells.JOY.value
        score = (score if complained and not bits & _RESOLVED else max(score, 0.0)) + _PRAISED
    elif plain and strained and score <= 0.6:
        fault = plain[0].found[_NUMBER["FAULT"]]
        weighed.append(Weighed(fault, _STRAINED, "fault"))
        score += _STRAINED
        if score < 0:
            tells |= Tells.DISAPPOINTMENT.value
    if bits & (_THANKS | _GRATEFUL):
        tells |= Tells.GRATITUDE.value
    if abs(score) < BOUNDARY:
        weighed = [one for one in weighed if one.kind != "opinion"]
    return Reading(score, tuple(weighed), Tells(tells) if tells else Tells.NOTHING, asks, condition, request, thanks, False)


_remembered = lru_cache(maxsize=_REMEMBERED)(_read)


def _first(name: str, sentences: list[_Sentence]) -> str:
    number = _NUMBER[name]
    return next(one.found[number] for one in sentences if number in one.found)


def _mocks(sentences: list[_Sentence]) -> bool:
    """Return whether the turn opens with a bright word and goes on to a fault."""
    return bool(_OPENS_BRIGHT.match(sentences[0].raw.lower()))


_OPENS_BRIGHT = re.compile(
    r"\W{0,3}(?:(?:oh|well|yeah|wow|how|ah),? )?(?:great|wonderful|nice|brilliant|fantastic|lovely|perfect|awesome|amazing|wow|"
    r"excellent|congratulations|congrats|superb|cool|love (?:how|it when|that))\b"
)


def _is_courtesy(spoken: str, bits: int) -> bool:
    if bits & (_COMPLAINTS | _SARCASM):
        return False
    listed = _LEXICAL.findall(spoken.lower())
    return bool(listed) and not _ACKNOWLEDGES.isdisjoint(listed) and _ACKNOWLEDGING.issuperset(listed)


def _weighed(one: _Sentence, weighed: list[Weighed], *, hearsay: bool) -> tuple[float, int, bool]:
    """Add what counts of a sentence to `weighed`; return its weight, what it tells, and whether a phrase complains."""
    tells = 0
    score = one.compound * _SCALE
    if hearsay or (score > 0 and (one.asks or one.request)):
        score *= 0.2
    elif score > 0 and one.supposes:
        score *= 0.5
    elif score < 0 and one.how_to and one.asks:
        score *= 0.15
    elif score < 0 and (one.asks or one.request or one.supposes):
        score *= 0.7 if one.compound < _FIERCE and not (one.asks and not _YOURS.search(one.raw)) else 0.25
    weighed += one.judged
    complaint = 0.0
    bits = one.bits & _COMPLAINTS
    while bits:
        number = (bits & -bits).bit_length() - 1
        bits &= bits - 1
        weight, told, plain, topical = _ABOUT[number]
        if hearsay or (topical and one.how_to and one.asks):
            weight *= 0.15
        elif plain and one.doubtful:
            weight *= 0.3 if one.worded or one.supposes else 0.8
        complaint += weight
        tells |= told
        weighed.append(Weighed(one.found[number], weight, "phrase"))
    if complaint <= -1.0 and score > 0:
        score = 0.0 if one.compound < 0.7 else 0.3 * score
    return score + max(complaint, _DEEPEST), tells, complaint <= -1.0


_YOURS = re.compile(r"\b(?:you|your|why)\b", re.IGNORECASE)
