"""Whether a text came through a wrong encoding on its way here."""

import re

from processors.expressions import lazy

_SIGNS = lazy(
    "[\ufffd\ud800-\udfff锟Ââ-ôÃÐÑØÙÄÅÆÇÈÉÊËÌÍÎÏÖ×ÒÓÔÕ"
    + "".join(
        pair.decode("gbk")
        for lead in range(0xE4, 0xEA)
        for trail in (*range(0x80, 0xC0), 0x7E)
        if trail != 0x7F and (pair := bytes((lead, trail))).decode("gbk", "replace")[0] != "\ufffd"
    )
    + "锛銆鈥馃]"
)
"""One character of each kind of damage; an undamaged turn hardly ever has one."""
_WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ\u009džŸŽ"
_FOLLOWS = f"[\x80-\xbf{_WINDOWS}]"
_UTF8_AS_LATIN = lazy(
    f"[ÂÃ](?:[\x80-\x9f¡-ª¬-º¼-¿]|[{_WINDOWS}](?=[a-zà-ÿ]))"  # é; "Â " and "Ã»" may be meant
    f"|[Ã-ßÂ]{_FOLLOWS}[Ã-ßÂ]{_FOLLOWS}"  # Cyrillic and the like
    f"|[à-ï]{_FOLLOWS}{{2}}|ð[Ÿ\x9f]{_FOLLOWS}{{2}}"  # Chinese, quotation marks; emoji
)
_GBK_AS_LATIN = lazy("[¡-ÿ]{4}")
_ONE_SPEECH = lazy("[A-Za-zÀ-ÿ]{0,40}[ß-öø-ÿ]{4}")


def is_damaged(text: str) -> bool:
    """Say whether the text shows one of: replacement characters (锟斤拷 too) or lone surrogates, UTF-8 that was read as Latin-1
    or Windows-1252 ("ä½ å¥½", "donâ€™t"), UTF-8 that was read as GBK ("浣犲ソ"), GBK that was read as Latin-1 ("ÄãºÃ").

    Not seen: text whose characters became "?", and characters that a wrong conversion changed for existing ones.
    """
    sign = _SIGNS.search(text)
    if sign is None:
        return False
    if "\ufffd" in text or "锟斤拷" in text or "鈥" in text or "馃" in text or "\ud800" <= sign.group() <= "\udfff":
        return True
    if _UTF8_AS_LATIN.search(text) or any(not _ONE_SPEECH.fullmatch(run) for run in _GBK_AS_LATIN.findall(text)):
        return True
    return _is_utf8_as_gbk(text[max(0, sign.start() - 64) : sign.start() + 192])


def _is_utf8_as_gbk(text: str) -> bool:
    """Undo the mistake: what then reads as UTF-8 nearly to the end, and becomes shorter Chinese, was one."""
    restored = damaged = 0
    for part in re.findall("[^\x00-\x7f]{2,}", text):
        raw = part.encode("gbk", "ignore")
        good = raw.decode("utf-8", "ignore")
        kept = sum("\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" for character in good)
        restored += kept * 3
        damaged += len(raw)
    return restored >= 6 and restored >= damaged * 0.7
