"""What people say and a transcript writes down: numbers digit by digit (幺三八 …, "five five five"), and the sounds between
words that mean nothing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from processors.expressions import lazy

_ZH_VALUE = {
    character: str(value)
    for value, characters in enumerate(
        ("零〇○洞", "一幺壹", "二两兩贰", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾")
    )
    for character in characters
}
_NUMERALS = "".join(_ZH_VALUE)
_ZH = (  # "4008-123-123一直", "… 4567三个小时": a count, glued to written digits, is not one of them
    f"[0-9{_NUMERALS}](?![个個次天遍分点點小年月块塊元件台单單人位下直样樣些起般旦会會共定边邊回趟周星](?<=[0-9][{_NUMERALS}].))"
)
_PAUSE = r"[ ,，、.。…~-]{0,3}"
_ZH_GAP = rf"{_PAUSE}(?:(?:嗯|呃|额|啊|恩|哦|那个|然后|就是|对|um|uh|er){_PAUSE}){{0,2}}"
_ZH_RUN = lazy(rf"(?:[两兩三四五]个)?{_ZH}(?:{_ZH_GAP}(?:[两兩二三四五]个)?{_ZH}){{5,30}}(?:{_ZH_GAP}[xX叉])?")
_ZH_TOKEN = lazy(rf"(?P<times>[两兩二三四五])个(?P<repeated>{_ZH})|(?P<digit>{_ZH})|(?P<last>[xX叉])")


def _numbered(words: str, first: int) -> dict[str, str]:
    return {word: str(value) for value, word in enumerate(words.split(), first)}


_UNITS = _numbered("zero one two three four five six seven eight nine", 0) | {"oh": "0", "o": "0"}
_TEENS = _numbered("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 2)
_SAID_AS = {**_UNITS, **_TEENS, **{word: tens + "0" for word, tens in _TENS.items()}, "hundred": "00"}
_TIMES = {"double": 2, "triple": 3}
_EN = "(?:" + "|".join((*_UNITS, *_TEENS, *_TENS, "hundred", *_TIMES)) + ")"
_EN_GAP = r"(?:[ ,.…-]{1,4}(?:(?:um|uh|er|erm|then|and|like|okay|so)[ ,.…-]{1,4}){0,2})"
_EN_RUN = lazy(
    rf"\b{_EN}(?:{_EN_GAP}(?:{_EN}|[0-9]{{1,4}}))(?:{_EN_GAP}(?:{_EN}|[0-9]{{1,4}})){{2,24}}\b", re.IGNORECASE | re.ASCII
)
_EN_TOKEN = lazy(rf"{_EN}|[0-9]{{1,4}}", re.IGNORECASE)


_LETTERS = lazy("[A-Za-z]{3}")


class Run(NamedTuple):
    """Digits that were said one after the other: [start, end) in the text, the digits (and a last "X"), and for each where
    the token that gave it begins and ends.
    """

    start: int
    end: int
    digits: str
    places: tuple[tuple[int, int], ...]


def spoken_runs(text: str) -> Iterator[Run]:
    """Yield the runs of six digits and more of which one was spoken (or a filler stands between), pauses and fillers
    allowed; the text is folded.
    """
    if not text.isascii():
        for match in _ZH_RUN.finditer(text):
            if not _is_written(match.group()):
                yield _zh_run(match)
    if not _LETTERS.search(text):
        return
    for match in _EN_RUN.finditer(text):
        run = _en_run(match)
        if len(run.digits) >= 6:
            yield run


def _is_written(text: str) -> bool:
    return all(character in "0123456789xX ,，、.。…~-" for character in text)


def _zh_run(match: re.Match[str]) -> Run:
    digits: list[str] = []
    places: list[tuple[int, int]] = []
    for token in _ZH_TOKEN.finditer(match.string, match.start(), match.end()):
        said = token["repeated"] or token["digit"]
        times = int(_ZH_VALUE[token["times"]]) if token["times"] else 1
        digits += [_ZH_VALUE.get(said, said) if said else "X"] * times
        places += [token.span()] * times
    return Run(match.start(), match.end(), "".join(digits), tuple(places))


def _en_run(match: re.Match[str]) -> Run:
    digits: list[str] = []
    places: list[tuple[int, int]] = []
    times, tens = 1, False
    began = match.start()
    for token in _EN_TOKEN.finditer(match.string, match.start(), match.end()):
        word = token.group().lower()
        if word in _TIMES:
            times, tens, began = _TIMES[word], False, token.start()
            continue
        said = _SAID_AS.get(word, word)
        if tens and word in _UNITS and said != "0":
            digits[-1] = said  # "twenty six"
            places[-1] = (places[-1][0], token.end())
        else:
            begin = began if times > 1 else token.start()
            digits += said * times
            places += [(begin, token.end())] * (len(said) * times)
        times, tens = 1, word in _TENS
    return Run(match.start(), match.end(), "".join(digits), tuple(places))


_FILLERS = lazy(
    r"(?:嗯|呃|唔|诶|欸|哎(?!呀)|噢|哦|啊){1,20}[，,、。.…~ ]{0,3}"
    r"|(?<![^\s，,、。.？！?!…嗯呃啊])(?:那个|这个|就是|然后)[，,、…]{1,3}"  # before a noun they point at it
    r"|(?:那个){2,6}|(?:这个){2,6}|(?:就是说)[，,、]?|(?:就是){2,4}"
    r"|(?<![a-z])(?:um{1,20}|uh{1,20}|uhm|erm?|hm{1,20}|mm{1,20}|mhm|uh[- ]huh)(?![a-z])[,.… ]{0,3}"
    r"|(?:(?<=[,.…] )|(?<![^\s]))(?:you know|i mean)(?=[,….]| *$)[,.… ]{0,3}",
    re.IGNORECASE,
)
_UNIT = "(?:" + "|".join((*_UNITS, *_TIMES)) + ")"
_SAID_NUMBER = lazy(
    rf"[{''.join(_ZH_VALUE)}]{{3,40}}(?![十百千万亿])|(?<![A-Za-z]){_UNIT}(?:[ -]{_UNIT}){{2,40}}(?![A-Za-z])", re.IGNORECASE
)


def as_written(text: str) -> str:
    """Return what was said as one would have written it, for matching only: without fillers, and three digits and more that
    were said one by one as a number. "七天" and "one of them" stay, and so does a turn that is nothing but a filler.
    """
    without = _FILLERS.sub("", text)
    return _SAID_NUMBER.sub("0", without) if without.strip(" ，,、。.…?？!！") else text
