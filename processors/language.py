"""Which language a turn is in, by counting its letters: as good as a model on turns of ten characters, and a hundred
times cheaper.
"""

from collections.abc import Sequence

from processors.expressions import lazy
from processors.latin import is_english
from processors.normalise import simplified
from processors.registry import processor
from processors.utterance import Utterance

LANGUAGES = frozenset({"zh-Hans", "zh-Hant", "en", "mixed", "other"})
"""What an utterance's language may be."""
_HAN_LETTERS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_LATIN_LETTERS = "a-zß-öø-ɏ\u1e00-\u1eff"
_HAN = lazy(f"[{_HAN_LETTERS}]+")
_HAN_AND_NUMBERS = lazy(f"[{_HAN_LETTERS} 0]+")
_LATIN = lazy(f"[{_LATIN_LETTERS}]+")
# Any other letter: kana, hangul, Cyrillic, Arabic, Thai … (what is neither non-word nor a digit is a letter).
_OTHER = lazy(rf"[^\W\d_{_LATIN_LETTERS}{_HAN_LETTERS}]+")
_LETTERS_PER_HAN = 4
"""An English word has about five letters, a Chinese one under two characters: so many letters weigh as much as one
character.
"""


def language_of(text: str, matching: str) -> str:
    """Return "zh-Hans", "zh-Hant", "en", "mixed" or "other".

    Letters are counted in the normalised form (no links, markup or placeholders). "mixed": Chinese and Latin letters
    both carry at least a quarter of the weight. "other": no letters at all, at least a quarter of the weight in a third
    script (Japanese has kana), or Latin letters that are not English (`processors.latin`; a doubt counts as English).
    "zh-Hant": Chinese of which OpenCC changes as many characters or more as are written in simplified form only.
    """
    if not matching.isascii() and _HAN_AND_NUMBERS.fullmatch(matching):  # most turns end here
        return _script_of(text)
    if matching.isascii():
        return "other" if not _LATIN.search(matching) or not is_english(matching) else "en"
    latin_letters = sum(map(len, _LATIN.findall(matching)))
    latin = latin_letters / _LETTERS_PER_HAN
    han, other = sum(map(len, _HAN.findall(matching))), 0
    if han + latin_letters + matching.count(" ") + matching.count("0") < len(matching):
        other = sum(map(len, _OTHER.findall(matching)))
    whole = han + latin + other
    if not whole or other >= whole / 4:
        return "other"
    if han >= whole / 4 and latin >= whole / 4:
        return "mixed"
    if latin > han:
        return "en" if is_english(matching) else "other"
    return _script_of(text)


@processor("language", needs=("normalise",))
def language(batch: Sequence[Utterance]) -> None:
    """Fill `language`; one of the five that is already there stands."""
    for utterance in batch:
        if utterance.language not in LANGUAGES:
            utterance.language = language_of(utterance.text, utterance.matching)


def _script_of(text: str) -> str:
    converted = simplified(text)
    if converted is text or converted == text:
        return "zh-Hans"
    if len(converted) != len(text):
        return "zh-Hant"
    traditional = sum(before != after != "\ufffd" for before, after in zip(text, converted, strict=True))
    return "zh-Hant" if traditional >= sum(map(_SIMPLIFIED_ONLY.__contains__, text)) else "zh-Hans"


_SIMPLIFIED_ONLY = frozenset(
    "这个们么吗为对时间问题没说话请谢东车门开关买卖钱货单发过还进运送让给电脑机网线红绿蓝黄换费价优惠图业务员经"
    "实际应该办么从双坏质量检修师贴码号级号处场产权总结约认识证书记录误错计划设备调试连接断线体验无气热冷湿轻"
    "爱样听见觉长块张条声响输户账钟头儿岁乐亲专万与个两严丧临举义乌习乡买乱争亏亚产亩"
) - frozenset("间题送给冷湿检修优惠级从书划")
