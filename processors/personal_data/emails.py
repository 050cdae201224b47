"""E-mail addresses, written and as they are said: "zhang at qq dot com"."""

import re
from collections.abc import Iterator

from processors.expressions import lazy
from processors.personal_data.matching import of_group
from processors.utterance import Span

_AT = lazy(r"(?<=[\w.!#$%&'*+/=?^`{|}~-])@(?=[A-Za-z0-9])")
_DOMAIN = lazy(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}")
_LOCAL_PART = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^`{|}~-"
_ENDING = r"(?:com|cn|net|org|edu|gov|co|io|me|info|de|uk|hk|tw|jp)"
_PROVIDER = (
    "(?:gmail|g mail|googlemail|outlook|hotmail|live|msn|yahoo|icloud|me|aol|proton|protonmail"
    "|qq|q q|foxmail|163|126|139|189|sina|sohu|yeah|aliyun)"
)
_JOIN = r"(?: (?:dot|underscore|dash|hyphen) | ?(?:点|下划线|杠) ?)"
_SAID = lazy(
    rf"(?<![A-Za-z0-9])(?P<it>[A-Za-z0-9][A-Za-z0-9.-]{{0,63}}(?:{_JOIN}[A-Za-z0-9.-]{{1,64}}){{0,3}}"
    rf"(?:(?:@| @ | ?(?:艾特|圈a|小a|[(\[]at[)\]])) ?[A-Za-z0-9-]{{1,40}}|(?P<word> at ){_PROVIDER})"
    rf"(?: ?\. ?| dot | ?点 ?){_ENDING}(?:(?: ?\. ?| dot | ?点 ?){_ENDING})?)(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_NOT_A_NAME = lazy(
    r"(?:look|looking|bought|buy|order|ordered|sold|shop|here|there|it|is|one|me|you|us|them|that|this)", re.IGNORECASE
)


def emails(text: str) -> Iterator[Span]:
    """Yield every address of a folded text, from each "@" outwards: its domain must be one, its local part is what
    stands before it (at most 254 characters).
    """
    done = 0
    for sign in _AT.finditer(text):
        at = sign.start()
        before = text[max(done, at - 254) : max(done, at)]
        local = len(before) - len(before.rstrip(_LOCAL_PART))
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            done = domain.end()
            yield Span("email", at - local, done)


def said_emails(text: str) -> Iterator[Span]:
    """Yield the addresses that are spelled out, or written with spaces around their signs."""
    return of_group("email", _SAID, text, lambda match: not (match["word"] and _NOT_A_NAME.fullmatch(match["it"].split(" ")[0])))
